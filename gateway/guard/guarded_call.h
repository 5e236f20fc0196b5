// One round of one call under policy: what has to happen before the module may run, and what its outcome becomes. Decides;
// the runner does the waiting. On the call's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "gateway/call/grant.h"
#include "gateway/call/invocation.h"
#include "gateway/guard/arrival.h"
#include "gateway/guard/confirmation.h"
#include "gateway/guard/limit_stores.h"
#include "gateway/guard/state_frame.h"

namespace certus::gateway {

// In this order: open, redeem, takeLimits, then the module with invocation() and this as its sink. Each step may end the
// call, which is then answered: takeLimits also with a question to the person, once the call has paid its rates. What it
// holds under concurrency caps goes back when it dies.
class GuardedCall final : public OutcomeSink {
 public:
  struct Surroundings {  // all outlive the call
    http::IoThread& thread;
    LimitStores& stores;
    const Clock& clock;
  };
  // `asked.grant` is set. Both outlive this.
  GuardedCall(const Surroundings& around, const Invocation& asked, OutcomeSink& outcome);

  bool ended() const { return ended_; }

  void open();  // reads what an earlier round left; finds out whether the person has to be asked

  // A confirmation is used up, and a later round recognised as one that has been counted. Not null: the other replicas have
  // to be asked too, and settleRedeemed must be told what came.
  using Redeeming = std::shared_ptr<Arrival<Result<limits::RespValue>>>;
  Redeeming redeem();
  void settleRedeemed(const Result<limits::RespValue>& reply);

  // Not null: Redis decides, and settleLimits must be told what came.
  using Deciding = std::shared_ptr<Arrival<limits::Decision>>;
  Deciding takeLimits();
  void settleLimits(limits::Decision decision);

  const Invocation& invocation() const { return invocation_; }  // as the module is to see it
  void complete(const OutcomeView& outcome) override;

 private:
  const limits::LimitPlan& plan() const { return *grant_.policy->limits; }
  std::int64_t now() const { return unixMilliseconds(around_.clock.wall()); }
  StateFrame newFrame(StateFrame::Kind kind, Milliseconds life) const;
  std::string_view home() const { return plan().redis() ? std::string_view() : around_.stores.home(); }
  bool isConfirmation() const { return approved_ || frame_->kind == StateFrame::Kind::Question; }
  void openQuestion();
  void openRound();
  void ask();
  void putQuestion();
  void settle(Redeemed::Answer answer);
  void makeDemand(limits::Demand& out) const;
  void release();
  void refuse(Unconfirmed why);
  void end(const std::string& text, CallOutcome outcome);

  Surroundings around_;
  const Invocation& asked_;
  const Grant& grant_;
  OutcomeSink& outcome_;
  Invocation invocation_;
  std::optional<StateFrame> frame_;  // views asked_.state
  bool ended_ = false;
  bool asks_ = false;      // this round ends in the question to the person
  bool approved_ = false;  // a person has said yes to this call
  bool counted_ = false;   // an earlier round has paid the rates
  Redeemed* redeemedIn_ = nullptr;
  std::shared_ptr<RedisLimits> redis_;  // before the lease, which goes back through it
  limits::Lease lease_;
};

}  // namespace certus::gateway
