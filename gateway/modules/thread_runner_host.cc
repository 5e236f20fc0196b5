// The host functions of ThreadRunner: what a module may do to a call of its own, on the call's thread.
#include <chrono>
#include <cmath>

#include <boost/asio/post.hpp>

#include "gateway/modules/abi_view.h"
#include "gateway/modules/thread_runner.h"
#include "gateway/modules/ticket.h"

namespace certus::gateway {

CallSlot* ThreadRunner::find(const ModuleInstance& instance, certus_call ticket) const {
  const std::uint32_t index = Ticket::unpack(ticket).slot;
  if (index >= slots_.size()) return nullptr;
  CallSlot& slot = *slots_[index];
  if (!slot.open || slot.ticket != ticket || slot.instance != &instance) return nullptr;
  return slot.ended() || slot.cancel->requested() ? nullptr : &slot;
}

void ThreadRunner::countRefused(ModuleInstance& instance, certus_call ticket) const {
  const std::uint32_t index = Ticket::unpack(ticket).slot;
  const bool twice = index < slots_.size() && slots_[index]->ticket == ticket && slots_[index]->end == CallSlot::End::Completed;
  (twice ? instance.counters.doubleCompletions : instance.counters.lateCompletions).fetch_add(1, std::memory_order_relaxed);
}

std::uint32_t ThreadRunner::complete(ModuleInstance& instance, certus_call ticket, const certus_outcome& raw) {
  CallSlot* slot = find(instance, ticket);
  if (slot == nullptr) {
    countRefused(instance, ticket);
    return CERTUS_GONE;
  }
  slot->end = CallSlot::End::Completed;
  OutcomeView outcome = reader_.read(raw);
  // A module that hands on the very bytes it was given spares the second parse; they stand while `done` runs.
  const bool handsOn = delivering_ != nullptr && delivering_->json && outcome.structured.data() == delivering_->body.data() &&
                       outcome.structured.size() == delivering_->body.size();
  if (handsOn) outcome.parsed = delivering_->json;
  outcome.upstream = slot->upstreamSoFar();
  if (outcome.kind == OutcomeView::Kind::Failed) instance.counters.failed.fetch_add(1, std::memory_order_relaxed);
  slot->outcome->complete(outcome);
  interrupt(*slot);
  return CERTUS_OK;
}

std::uint32_t ThreadRunner::http(ModuleInstance& instance, certus_call ticket, const certus_http_request& raw, certus_done done, void* user) {
  CallSlot* slot = find(instance, ticket);
  if (slot == nullptr) return CERTUS_GONE;
  if (slot->requests() >= kMaxRequestsOfACall) return CERTUS_BUSY;
  const auto request = readSized<certus_http_request>(&raw);
  if (request.header_count > 0 && request.headers == nullptr) return CERTUS_BAD_ARGUMENT;
  const bool isOwn = !slot->hasOwn;
  PendingRequest& pending = isOwn ? slot->own : *slot->spawned.emplace_back(std::make_shared<PendingRequest>());
  pending.copy(request);
  pending.answer.asked = {};
  pending.done = done;
  pending.user = user;
  const Invocation& invocation = *slot->invocation;
  pending.question.deadline = invocation.deadline;
  pending.question.requestId = invocation.requestId;
  pending.question.subject = invocation.subject;
  pending.question.tenant = invocation.tenant;
  pending.question.traceparent = invocation.traceparent;
  slot->hasOwn = true;
  if (!isOwn) {
    spawn(*slot, slot->spawned.back());
  } else if (slot->waiting != nullptr) {
    slot->waiting->cancel();  // run() sleeps: it shall ask
  }
  return CERTUS_OK;
}

std::uint32_t ThreadRunner::progress(ModuleInstance& instance, certus_call ticket, double value, double total, certus_str message) {
  CallSlot* slot = find(instance, ticket);
  if (slot == nullptr) return CERTUS_GONE;
  const std::string_view text = view(message);
  if (!std::isfinite(value) || !std::isfinite(total) || !simdjson::validate_utf8(text.data(), text.size())) return CERTUS_BAD_ARGUMENT;
  if (slot->hasProgress && value <= slot->lastProgress) return CERTUS_BAD_ARGUMENT;
  slot->hasProgress = true;
  slot->lastProgress = value;
  if (slot->notifications->wantsProgress()) slot->notifications->progress(value, total, text);
  return CERTUS_OK;
}

std::uint32_t ThreadRunner::log(ModuleInstance& instance, certus_call ticket, std::uint32_t level, certus_str logger, certus_str json) {
  CallSlot* slot = find(instance, ticket);
  if (slot == nullptr) return CERTUS_GONE;
  if (level > CERTUS_EMERGENCY) return CERTUS_BAD_ARGUMENT;
  if (!slot->notifications->wantsLog(static_cast<LogLevel>(level))) return CERTUS_OK;
  const std::string_view name = view(logger), data = view(json);
  if (!simdjson::validate_utf8(name.data(), name.size())) return CERTUS_BAD_ARGUMENT;
  if (logParser_.parse(data.data(), data.size()).error() != simdjson::SUCCESS) return CERTUS_BAD_ARGUMENT;
  slot->notifications->log(static_cast<LogLevel>(level), name, data);
  return CERTUS_OK;
}

std::uint32_t ThreadRunner::after(ModuleInstance& instance, certus_call ticket, std::uint32_t delayMs, certus_fn fn, void* user) {
  CallSlot* slot = find(instance, ticket);
  if (slot == nullptr) return CERTUS_GONE;
  if (slot->timers.size() >= kMaxTimersOfACall) return CERTUS_BUSY;
  PendingTimer& pending =
      *slot->timers.emplace_back(std::make_unique<PendingTimer>(PendingTimer{boost::asio::steady_timer(thread_.context()), fn, user}));
  pending.timer.expires_after(Milliseconds(delayMs));
  pending.timer.async_wait([this, ticket, timer = &pending](const boost::system::error_code& error) {
    if (!error) fire(ticket, timer);
  });
  return CERTUS_OK;
}

std::uint32_t ThreadRunner::wake(ModuleInstance& instance, certus_call ticket, certus_fn fn, void* user) {
  const std::lock_guard lock(wakeMutex_);
  if (closed_) return CERTUS_GONE;
  wakes_.push_back({&instance, ticket, fn, user});
  if (wakes_.size() == 1) boost::asio::post(thread_.context(), [this] { runWakes(); });
  return CERTUS_OK;
}

}  // namespace certus::gateway
