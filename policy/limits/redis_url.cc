#include "policy/limits/redis_url.h"

#include <algorithm>
#include <charconv>

namespace certus::limits {
namespace {

constexpr const char* kForm = "; write redis://host:6379, redis://host:6379/DATABASE or unix:///run/redis/redis.sock";

tl::unexpected<Error> refuse(const char* why) { return fail(ErrorCode::InvalidArgument, std::string(why) + kForm); }

// 0 to `most` without sign or leading zeros; -1: it is none.
int numberIn(std::string_view text, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size() && (text.size() == 1 || text[0] != '0');
  return whole && value >= 0 && value <= most ? value : -1;
}

bool isHost(std::string_view text) {
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':';
  });
}

Result<RedisUrl> parseHostAndPort(std::string_view text, RedisUrl url) {
  std::string_view port;
  bool said = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return refuse("an address in [ without ]");
    url.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    said = !port.empty();
    if (said && port[0] != ':') return refuse("something stands after ]");
    if (said) port.remove_prefix(1);
  } else {
    const std::size_t colon = text.find(':');
    said = colon != std::string_view::npos;
    url.host = text.substr(0, colon);
    if (said) port = text.substr(colon + 1);
    if (port.find(':') != std::string_view::npos) return refuse("an IPv6 address stands in [ ]");
  }
  if (!isHost(url.host)) return refuse("not a host");
  if (said) {
    const int number = numberIn(port, 65535);
    if (number < 1) return refuse("not a port");
    url.port = static_cast<std::uint16_t>(number);
  }
  return url;
}

}  // namespace

Result<RedisUrl> parseRedisUrl(std::string_view text) {
  RedisUrl url;
  if (text.starts_with("unix://")) {
    url.socket = text.substr(7);
    if (!url.socket.starts_with('/') || url.socket.size() > 100)
      return refuse("not an absolute path of at most 100 characters");
    return url;
  }
  if (text.starts_with("rediss://"))
    return refuse("TLS to Redis is not supported: use a Unix socket or a tunnel on this host");
  if (!text.starts_with("redis://")) return refuse("not the address of a Redis server");
  text.remove_prefix(8);
  if (text.find('@') != std::string_view::npos)
    return refuse("a password must not stand in this file: name password_env or password_file instead");
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos && slash + 1 < text.size()) {
    url.database = numberIn(text.substr(slash + 1), 10'000);
    if (url.database < 0) return refuse("not the number of a database");
  }
  return parseHostAndPort(text.substr(0, slash), std::move(url));
}

}  // namespace certus::limits
