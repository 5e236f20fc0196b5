// A CallRunner whose tools behave by their names, so that a test can hold a call, see it cancelled, or make it ask.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/modules/call_runner.h"
#include "gateway/tools/catalog.h"
#include "http/io_threads.h"

namespace certus::gateway::test {

// Shared by the runners of all threads and the test.
struct Script {
  std::atomic<int> started{0}, finished{0}, cancelled{0};
  std::atomic<bool> released{false};
};

// Tools: echo (its arguments), where (index of the io thread), hold (until released, cancelled or its deadline),
// hold_long (the same, long-running), report (progress 0, 50, 50, 100), talk (a debug and an error log line),
// ask (elicits once, then gives back state and answers), ask_soon (the same with 400 ms of time), ask_model (samples),
// ask_two (elicits and asks for roots), nag (asks for ever), say_then_hold (one progress, then as hold).
// Prompt: ask_prompt. Resource: lab://watched, subscribable.
std::vector<ModuleDescriptor> scriptedModules();

class ScriptedRunner final : public CallRunner {
 public:
  ScriptedRunner(http::IoThread& thread, Script& script) : thread_(thread), script_(script) {}
  boost::asio::awaitable<void> run(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome,
                                   CallCancel& cancel) override;

 private:
  boost::asio::awaitable<void> hold(const Invocation& invocation, OutcomeSink& outcome, CallCancel& cancel);

  http::IoThread& thread_;
  Script& script_;
};

}  // namespace certus::gateway::test
