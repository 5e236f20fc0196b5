// Holds calls to what policy granted them: asks the person where a rule says so, takes the limits, and answers the gateway's
// own tools. Without a grant it costs two comparisons. One per io thread.
#pragma once

#include <cstdint>

#include "gateway/guard/guarded_call.h"
#include "gateway/modules/call_runner.h"

namespace certus::gateway {

inline constexpr std::uint32_t kNoGatewayModule = 0xffff'ffff;

class GuardedRunner final : public CallRunner {
 public:
  // All outlive the runner. `gatewayModule`: the position of gatewayModule() in the catalogue, whose tools no .so answers.
  GuardedRunner(CallRunner& inner, const GuardedCall::Surroundings& around, std::uint32_t gatewayModule = kNoGatewayModule)
      : inner_(inner), around_(around), gatewayModule_(gatewayModule) {}

  boost::asio::awaitable<void> run(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome,
                                   CallCancel& cancel) override;

 private:
  boost::asio::awaitable<void> guard(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome,
                                     CallCancel& cancel);
  boost::asio::awaitable<void> answer(const Invocation& invocation, OutcomeSink& outcome);

  CallRunner& inner_;
  GuardedCall::Surroundings around_;
  std::uint32_t gatewayModule_;
};

}  // namespace certus::gateway
