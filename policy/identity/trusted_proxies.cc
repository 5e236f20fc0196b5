#include "policy/identity/trusted_proxies.h"

#include <algorithm>
#include <cctype>

namespace certus::identity {
namespace {

constexpr std::size_t kMaxHops = 32;
constexpr std::size_t kMaxLineBytes = 4 << 10;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool isPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80"
std::optional<Address> parseNode(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && (rest[0] != ':' || !isPort(rest.substr(1)))) return std::nullopt;
    return parseAddress(text.substr(1, end - 1));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    if (!isPort(text.substr(colon + 1))) return std::nullopt;
    text = text.substr(0, colon);
  }
  return parseAddress(text);
}

bool isForParameter(std::string_view name) {
  return name.size() == 3 && std::tolower(static_cast<unsigned char>(name[0])) == 'f' &&
         std::tolower(static_cast<unsigned char>(name[1])) == 'o' &&
         std::tolower(static_cast<unsigned char>(name[2])) == 'r';
}

// RFC 7239 section 4: `for=192.0.2.1;proto=https`, `for="[2001:db8::1]:80"`. Two for= in one element: none.
std::optional<Address> parseForwardedElement(std::string_view element) {
  std::optional<Address> out;
  bool seen = false;
  while (!element.empty()) {
    const std::size_t end = std::min(element.find(';'), element.size());
    const std::string_view pair = trimmed(element.substr(0, end));
    element.remove_prefix(std::min(end + 1, element.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !isForParameter(pair.substr(0, equals))) continue;
    if (seen) return std::nullopt;
    seen = true;
    std::string_view value = pair.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    out = parseNode(value);
  }
  return out;
}

}  // namespace

bool TrustedProxies::trusts(const Address& peer) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) { return network.contains(peer); });
}

Address TrustedProxies::clientOf(const Address& peer, std::span<const std::string_view> values) const {
  Address nearest = peer;
  if (!trusts(peer)) return nearest;
  std::size_t hops = 0;
  for (auto line = values.rbegin(); line != values.rend(); ++line) {
    if (line->size() > kMaxLineBytes) return nearest;
    std::string_view rest = *line;
    // A comma inside quotes cannot stand in an address, so an element cut there is no address and ends the walk.
    while (true) {
      const std::size_t comma = rest.rfind(',');
      const std::string_view element = trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
      const auto address = header_ == ForwardedHeader::Forwarded ? parseForwardedElement(element) : parseNode(element);
      if (!address || ++hops > kMaxHops) return nearest;
      nearest = *address;
      if (!trusts(nearest)) return nearest;
      if (comma == std::string_view::npos) break;
      rest = rest.substr(0, comma);
    }
  }
  return nearest;
}

}  // namespace certus::identity
