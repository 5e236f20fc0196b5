// Runs one invocation in a module: the bridge from a coroutine to the C ABI and back. One per io thread.
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/awaitable.hpp>

#include "gateway/call/invocation.h"

namespace certus::gateway {

// Lets whoever owns a call end it early, on the call's thread. Harmless before, after and twice.
class CallCancel {
 public:
  void request() {
    requested_ = true;
    if (stop_) stop_();
  }
  bool requested() const { return requested_; }
  void arm(std::function<void()> stop) { stop_ = std::move(stop); }  // by the runner

 private:
  bool requested_ = false;
  std::function<void()> stop_;
};

class CallRunner {
 public:
  virtual ~CallRunner() = default;
  // Calls outcome.complete exactly once, then completes: on the module's completion, on the deadline (TimedOut), on
  // cancel (Cancelled). Never throws. All references outlive the awaitable; the views in `invocation` too.
  // A module's single pending service request is awaited inline: no spawn, no hop.
  virtual boost::asio::awaitable<void> run(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome,
                                           CallCancel& cancel) = 0;
};

}  // namespace certus::gateway
