#include "gateway/guard/guarded_call.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "gateway/guard/limit_caller.h"
#include "policy/limits/refusal.h"

namespace certus::gateway {
namespace {

constexpr Milliseconds kAfterDeadline{5'000};

using Reply = Result<limits::RespValue>;

std::string redeemedName(const RedisAccess& access, const Nonce& nonce) {
  return "{" + access.prefix + "}:redeemed:" + toHex({nonce.data(), nonce.size()});
}

}  // namespace

GuardedCall::GuardedCall(const Surroundings& around, const Invocation& asked, OutcomeSink& outcome)
    : around_(around), asked_(asked), grant_(*asked.grant), outcome_(outcome), invocation_(asked) {}

// ---- rounds

void GuardedCall::open() {
  if (asked_.state.empty()) {
    if (grant_.confirm) ask();
    return;
  }
  frame_ = readFrame(asked_.state);
  if (!frame_) return refuse(Unconfirmed::Foreign);
  const bool question = frame_->kind == StateFrame::Kind::Question;
  if (now() >= frame_->expires) return refuse(question ? Unconfirmed::Expired : Unconfirmed::Foreign);
  question ? openQuestion() : openRound();
}

void GuardedCall::openQuestion() {
  switch (readApproval(asked_.inputResponses)) {
    case Approval::Declined: return refuse(Unconfirmed::Declined);
    case Approval::Cancelled: return refuse(Unconfirmed::Cancelled);
    case Approval::Missing: return refuse(Unconfirmed::Missing);
    case Approval::Given: break;
  }
  if (grant_.confirm && proofOf(grant_, asked_, *frame_, home()) != *frame_->proof) return refuse(Unconfirmed::Mismatch);
  approved_ = grant_.confirm != nullptr;
  invocation_.state = invocation_.inputResponses = {};
}

void GuardedCall::openRound() {
  if (grant_.confirm) {
    if (!frame_->proof) return ask();  // when the first round ran, nobody had to be asked
    if (proofOf(grant_, asked_, *frame_, home()) != *frame_->proof) return refuse(Unconfirmed::Mismatch);
    approved_ = true;
  }
  invocation_.state = frame_->inner;
}

StateFrame GuardedCall::newFrame(StateFrame::Kind kind, Milliseconds life) const {
  StateFrame out;
  out.kind = kind;
  const std::string random = randomBytes(out.nonce.size());
  std::copy(random.begin(), random.end(), out.nonce.begin());
  out.issued = now();
  out.expires = out.issued + life.count();
  if (kind == StateFrame::Kind::Question || approved_) out.proof = proofOf(grant_, asked_, out, home());
  return out;
}

void GuardedCall::ask() {
  const bool canBeAsked = asked_.kind != Invocation::Kind::Completion && (asked_.clientCapabilities & kCanElicit) != 0;
  if (!canBeAsked) return refuse(Unconfirmed::CannotAsk);
  asks_ = true;
}

void GuardedCall::putQuestion() {
  const std::string question = confirmationQuestion(grant_, asked_);
  const std::string state = writeFrame(newFrame(StateFrame::Kind::Question, kConfirmationLifetime));
  OutcomeView view;
  view.kind = OutcomeView::Kind::InputRequired;
  view.structured = question;
  view.state = state;
  ended_ = true;
  outcome_.complete(view);
}

// ---- used once

GuardedCall::Redeeming GuardedCall::redeem() {
  if (ended_ || asks_ || !frame_) return nullptr;
  Redeemed& table = isConfirmation() ? around_.stores.confirmations() : around_.stores.rounds();
  const Redeemed::Answer answer = table.redeem(frame_->nonce, frame_->expires, now());
  if (answer == Redeemed::Answer::First) redeemedIn_ = &table;
  if (answer != Redeemed::Answer::First || !plan().redis()) {
    settle(answer);
    return nullptr;
  }
  redis_ = around_.stores.redis(around_.thread, grant_.policy);
  const std::string life = std::to_string(std::max<std::int64_t>(1, frame_->expires - now()));
  std::string command;
  limits::appendCommand(command, {"SET", redeemedName(redis_->access(), frame_->nonce), "1", "NX", "PX", life});
  auto out = std::make_shared<Arrival<Reply>>(around_.thread.context());
  redis_->link().ask(std::move(command), std::chrono::steady_clock::now() + redis_->access().timeout,
                     [out](Reply reply) { out->bring(std::move(reply)); });
  return out;
}

void GuardedCall::settleRedeemed(const Reply& reply) {
  using Kind = limits::RespValue::Kind;
  if (reply && reply->kind == Kind::Status) return settle(Redeemed::Answer::First);
  redeemedIn_ = nullptr;  // another replica's, or nobody knows: not to be given back from here
  if (reply && reply->kind == Kind::Null) return settle(Redeemed::Answer::Again);
  if (isConfirmation()) refuse(Unconfirmed::Unreachable);  // an unpaid round is counted as a call of its own
}

void GuardedCall::settle(Redeemed::Answer answer) {
  if (answer == Redeemed::Answer::First) {
    counted_ = true;
  } else if (isConfirmation()) {
    refuse(answer == Redeemed::Answer::Again ? Unconfirmed::Used : Unconfirmed::TooMany);
  }
}

// A refused call leaves no trace: the same answers may be brought again.
void GuardedCall::release() {
  if (redeemedIn_ == nullptr) return;
  if (plan().redis() && redis_) {
    std::string command;
    limits::appendCommand(command, {"DEL", redeemedName(redis_->access(), frame_->nonce)});
    redis_->link().ask(std::move(command), SteadyTime::max(), {});
  }
  std::exchange(redeemedIn_, nullptr)->release(frame_->nonce);
}

// ---- limits

void GuardedCall::makeDemand(limits::Demand& out) const {
  const LimitCaller caller(grant_, *grant_.limits);
  limits::Demand all;
  plan().demandOf(*grant_.limits, caller.caller(), all);
  for (const limits::Take& take : std::as_const(all).takes()) {
    const bool place = take.kind == limits::Take::Kind::Lease;  // held while the module runs, not while a person thinks
    if (place ? !asks_ : !counted_) out.add(take);
  }
  const auto rest = std::chrono::duration_cast<Milliseconds>(asked_.deadline - std::chrono::steady_clock::now());
  out.leaseLife = std::max(rest, Milliseconds(0)) + kAfterDeadline;
}

GuardedCall::Deciding GuardedCall::takeLimits() {
  if (ended_) return nullptr;
  limits::Demand demand;
  if (grant_.limits != nullptr) makeDemand(demand);
  if (demand.empty()) {
    if (asks_) putQuestion();
    return nullptr;
  }
  const SteadyTime now = std::chrono::steady_clock::now();
  if (!plan().redis()) {
    settleLimits(around_.stores.local(plan()).take(demand, now));
    return nullptr;
  }
  if (!redis_) redis_ = around_.stores.redis(around_.thread, grant_.policy);
  auto out = std::make_shared<Arrival<limits::Decision>>(around_.thread.context());
  redis_->store().take(demand, now, [out](limits::Decision&& decision) { out->bring(std::move(decision)); });
  return out;
}

void GuardedCall::settleLimits(limits::Decision decision) {
  if (decision.admitted()) {
    lease_ = std::move(decision.lease);
    if (asks_) putQuestion();
    return;
  }
  release();
  const limits::Refusal& refusal = *decision.refusal;
  around_.stores.countRefusal(refusal.rule ? std::string_view(refusal.rule->name) : std::string_view("_table"));
  const LimitCaller caller(grant_, *grant_.limits);
  end(limits::refusalText(refusal, *grant_.limits, caller.caller()), CallOutcome::Limited);
}

// ---- ends

void GuardedCall::complete(const OutcomeView& outcome) {
  if (outcome.kind != OutcomeView::Kind::InputRequired) return outcome_.complete(outcome);
  StateFrame frame = newFrame(StateFrame::Kind::Module, kRoundLifetime);
  frame.inner = outcome.state;
  const std::string state = writeFrame(frame);
  OutcomeView framed = outcome;
  framed.state = state;
  outcome_.complete(framed);
}

void GuardedCall::refuse(Unconfirmed why) { end(unconfirmedText(why, grant_), CallOutcome::Unconfirmed); }

void GuardedCall::end(const std::string& text, CallOutcome outcome) {
  ended_ = true;
  ContentView content;
  content.text = text;
  OutcomeView view;
  view.kind = OutcomeView::Kind::ToolError;
  view.content = std::span<const ContentView>(&content, 1);
  view.recordAs = outcome;
  outcome_.complete(view);
}

}  // namespace certus::gateway
