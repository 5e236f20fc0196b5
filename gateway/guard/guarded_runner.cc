#include "gateway/guard/guarded_runner.h"

#include <utility>

#include "gateway/guard/gateway_tools.h"

namespace certus::gateway {
namespace {

using States = std::shared_ptr<Arrival<Result<std::vector<limits::TakeState>>>>;

States lookInRedis(const GuardedCall::Surroundings& around, const std::shared_ptr<RedisLimits>& redis,
                   const limits::Demand& demand) {
  auto out = std::make_shared<Arrival<Result<std::vector<limits::TakeState>>>>(around.thread.context());
  redis->store().look(demand, std::chrono::steady_clock::now(),
                      [out](Result<std::vector<limits::TakeState>> states) { out->bring(std::move(states)); });
  return out;
}

}  // namespace

boost::asio::awaitable<void> GuardedRunner::run(const Invocation& invocation, NotificationSink& notifications,
                                                OutcomeSink& outcome, CallCancel& cancel) {
  if (invocation.grant) return guard(invocation, notifications, outcome, cancel);
  if (invocation.module == gatewayModule_) return answer(invocation, outcome);
  return inner_.run(invocation, notifications, outcome, cancel);
}

boost::asio::awaitable<void> GuardedRunner::guard(const Invocation& invocation, NotificationSink& notifications,
                                                  OutcomeSink& outcome, CallCancel& cancel) {
  // Beside the frame, which stays small enough for Asio to reuse its memory.
  const auto call = std::make_unique<GuardedCall>(around_, invocation, outcome);
  call->open();
  const GuardedCall::Redeeming redeeming = call->redeem();
  if (redeeming) {
    while (!redeeming->here()) co_await redeeming->wait();
    call->settleRedeemed(redeeming->value());
  }
  const GuardedCall::Deciding deciding = call->takeLimits();
  if (deciding) {
    while (!deciding->here()) co_await deciding->wait();
    call->settleLimits(std::move(deciding->value()));
  }
  if (call->ended()) co_return;
  const Invocation& asked = call->invocation();
  if (asked.module == gatewayModule_) {
    co_await answer(asked, *call);
    co_return;
  }
  co_await inner_.run(asked, notifications, *call, cancel);
}

boost::asio::awaitable<void> GuardedRunner::answer(const Invocation& invocation, OutcomeSink& outcome) {
  if (invocation.name != kLimitsTool) {
    answerWhoami(invocation, outcome);
    co_return;
  }
  LimitsAnswer limits(invocation);
  const bool shared = invocation.grant != nullptr && invocation.grant->policy->limits->redis();
  std::shared_ptr<RedisLimits> redis;
  if (shared && !limits.demands().empty()) redis = around_.stores.redis(around_.thread, invocation.grant->policy);
  for (const limits::Demand& demand : limits.demands()) {
    if (!redis) {
      limits.add(around_.stores.local(*invocation.grant->policy->limits).look(demand, std::chrono::steady_clock::now()));
      continue;
    }
    const States states = lookInRedis(around_, redis, demand);
    while (!states->here()) co_await states->wait();
    limits.add(states->value());
  }
  limits.complete(outcome);
}

}  // namespace certus::gateway
