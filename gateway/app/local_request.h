// One small HTTP request to a program on this machine, blocking; for commands, never for a daemon.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace certus::app {

struct LocalAnswer {
  int status = 0;
  std::string body;
};

// POST without a body. `address`: a numeric address or "localhost". Fails, as Unavailable, if nobody accepts the
// connection, the whole answer did not come within two minutes, or it is no HTTP or more than 16 MiB.
Result<LocalAnswer> postLocally(const std::string& address, std::uint16_t port, const std::string& path);

}  // namespace certus::app
