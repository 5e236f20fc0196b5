// Which MCP face a path belongs to. Knows no catalogue: whether the route exists is asked there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certus::gateway {

struct Endpoint {
  enum class Face : std::uint8_t { Streamable, LegacyStream, LegacyMessages };
  Face face = Face::Streamable;
  std::string routePath;  // of the catalogue: "/mcp", "/mcp/trust"; empty for LegacyMessages
};

std::optional<Endpoint> endpointOf(std::string_view path);  // nullopt: none of ours

}  // namespace certus::gateway
