#include "gateway/stages/origin.h"

#include <algorithm>

#include "gateway/stages/ascii.h"
#include "gateway/stages/host.h"

namespace certus::gateway {
namespace {

constexpr std::string_view kAllowedHeaders =
    "content-type, accept, authorization, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, last-event-id";
constexpr std::string_view kParameterPrefix = "mcp-param-";

bool isToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// CORS has no pattern for header names, so those asked for are allowed one by one.
std::string requestedParameters(std::string_view requested) {
  std::string list;
  while (!requested.empty()) {
    const std::size_t comma = requested.find(',');
    const std::string_view name = trimmed(requested.substr(0, comma));
    requested = comma == std::string_view::npos ? std::string_view() : requested.substr(comma + 1);
    if (name.size() > kParameterPrefix.size() &&
        equalIgnoringCase(name.substr(0, kParameterPrefix.size()), kParameterPrefix) && isToken(name)) {
      list += ", ";
      list += name;
    }
  }
  return list;
}

}  // namespace

bool isAllowedOrigin(std::string_view origin, const HeadPolicy& policy) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.size() > scheme.size() && equalIgnoringCase(origin.substr(0, scheme.size()), scheme) &&
        isLoopbackAuthority(origin.substr(scheme.size()))) {
      return true;
    }
  }
  return std::any_of(policy.allowedOrigins.begin(), policy.allowedOrigins.end(),
                     [&](const std::string& allowed) { return equalIgnoringCase(allowed, origin); });
}

std::optional<Refusal> admitOrigin(HeadCall& call) {
  if (!call.origin || isAllowedOrigin(*call.origin, *call.policy)) return std::nullopt;  // only browsers send one
  if (!call.publicOrigin.empty() && equalIgnoringCase(*call.origin, call.publicOrigin)) return std::nullopt;  // our own page
  return Refusal{
      Fault::Forbidden,
      "The Origin of this request is not allowed here. Have the operator add it to `allowed_origins` of the MCP listener, "
      "as \"https://host[:port]\".",
      {},
      CallOutcome::Denied};
}

std::string corsHeaders(std::string_view origin) {
  std::string lines = "Access-Control-Allow-Origin: ";
  lines += origin;
  lines += "\r\nVary: Origin\r\nAccess-Control-Expose-Headers: mcp-session-id, www-authenticate\r\n";
  return lines;
}

std::string preflightHeaders(std::string_view origin, std::string_view requestedHeaders) {
  std::string lines = "Access-Control-Allow-Origin: ";
  lines += origin;
  lines +=
      "\r\nVary: Origin, Access-Control-Request-Headers\r\nAccess-Control-Allow-Methods: POST, GET, DELETE, OPTIONS\r\n";
  lines += "Access-Control-Allow-Headers: ";
  lines += kAllowedHeaders;
  lines += requestedParameters(requestedHeaders);
  lines += "\r\nAccess-Control-Max-Age: 600\r\n";
  return lines;
}

}  // namespace certus::gateway
