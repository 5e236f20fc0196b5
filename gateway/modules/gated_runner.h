// Holds calls back until something that they need is there: the embedded service at the very first start of an
// installation. Once open it costs one load. One per io thread.
#pragma once

#include <atomic>

#include "gateway/modules/call_runner.h"
#include "http/io_threads.h"

namespace certus::gateway {

class GatedRunner final : public CallRunner {
 public:
  // All outlive the runner. `open` turns true once, on any thread, and stays.
  GatedRunner(CallRunner& inner, http::IoThread& thread, const std::atomic<bool>& open)
      : inner_(inner), thread_(thread), open_(open) {}

  boost::asio::awaitable<void> run(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome,
                                   CallCancel& cancel) override;

 private:
  boost::asio::awaitable<void> waitAndRun(const Invocation& invocation, NotificationSink& notifications,
                                          OutcomeSink& outcome, CallCancel& cancel);

  CallRunner& inner_;
  http::IoThread& thread_;
  const std::atomic<bool>& open_;
};

}  // namespace certus::gateway
