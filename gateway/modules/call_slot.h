// The state of one running call: whom it serves, what it waits for, whether it has ended. Internal to gateway/modules;
// touched on the call's thread only.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "certus/abi.h"
#include "gateway/call/invocation.h"
#include "gateway/modules/call_runner.h"
#include "gateway/modules/module_instance.h"
#include "gateway/upstream/service_call.h"
#include "http/client.h"

namespace certus::gateway {

inline constexpr std::size_t kMaxRequestsOfACall = 64, kMaxTimersOfACall = 64;

// One request to a service: the module's words copied into buffers that are reused from call to call.
struct PendingRequest {
  std::string service, path, body, contentType, headerText;
  std::vector<http::Field> headers;  // views into headerText
  ServiceQuestion question;
  ServiceAnswer answer;
  http::Cancel cancel;
  certus_done done = nullptr;
  void* user = nullptr;

  void copy(const certus_http_request& request);  // all but deadline and identity
};

struct PendingTimer {
  boost::asio::steady_timer timer;
  certus_fn fn;
  void* user;
};

struct CallSlot {
  enum class End : std::uint8_t { None, Completed, Cancelled, TimedOut };

  explicit CallSlot(std::uint32_t at) : index(at) {}

  const std::uint32_t index;
  std::uint32_t generation = 0;
  bool open = false;
  End end = End::None;
  ModuleInstance* instance = nullptr;
  const Invocation* invocation = nullptr;
  NotificationSink* notifications = nullptr;
  OutcomeSink* outcome = nullptr;
  CallCancel* cancel = nullptr;
  certus_call ticket = 0;
  double lastProgress = 0;
  bool hasProgress = false;

  // The request that run() awaits by itself; `asked` while that is so.
  PendingRequest own;
  bool hasOwn = false, asked = false;
  std::list<std::shared_ptr<PendingRequest>> spawned;  // every further one, each with a coroutine of its own
  std::list<std::unique_ptr<PendingTimer>> timers;
  std::chrono::nanoseconds upstream{0};         // when at least one request was under way, those periods that have ended
  SteadyTime busySince = SteadyTime::max();     // the present one, as far as it is known from the answers that came
  boost::asio::steady_timer* waiting = nullptr;  // what run() sleeps on, if it does

  bool ended() const { return end != End::None; }
  std::size_t requests() const { return spawned.size() + (hasOwn ? 1 : 0); }

  void noteAnswered(const ServiceAnswer& answer);  // before it leaves `own` or `spawned`
  std::chrono::nanoseconds upstreamSoFar() const;
};

}  // namespace certus::gateway
