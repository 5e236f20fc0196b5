// Wakes the one coroutine that waits on it, on one thread. Carries nothing: whoever waits looks at its own condition
// first and again afterwards. Not for crossing threads.
#pragma once

#include <tuple>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.h"

namespace certus::gateway {

class Signal {
 public:
  // A timer that never fires by itself, because Asio then owns the waiter and frees it when its context dies.
  explicit Signal(boost::asio::io_context& context) : timer_(context) {}

  void raise() { timer_.cancel(); }
  boost::asio::awaitable<std::tuple<boost::system::error_code>> wait(SteadyTime until = SteadyTime::max());

 private:
  boost::asio::steady_timer timer_;
};

}  // namespace certus::gateway
