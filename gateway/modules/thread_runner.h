// The calls of one io thread: runs them, and serves the host functions that their modules call. Internal to gateway/modules.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "gateway/modules/call_runner.h"
#include "gateway/modules/call_slot.h"
#include "gateway/modules/module_instance.h"
#include "gateway/modules/outcome_view.h"
#include "gateway/upstream/services.h"
#include "http/io_threads.h"

namespace certus::gateway {

class ThreadRunner final : public CallRunner {
 public:
  ThreadRunner(http::IoThread& thread, ServiceClients& services, const std::vector<std::unique_ptr<ModuleInstance>>& instances);
  ThreadRunner(const ThreadRunner&) = delete;
  ThreadRunner& operator=(const ThreadRunner&) = delete;
  ~ThreadRunner() override;

  boost::asio::awaitable<void> run(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome,
                                   CallCancel& cancel) override;

  // ---- host functions, on this thread; certus_status
  bool isHere() const { return http::IoThread::current() == &thread_; }
  std::uint32_t complete(ModuleInstance& instance, certus_call ticket, const certus_outcome& outcome);
  std::uint32_t http(ModuleInstance& instance, certus_call ticket, const certus_http_request& request, certus_done done, void* user);
  std::uint32_t progress(ModuleInstance& instance, certus_call ticket, double value, double total, certus_str message);
  std::uint32_t log(ModuleInstance& instance, certus_call ticket, std::uint32_t level, certus_str logger, certus_str json);
  std::uint32_t after(ModuleInstance& instance, certus_call ticket, std::uint32_t delayMs, certus_fn fn, void* user);

  // ---- from any thread
  std::uint32_t wake(ModuleInstance& instance, certus_call ticket, certus_fn fn, void* user);

  // Once the thread was joined: runs everything that is owed to the modules, with call 0. wake() is GONE from here on.
  void close();

 private:
  enum class Step : std::uint8_t { Ask, Sleep, Finished };
  struct Wake {
    ModuleInstance* instance;
    certus_call ticket;
    certus_fn fn;
    void* user;
  };

  std::shared_ptr<CallSlot> open(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome, CallCancel& cancel);
  void begin(CallSlot& slot, SteadyTime now);
  Step next(CallSlot& slot, SteadyTime now);
  boost::asio::awaitable<void> sleep(CallSlot& slot);
  void finish(CallSlot& slot);

  // Every entry into a call's module: what it throws fails the call.
  template <class Entry>
  void enter(CallSlot& slot, std::string_view entry, Entry run) {
    if (!slot.instance->enter(entry, slot.invocation->name, run) && !slot.ended()) failThrown(slot);
  }
  void failThrown(CallSlot& slot);
  void endIfCancelled(CallSlot& slot);  // before anything else is told to the module
  void endEarly(CallSlot& slot, CallSlot::End end);
  void dropPending(CallSlot& slot);
  static void interrupt(CallSlot& slot);
  void answered(CallSlot& slot);
  void deliver(CallSlot& slot, const PendingRequest& pending, certus_done done, void* user);
  void spawn(CallSlot& slot, const std::shared_ptr<PendingRequest>& pending);
  boost::asio::awaitable<void> askSpawned(std::shared_ptr<CallSlot> slot, std::shared_ptr<PendingRequest> pending);
  void answeredSpawned(CallSlot& slot, PendingRequest& pending);
  void fire(certus_call ticket, const PendingTimer* timer);
  void runWakes();
  void runWakes(const std::vector<Wake>& ready);

  CallSlot* find(const ModuleInstance& instance, certus_call ticket) const;  // open, not ended, of that module; else null
  void countRefused(ModuleInstance& instance, certus_call ticket) const;

  http::IoThread& thread_;
  ServiceClients& services_;
  const std::vector<std::unique_ptr<ModuleInstance>>& instances_;
  // Shared with the coroutines: one that was left suspended dies with its io_context, after this object.
  std::vector<std::shared_ptr<CallSlot>> slots_;
  std::vector<std::uint32_t> free_;
  const ServiceAnswer* delivering_ = nullptr;  // while a module's `done` runs
  OutcomeReader reader_;
  simdjson::dom::parser logParser_;

  std::mutex wakeMutex_;  // guards the two below; everything else is the thread's own
  std::vector<Wake> wakes_;
  bool closed_ = false;
};

}  // namespace certus::gateway
