#include <charconv>

#include "http/client.h"

namespace certus::http {
namespace {

constexpr const char* kForm = "; the right form is http://host:port or https://host:port/prefix";

bool takeScheme(std::string_view& rest, Origin& origin) {
  for (const bool tls : {false, true}) {
    const std::string_view scheme = tls ? "https://" : "http://";
    if (rest.size() < scheme.size() || !equalsIgnoreCase(rest.substr(0, scheme.size()), scheme)) continue;
    rest.remove_prefix(scheme.size());
    origin.tls = tls;
    origin.port = tls ? 443 : 80;
    return true;
  }
  return false;
}

bool takePort(std::string_view text, Origin& origin) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535) return false;
  origin.port = static_cast<std::uint16_t>(port);
  return true;
}

bool isHostName(std::string_view host) {
  for (const char c : host) {
    const bool allowed =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (!allowed) return false;
  }
  return !host.empty() && host.size() <= 253;
}

bool isIpv6(std::string_view host) { return host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos; }

}  // namespace

Result<Origin> parseOrigin(std::string_view url) {
  Origin origin;
  std::string_view rest = url;
  if (!takeScheme(rest, origin))
    return fail(ErrorCode::InvalidArgument, std::string("the URL must start with http:// or https://") + kForm);
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return fail(ErrorCode::InvalidArgument, std::string("the URL must have no query and no fragment") + kForm);
  }
  const std::size_t slash = rest.find('/');
  std::string_view authority = rest.substr(0, slash);
  std::string_view path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  if (authority.find('@') != std::string_view::npos) {
    return fail(ErrorCode::InvalidArgument,
                std::string("the URL must hold no user name or password; configure credentials apart from it") + kForm);
  }
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos || !isIpv6(authority.substr(1, end - 1))) {
      return fail(ErrorCode::InvalidArgument, std::string("the IPv6 address of the URL is malformed") + kForm);
    }
    origin.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else {
    const std::size_t colon = authority.find(':');
    origin.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon);
    if (!isHostName(origin.host))
      return fail(ErrorCode::InvalidArgument, std::string("the URL's host is malformed") + kForm);
  }
  if (!port.empty() && (port.front() != ':' || !takePort(port.substr(1), origin))) {
    return fail(ErrorCode::InvalidArgument, std::string("the URL's port must be a number from 1 to 65535") + kForm);
  }
  for (const char c : path) {
    if (c <= ' ' || c >= 0x7F)
      return fail(ErrorCode::InvalidArgument, std::string("the URL's path must be percent-encoded") + kForm);
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  origin.basePath = path;
  return origin;
}

}  // namespace certus::http
