#include "gateway/modules/gated_runner.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace certus::gateway {
namespace {

constexpr Milliseconds kLookAgain{2};  // a first start takes tens of milliseconds, once

boost::asio::awaitable<void> pause(boost::asio::steady_timer& timer) {
  timer.expires_after(kLookAgain);
  return timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace

boost::asio::awaitable<void> GatedRunner::run(const Invocation& invocation, NotificationSink& notifications,
                                              OutcomeSink& outcome, CallCancel& cancel) {
  if (open_.load(std::memory_order_acquire)) return inner_.run(invocation, notifications, outcome, cancel);
  return waitAndRun(invocation, notifications, outcome, cancel);
}

// Past its deadline or cancelled, the call is ended by the inner runner, whose business that is.
boost::asio::awaitable<void> GatedRunner::waitAndRun(const Invocation& invocation, NotificationSink& notifications,
                                                     OutcomeSink& outcome, CallCancel& cancel) {
  boost::asio::steady_timer timer(thread_.context());
  while (!open_.load(std::memory_order_acquire) && !cancel.requested() &&
         std::chrono::steady_clock::now() < invocation.deadline) {
    co_await pause(timer);
  }
  co_await inner_.run(invocation, notifications, outcome, cancel);
}

}  // namespace certus::gateway
