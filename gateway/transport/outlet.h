// Where messages that are not an answer go while a call runs or a subscription lives: the SSE stream of a response, a
// session's own stream, or stdout. On one thread.
#pragma once

#include <string_view>

namespace certus::gateway {

class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual bool canSend() const = 0;                // false: no stream can be had, or it is gone
  virtual void send(std::string_view json) = 0;    // one JSON-RPC message, queued; dropped when it cannot be sent
};

}  // namespace certus::gateway
