// Where a Redis server is. Never a password: that comes from the environment or a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace certus::limits {

struct RedisUrl {
  std::string host;  // empty: `socket`
  std::uint16_t port = 6379;
  std::string socket;  // path of a Unix socket
  int database = 0;
};

// "redis://host[:port][/database]", "unix:///path". The text is not echoed: it may hold a password.
Result<RedisUrl> parseRedisUrl(std::string_view text);

}  // namespace certus::limits
