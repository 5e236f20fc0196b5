// The headers of one HTTP request that MCP gives a meaning to, found in one pass. Views into the request head.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace certus::gateway {

struct AcceptedTypes {
  bool json = true, eventStream = true;
};

struct RequestHeaders {
  std::optional<std::string_view> protocolVersion, mcpMethod, mcpName, sessionId, accept, origin;
  std::string_view traceparent;
  std::vector<std::pair<std::string_view, std::string_view>> mcpParams;  // "Region" -> value

  static RequestHeaders of(const http::RequestHead& head);
};

// Lenient: absent or */* is everything; a type that is neither ours is answered with JSON.
AcceptedTypes acceptedTypes(std::optional<std::string_view> accept);

// "text/event-stream; charset=utf-8" -> "text/event-stream"
std::string_view essenceOf(std::string_view contentType);

}  // namespace certus::gateway
