#include "gateway/modules/thread_runner.h"

#include <chrono>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/modules/abi_view.h"
#include "gateway/modules/ticket.h"

namespace certus::gateway {
namespace {

namespace asio = boost::asio;

asio::awaitable<std::tuple<boost::system::error_code>> expiry(asio::steady_timer& timer) {
  return timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

certus_request requestOf(const Invocation& invocation, SteadyTime now) {
  certus_request request{};
  request.size = sizeof request;
  request.kind = static_cast<std::uint32_t>(invocation.kind);
  request.name = lend(invocation.name);
  request.arguments = lend(invocation.arguments);
  request.input_responses = lend(invocation.inputResponses);
  request.state = lend(invocation.state);
  request.request_id = lend(invocation.requestId);
  request.subject = lend(invocation.subject);
  request.client_caps = invocation.clientCapabilities;
  request.max_results = invocation.maxResults;
  const auto left = std::chrono::duration_cast<Milliseconds>(invocation.deadline - now);
  request.deadline_ms = left.count() > 0 ? left.count() : 0;
  return request;
}

constexpr std::size_t kKeptBytes = 64 * 1024;  // of a slot's buffers, from one call to the next

void shrink(std::string& buffer) {
  if (buffer.capacity() > kKeptBytes) std::string().swap(buffer);
}

}  // namespace

ThreadRunner::ThreadRunner(http::IoThread& thread, ServiceClients& services, const std::vector<std::unique_ptr<ModuleInstance>>& instances)
    : thread_(thread), services_(services), instances_(instances) {}

ThreadRunner::~ThreadRunner() = default;

asio::awaitable<void> ThreadRunner::run(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome,
                                        CallCancel& cancel) {
  const std::shared_ptr<CallSlot> kept = open(invocation, notifications, outcome, cancel);
  CallSlot& slot = *kept;
  const SteadyTime now = std::chrono::steady_clock::now();
  begin(slot, now);
  Step step = next(slot, now);
  while (step != Step::Finished) {
    if (step == Step::Ask) {
      co_await services_.ask(slot.own.question, slot.own.answer, slot.own.cancel);
      answered(slot);
    } else {
      co_await sleep(slot);
    }
    step = next(slot, slot.ended() ? SteadyTime() : std::chrono::steady_clock::now());
  }
  finish(slot);
}

std::shared_ptr<CallSlot> ThreadRunner::open(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome, CallCancel& cancel) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.push_back(std::make_shared<CallSlot>(free_.back()));
  }
  const std::shared_ptr<CallSlot>& kept = slots_[free_.back()];
  CallSlot& slot = *kept;
  free_.pop_back();
  slot.open = true;
  slot.end = CallSlot::End::None;
  slot.instance = instances_[invocation.module].get();
  slot.invocation = &invocation;
  slot.notifications = &notifications;
  slot.outcome = &outcome;
  slot.cancel = &cancel;
  slot.hasProgress = false;
  slot.upstream = {};
  slot.busySince = SteadyTime::max();
  slot.ticket = Ticket{thread_.index(), slot.index, ++slot.generation}.pack();
  return kept;
}

void ThreadRunner::begin(CallSlot& slot, SteadyTime now) {
  ModuleInstance& instance = *slot.instance;
  instance.counters.calls.fetch_add(1, std::memory_order_relaxed);
  if (slot.cancel->requested()) return;  // next() ends it
  slot.cancel->arm([at = &slot] { interrupt(*at); });
  const certus_request request = requestOf(*slot.invocation, now);
  enter(slot, "call", [&] { instance.entries().call(instance.state, slot.ticket, &request); });
}

// Decides what run() does now. Modules are entered here only to be told of the end.
ThreadRunner::Step ThreadRunner::next(CallSlot& slot, SteadyTime now) {
  endIfCancelled(slot);
  if (!slot.ended() && now >= slot.invocation->deadline) endEarly(slot, CallSlot::End::TimedOut);
  if (slot.ended()) {
    dropPending(slot);
    return slot.spawned.empty() ? Step::Finished : Step::Sleep;
  }
  if (!slot.hasOwn) return Step::Sleep;
  slot.asked = true;
  return Step::Ask;
}

asio::awaitable<void> ThreadRunner::sleep(CallSlot& slot) {
  asio::steady_timer timer(thread_.context());
  timer.expires_at(slot.ended() ? SteadyTime::max() : slot.invocation->deadline);
  slot.waiting = &timer;
  co_await expiry(timer);
  slot.waiting = nullptr;
}

void ThreadRunner::finish(CallSlot& slot) {
  slot.cancel->arm({});
  slot.open = false;
  slot.invocation = nullptr;
  slot.notifications = nullptr;
  slot.outcome = nullptr;
  slot.cancel = nullptr;
  slot.own.answer.body = {};
  slot.own.answer.response.keeps = {};
  for (std::string* buffer : {&slot.own.body, &slot.own.path, &slot.own.headerText}) shrink(*buffer);
  free_.push_back(slot.index);
}

// Makes a suspended run() look again. From its own stack there is nothing to do: it looks anyway.
void ThreadRunner::interrupt(CallSlot& slot) {
  if (slot.asked) slot.own.cancel();
  if (slot.waiting != nullptr) slot.waiting->cancel();
}

void ThreadRunner::failThrown(CallSlot& slot) {
  slot.end = CallSlot::End::Completed;
  slot.instance->counters.failed.fetch_add(1, std::memory_order_relaxed);
  ContentView block;
  slot.outcome->complete(failedOutcome("the module threw an exception across the ABI", block));
  interrupt(slot);
}

void ThreadRunner::endIfCancelled(CallSlot& slot) {
  if (!slot.ended() && slot.cancel->requested()) endEarly(slot, CallSlot::End::Cancelled);
}

void ThreadRunner::endEarly(CallSlot& slot, CallSlot::End end) {
  ModuleInstance& instance = *slot.instance;
  slot.end = end;
  const bool cancelled = end == CallSlot::End::Cancelled;
  (cancelled ? instance.counters.cancelled : instance.counters.timedOut).fetch_add(1, std::memory_order_relaxed);
  OutcomeView outcome;
  outcome.kind = cancelled ? OutcomeView::Kind::Cancelled : OutcomeView::Kind::TimedOut;
  outcome.upstream = slot.upstreamSoFar();
  slot.outcome->complete(outcome);
  if (instance.entries().cancel == nullptr) return;
  enter(slot, "cancel", [&] { instance.entries().cancel(instance.state, slot.ticket); });
}

// The call has ended: what was not begun is told so, what is under way is stopped and tells later.
void ThreadRunner::dropPending(CallSlot& slot) {
  if (slot.hasOwn) {
    slot.hasOwn = false;
    deliver(slot, slot.own, slot.own.done, slot.own.user);
  }
  while (!slot.timers.empty()) {
    const std::unique_ptr<PendingTimer> timer = std::move(slot.timers.front());
    slot.timers.pop_front();
    enter(slot, "after", [&] { timer->fn(timer->user, 0); });
  }
  for (const auto& pending : slot.spawned) pending->cancel();
}

void ThreadRunner::answered(CallSlot& slot) {
  slot.noteAnswered(slot.own.answer);
  slot.asked = slot.hasOwn = false;  // first: `done` may ask again
  endIfCancelled(slot);
  deliver(slot, slot.own, slot.own.done, slot.own.user);
}

void ThreadRunner::deliver(CallSlot& slot, const PendingRequest& pending, certus_done done, void* user) {
  const ServiceAnswer& answer = pending.answer;
  certus_http_response response{};
  response.size = sizeof response;
  if (slot.ended()) {
    response.failure = CERTUS_HTTP_CANCELLED;
    response.explanation = lend("the call has ended");
  } else {
    response.failure = static_cast<std::uint32_t>(answer.failure);
    response.status = answer.status;
    response.retry_after_s = answer.retryAfterSeconds;
    response.body = lend(answer.body);
    response.content_type = lend(answer.contentType);
    response.explanation = lend(answer.explanation);
  }
  const certus_call ticket = slot.ended() ? 0 : slot.ticket;
  const ServiceAnswer* const outer = std::exchange(delivering_, &answer);
  enter(slot, "done", [&] { done(user, ticket, &response); });
  delivering_ = outer;
}

// Through a post, so that nothing of it runs inside the module's call of http().
void ThreadRunner::spawn(CallSlot& slot, const std::shared_ptr<PendingRequest>& pending) {
  asio::post(thread_.context(), [this, kept = slots_[slot.index], pending] {
    asio::co_spawn(thread_.context(), askSpawned(kept, pending), asio::detached);
  });
}

asio::awaitable<void> ThreadRunner::askSpawned(std::shared_ptr<CallSlot> slot, std::shared_ptr<PendingRequest> pending) {
  co_await services_.ask(pending->question, pending->answer, pending->cancel);
  answeredSpawned(*slot, *pending);
}

void ThreadRunner::answeredSpawned(CallSlot& slot, PendingRequest& pending) {
  slot.noteAnswered(pending.answer);
  slot.spawned.remove_if([&](const std::shared_ptr<PendingRequest>& each) { return each.get() == &pending; });  // its coroutine holds it
  endIfCancelled(slot);
  deliver(slot, pending, pending.done, pending.user);
  if (slot.ended()) interrupt(slot);
}

void ThreadRunner::fire(certus_call ticket, const PendingTimer* fired) {
  CallSlot& slot = *slots_[Ticket::unpack(ticket).slot];
  if (!slot.open || slot.ticket != ticket || slot.ended() || slot.cancel->requested()) return;  // it was told, or will be, with call 0
  for (auto each = slot.timers.begin(); each != slot.timers.end(); ++each) {
    if (each->get() != fired) continue;
    const std::unique_ptr<PendingTimer> timer = std::move(*each);
    slot.timers.erase(each);
    enter(slot, "after", [&] { timer->fn(timer->user, ticket); });
    return;
  }
}

void ThreadRunner::runWakes() {
  std::vector<Wake> ready;
  {
    const std::lock_guard lock(wakeMutex_);
    ready.swap(wakes_);
  }
  runWakes(ready);
}

void ThreadRunner::runWakes(const std::vector<Wake>& ready) {
  for (const Wake& wake : ready) {
    CallSlot* slot = find(*wake.instance, wake.ticket);
    if (slot != nullptr) {
      enter(*slot, "wake", [&] { wake.fn(wake.user, wake.ticket); });
    } else {
      (void)wake.instance->enter("wake", {}, [&] { wake.fn(wake.user, 0); });
    }
  }
}

void ThreadRunner::close() {
  for (const auto& slot : slots_) {
    if (!slot->open) continue;
    // Its coroutine was destroyed with the thread: only what the module is owed remains.
    static const Invocation kGone;
    slot->invocation = &kGone;
    slot->waiting = nullptr;
    if (!slot->ended()) slot->end = CallSlot::End::Cancelled;
    dropPending(*slot);
    while (!slot->spawned.empty()) {
      const std::shared_ptr<PendingRequest> pending = std::move(slot->spawned.front());
      slot->spawned.pop_front();
      deliver(*slot, *pending, pending->done, pending->user);
    }
    slot->open = false;
  }
  for (;;) {  // a wake's callback may wake again
    std::vector<Wake> ready;
    {
      const std::lock_guard lock(wakeMutex_);
      ready.swap(wakes_);
      closed_ = ready.empty();
    }
    if (ready.empty()) return;
    runWakes(ready);
  }
}

}  // namespace certus::gateway
