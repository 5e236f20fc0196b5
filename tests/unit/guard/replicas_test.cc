// Two gateways that share a Redis server, a real one: limits, places and used confirmations are of both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/guard/guard_testing.h"
#include "tests/unit/policy_limits/redis_server.h"

namespace certus::gateway::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Kind = OutcomeView::Kind;
using limits::RedisServer;

struct Replicas : ::testing::Test {
  void SetUp() override {
    if (!RedisServer::installed()) GTEST_SKIP() << "SKIP: peer-redis-server: redis-server is not installed";
    server.emplace(std::vector<std::string>{"--requirepass", "hunter2"});
    ::setenv("CERTUS_TEST_REDIS_PASSWORD", "hunter2", 1);
  }
  std::shared_ptr<const policy::PolicySet> policyWith(const std::string& rule,
                                                      const std::string& variable = "CERTUS_TEST_REDIS_PASSWORD") {
    return policyOf(
        "rules: {people: {effect: confirm, who: everyone, tools: ['trust/*']}}\n"
        "limits: {store: redis, redis: {url: 'redis://127.0.0.1:" +
        std::to_string(server->port()) + "', password_env: " + variable + ", timeout_seconds: 5}, rules: {" + rule + "}}\n");
  }
  static Gateway::Ask call(const std::shared_ptr<const policy::PolicySet>& policy, const std::string& tool = "sign") {
    Gateway::Ask out;
    out.tool = tool;
    out.policy = policy;
    return out;
  }
  std::optional<RedisServer> server;
  Gateway first, second;
};

TEST_F(Replicas, ShareRates) {
  const auto policy = policyWith("r: {rate: 2/h}");
  EXPECT_EQ(first.ask(call(policy)).kind, Kind::Result);
  EXPECT_EQ(second.ask(call(policy)).kind, Kind::Result);
  const Answer refused = first.ask(call(policy));
  EXPECT_EQ(refused.recordAs, CallOutcome::Limited);
  EXPECT_THAT(refused.text, HasSubstr("30 minutes"));
  EXPECT_EQ(first.stores.figures().redisFailures, 0u);
}

TEST_F(Replicas, SharePlacesWhichComeBack) {
  const auto policy = policyWith("r: {concurrent: 1}");
  const auto held = first.start(call(policy, "hold"));
  first.runUntil([&] { return first.module.running == 1; });
  EXPECT_EQ(second.ask(call(policy)).recordAs, CallOutcome::Limited);
  held->cancel().request();
  first.runUntil([&] { return held->done() && second.ask(call(policy)).kind == Kind::Result; });
}

TEST_F(Replicas, AgreeThatAConfirmationWasUsed) {
  const auto policy = policyWith("r: {rate: 100/h}");
  Gateway::Ask ask = call(policy);
  ask.confirm = true;
  ask.state = first.ask(ask).state;
  ask.responses = kYes;
  EXPECT_EQ(second.ask(ask).kind, Kind::Result);
  EXPECT_THAT(first.ask(ask).text, HasSubstr("has been used"));
  EXPECT_EQ(first.module.ran + second.module.ran, 1);
}

TEST_F(Replicas, AConfirmedCallThatALimitRefusedMayComeAgainAnywhere) {
  const auto policy = policyWith("r: {concurrent: 1}");
  const auto held = second.start(call(policy, "hold"));
  second.runUntil([&] { return second.module.running == 1; });
  Gateway::Ask ask = call(policy);
  ask.confirm = true;
  ask.state = first.ask(ask).state;
  ask.responses = kYes;
  EXPECT_EQ(first.ask(ask).recordAs, CallOutcome::Limited);
  held->cancel().request();
  second.runUntil([&] { return held->done(); });
  first.runUntil([&] { return second.ask(ask).kind == Kind::Result; });
}

TEST_F(Replicas, PayForAQuestionOnceWhereverItsAnswerIsBrought) {
  const auto policy = policyWith("r: {rate: 1/h}");
  Gateway::Ask ask = call(policy);
  ask.confirm = true;
  Gateway::Ask answer = ask;
  answer.state = first.ask(ask).state;
  answer.responses = kYes;
  EXPECT_EQ(second.ask(ask).recordAs, CallOutcome::Limited) << "nobody is asked again";
  EXPECT_EQ(second.ask(answer).kind, Kind::Result);
}

TEST_F(Replicas, WithoutTheirServerAClosedRuleAndAConfirmationRefuse) {
  const auto policy = policyWith("r: {rate: 100/h, when_unreachable: open}");
  const auto closed = policyWith("r: {rate: 100/h}");
  Gateway::Ask ask = call(policy);
  ask.confirm = true;
  ask.state = first.ask(ask).state;
  ask.responses = kYes;
  server->kill();
  const Answer refused = first.ask(ask);
  EXPECT_EQ(refused.recordAs, CallOutcome::Unconfirmed);
  EXPECT_THAT(refused.text, HasSubstr("cannot be found out"));
  EXPECT_EQ(first.module.ran, 0);
  EXPECT_EQ(first.ask(call(closed)).recordAs, CallOutcome::Limited);
  EXPECT_EQ(first.ask(call(policy)).kind, Kind::Result);
  EXPECT_GE(first.stores.figures().redisFailures, 2u);
  EXPECT_THAT(first.told, Not(IsEmpty()));
}

TEST_F(Replicas, AReloadWithAnotherPasswordGetsAConnectionOfItsOwn) {
  ::setenv("CERTUS_TEST_REDIS_WRONG", "hunter3", 1);
  const auto wrong = policyWith("r: {rate: 100/h}", "CERTUS_TEST_REDIS_WRONG");
  EXPECT_EQ(first.ask(call(wrong)).recordAs, CallOutcome::Limited);
  EXPECT_EQ(first.ask(call(policyWith("r: {rate: 100/h}"))).kind, Kind::Result);
  ::unsetenv("CERTUS_TEST_REDIS_NONE");
  second.ask(call(policyWith("r: {rate: 100/h}", "CERTUS_TEST_REDIS_NONE")));
  ASSERT_THAT(second.told, Not(IsEmpty()));
  EXPECT_THAT(second.told.front(), HasSubstr("CERTUS_TEST_REDIS_NONE"));
}

TEST_F(Replicas, ACallUnderWayKeepsTheConnectionItsPlaceIsHeldBy) {
  const auto held = first.start(call(policyWith("r: {concurrent: 1}"), "hold"));
  first.runUntil([&] { return first.module.running == 1; });
  for (int i = 0; i < 8; ++i) {  // more servers than are kept
    ::setenv("CERTUS_TEST_REDIS_OTHER", ("hunter" + std::to_string(10 + i)).c_str(), 1);
    first.ask(call(policyWith("r: {concurrent: 1}", "CERTUS_TEST_REDIS_OTHER")));
  }
  EXPECT_EQ(second.ask(call(policyWith("r: {concurrent: 1}"))).recordAs, CallOutcome::Limited);
  held->cancel().request();
  first.runUntil([&] { return held->done() && second.ask(call(policyWith("r: {concurrent: 1}"))).kind == Kind::Result; });
}

TEST_F(Replicas, AGatewayThatEndsInTheMiddleOfCallsLeavesNothingBehind) {
  {
    Gateway ending;
    const auto policy = policyWith("r: {concurrent: 5}");
    const auto held = ending.start(call(policy, "hold"));
    ending.runUntil([&] { return ending.module.running == 1; });
    const auto asking = ending.start(call(policy, "hold"));
    ending.thread.context().poll_one();
    ending.stores.close();
    held->cancel().request();
    asking->cancel().request();
    ending.runUntil([&] { return held->done() && asking->done(); });
  }
}

}  // namespace
}  // namespace certus::gateway::test
