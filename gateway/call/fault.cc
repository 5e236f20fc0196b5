#include "gateway/call/fault.h"

namespace certus::gateway {
namespace {

struct Row {
  Fault fault;
  int modernRpc, modernHttp;
  int legacyRpc, legacyHttp;
};

// Errors found while serving travel in band on HTTP 200: clients take a 4xx for a broken transport.
constexpr Row kRows[] = {
    {Fault::Parse, -32700, 400, -32700, 400},
    {Fault::InvalidRequest, -32600, 400, -32600, 400},
    {Fault::IncompleteEnvelope, -32602, 400, -32602, 400},
    {Fault::HeaderMismatch, -32020, 400, -32020, 400},
    {Fault::UnsupportedVersion, -32022, 400, -32022, 400},
    {Fault::MethodNotFound, -32601, 404, -32601, 200},
    {Fault::MissingCapability, -32021, 400, -32602, 200},
    {Fault::InvalidParams, -32602, 200, -32602, 200},
    {Fault::ResourceNotFound, -32602, 200, -32002, 200},
    {Fault::Forbidden, -32600, 403, -32600, 403},
    {Fault::Internal, -32603, 200, -32603, 200},
};

}  // namespace

FaultCodes codesOf(Fault fault, Revision revision) {
  for (const Row& row : kRows) {
    if (row.fault != fault) continue;
    return isModern(revision) ? FaultCodes{row.modernRpc, row.modernHttp} : FaultCodes{row.legacyRpc, row.legacyHttp};
  }
  return {-32603, 200};
}

Fault faultOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument: return Fault::InvalidParams;
    case ErrorCode::NotFound: return Fault::InvalidParams;
    case ErrorCode::PermissionDenied: return Fault::Forbidden;
    default: return Fault::Internal;
  }
}

}  // namespace certus::gateway
