// Which process listens on a TCP port, as far as /proc tells. For the message of a busy port.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace certus::http {

struct PortOwner {
  int pid = 0;
  std::string program;
};

std::optional<PortOwner> portOwner(std::uint16_t port);  // nullopt also when it belongs to another user

}  // namespace certus::http
