#include "gateway/transport/request_headers.h"

namespace certus::gateway {
namespace {

using http::equalsIgnoreCase;

constexpr std::string_view kParamPrefix = "Mcp-Param-";

void keepFirst(std::optional<std::string_view>& slot, std::string_view value) {
  if (!slot) slot = value;
}

void readParam(RequestHeaders& headers, const http::Field& field) {
  if (field.name.size() <= kParamPrefix.size()) return;
  if (!equalsIgnoreCase(field.name.substr(0, kParamPrefix.size()), kParamPrefix)) return;
  headers.mcpParams.emplace_back(field.name.substr(kParamPrefix.size()), field.value);
}

// Names that begin with M, the bulk of what a modern request adds.
void readMcp(RequestHeaders& headers, const http::Field& field) {
  switch (field.name.size()) {
    case 8:
      if (equalsIgnoreCase(field.name, "Mcp-Name")) return keepFirst(headers.mcpName, field.value);
      break;
    case 10:
      if (equalsIgnoreCase(field.name, "Mcp-Method")) return keepFirst(headers.mcpMethod, field.value);
      break;
    case 14:
      if (equalsIgnoreCase(field.name, "Mcp-Session-Id")) return keepFirst(headers.sessionId, field.value);
      break;
    case 20:
      if (equalsIgnoreCase(field.name, "MCP-Protocol-Version")) return keepFirst(headers.protocolVersion, field.value);
      break;
    default: break;
  }
  readParam(headers, field);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

RequestHeaders RequestHeaders::of(const http::RequestHead& head) {
  RequestHeaders headers;
  for (const http::Field& field : head.fields) {
    if (field.name.empty()) continue;
    switch (field.name.front() | 0x20) {
      case 'm': readMcp(headers, field); break;
      case 'a':
        if (equalsIgnoreCase(field.name, "Accept")) keepFirst(headers.accept, field.value);
        break;
      case 'o':
        if (equalsIgnoreCase(field.name, "Origin")) keepFirst(headers.origin, field.value);
        break;
      case 't':
        if (equalsIgnoreCase(field.name, "traceparent")) headers.traceparent = field.value;
        break;
      default: break;
    }
  }
  return headers;
}

std::string_view essenceOf(std::string_view contentType) { return trimmed(contentType.substr(0, contentType.find(';'))); }

AcceptedTypes acceptedTypes(std::optional<std::string_view> accept) {
  if (!accept || trimmed(*accept).empty()) return {};
  AcceptedTypes accepted{false, false};
  for (std::string_view rest = *accept; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view type = essenceOf(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    const bool any = type == "*/*";
    accepted.json = accepted.json || any || equalsIgnoreCase(type, "application/json") || equalsIgnoreCase(type, "application/*");
    accepted.eventStream =
        accepted.eventStream || any || equalsIgnoreCase(type, "text/event-stream") || equalsIgnoreCase(type, "text/*");
  }
  if (!accepted.json && !accepted.eventStream) accepted.json = true;
  return accepted;
}

}  // namespace certus::gateway
