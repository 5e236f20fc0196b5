#include "gateway/transport/endpoint.h"

#include "gateway/transport/legacy_sse.h"

namespace certus::gateway {
namespace {

constexpr std::string_view kStreamable = "/mcp";
constexpr std::string_view kLegacyStream = "/sse";

bool under(std::string_view path, std::string_view root) {
  return path == root || (path.size() > root.size() && path.starts_with(root) && path[root.size()] == '/');
}

}  // namespace

std::optional<Endpoint> endpointOf(std::string_view path) {
  if (under(path, kStreamable)) return Endpoint{Endpoint::Face::Streamable, std::string(path)};
  if (under(path, kLegacyStream)) {
    return Endpoint{Endpoint::Face::LegacyStream, std::string(kStreamable).append(path.substr(kLegacyStream.size()))};
  }
  if (path == kLegacyMessagesPath) return Endpoint{Endpoint::Face::LegacyMessages, {}};
  return std::nullopt;
}

}  // namespace certus::gateway
