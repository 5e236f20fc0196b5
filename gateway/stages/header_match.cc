#include "gateway/stages/header_match.h"

#include "gateway/stages/header_value.h"

namespace certus::gateway {
namespace {

Refusal mismatch(std::string message) { return {Fault::HeaderMismatch, std::move(message), {}, CallOutcome::ProtocolError}; }

bool needsName(std::string_view method) {
  return method == "tools/call" || method == "prompts/get" || method == "resources/read";
}

}  // namespace

std::optional<Refusal> matchHeaders(const MessageCall& call) {
  if (!call.hasHeaders) return std::nullopt;
  if (!call.mcpMethod) return mismatch("The header Mcp-Method is missing; it must repeat the body's `method`.");
  if (*call.mcpMethod != call.method)
    return mismatch("The header Mcp-Method differs from the body's `method`; they must be equal, letter case included.");
  // A body without the name is wrong for another reason, and told so later.
  if (!needsName(call.method) || !call.name) return std::nullopt;
  const char* source = call.method == "resources/read" ? "params.uri" : "params.name";
  if (!call.mcpName) return mismatch(std::string("The header Mcp-Name is missing; it must repeat ") + source + '.');
  if (*call.mcpName == *call.name) return std::nullopt;
  const auto decoded = decodedHeaderValue(*call.mcpName);
  if (!decoded)
    return mismatch("The header Mcp-Name is marked \"=?base64?...?=\" but does not hold padded standard Base64.");
  if (*decoded != *call.name)
    return mismatch(std::string("The header Mcp-Name differs from ") + source + "; they must be equal.");
  return std::nullopt;
}

}  // namespace certus::gateway
