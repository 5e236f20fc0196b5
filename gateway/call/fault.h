// What can be wrong with a request as the protocol sees it, and the one table from each fault (and each Error of ours)
// to its JSON-RPC code and HTTP status.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "gateway/call/revision.h"

namespace certus::gateway {

enum class Fault : std::uint8_t {
  Parse,               // not JSON, not UTF-8, duplicate names, over a cap
  InvalidRequest,      // JSON, but not one JSON-RPC 2.0 message that may stand here
  IncompleteEnvelope,  // modern: a `_meta` field is missing or malformed
  HeaderMismatch,      // modern: headers absent, malformed, or not what the body says
  UnsupportedVersion,
  MethodNotFound,
  MissingCapability,  // the client did not declare what the tool needs
  InvalidParams,      // found while serving: unknown tool, bad cursor, bad state
  ResourceNotFound,
  Forbidden,  // Origin or Host policy
  Internal,
};

struct FaultCodes {
  int rpc;
  int http;
};

FaultCodes codesOf(Fault fault, Revision revision);
Fault faultOf(ErrorCode code);

}  // namespace certus::gateway
