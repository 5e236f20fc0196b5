// A value that a callback brings, for the one coroutine that waits for it on the same thread. The callback may come first,
// and may come when nobody waits any more: both sides share it.
#pragma once

#include <optional>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.h"

namespace certus::gateway {

template <class T>
class Arrival {
 public:
  explicit Arrival(boost::asio::io_context& context) : timer_(context) {}

  void bring(T value) {
    value_.emplace(std::move(value));
    timer_.cancel();
  }
  bool here() const { return value_.has_value(); }
  T& value() { return *value_; }

  boost::asio::awaitable<std::tuple<boost::system::error_code>> wait() {
    timer_.expires_at(SteadyTime::max());
    return timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }

 private:
  boost::asio::steady_timer timer_;
  std::optional<T> value_;
};

}  // namespace certus::gateway
