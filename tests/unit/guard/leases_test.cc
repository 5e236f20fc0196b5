// Places under a concurrency cap come back on every path out of a call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/guard/guard_testing.h"

namespace certus::gateway::test {
namespace {

using ::testing::HasSubstr;
using Kind = OutcomeView::Kind;

struct Leases : ::testing::Test {
  Gateway::Ask call(const std::string& tool) {
    Gateway::Ask out;
    out.tool = tool;
    out.policy = policy;
    return out;
  }
  bool free() { return gateway.ask(call("sign")).kind == Kind::Result; }
  std::unique_ptr<Gateway::Call> held() {
    auto out = gateway.start(call("hold"));
    gateway.runUntil([&] { return gateway.module.running == 1; });
    return out;
  }
  std::shared_ptr<const policy::PolicySet> policy =
      policyOf(std::string(kEverybodyMay) + "limits: {rules: {one: {concurrent: 1}}}\n");
  Gateway gateway;
};

TEST_F(Leases, AreHeldWhileTheModuleRuns) {
  const auto call = held();
  const Answer refused = gateway.ask(this->call("sign"));
  EXPECT_EQ(refused.recordAs, CallOutcome::Limited);
  EXPECT_THAT(refused.text, HasSubstr("1 at a time"));
  call->cancel().request();
  gateway.runUntil([&] { return call->done(); });
  EXPECT_EQ(call->answer().kind, Kind::Cancelled);
  EXPECT_TRUE(free());
}

TEST_F(Leases, ComeBackAtTheDeadline) {
  Gateway::Ask ask = call("hold");
  ask.time = Milliseconds(30);
  EXPECT_EQ(gateway.ask(ask).kind, Kind::TimedOut);
  EXPECT_TRUE(free());
}

TEST_F(Leases, ComeBackWhenTheInnerRunnerThrows) {
  const auto call = gateway.start(this->call("fall"));
  gateway.runUntil([&] { return call->done(); });
  EXPECT_TRUE(call->threw());
  EXPECT_TRUE(free());
}

TEST_F(Leases, ComeBackWhenTheModuleAsks) {
  const Answer asked = gateway.ask(call("ask"));
  EXPECT_EQ(asked.kind, Kind::InputRequired);
  EXPECT_TRUE(free());
}

TEST_F(Leases, OfALaterRoundAreTakenThough) {
  Gateway::Ask later = call("ask");
  later.state = gateway.ask(later).state;
  later.responses = R"({"name":{"action":"accept","content":{}}})";
  const auto call = held();
  EXPECT_EQ(gateway.ask(later).recordAs, CallOutcome::Limited);
  call->cancel().request();
  gateway.runUntil([&] { return call->done(); });
  EXPECT_EQ(gateway.ask(later).kind, Kind::Result);
}

TEST_F(Leases, SurviveAReload) {
  const auto call = held();
  policy = policyOf(std::string(kEverybodyMay) + "limits: {rules: {one: {concurrent: 1}}}\n");
  EXPECT_FALSE(free());
  call->cancel().request();
  gateway.runUntil([&] { return call->done(); });
  EXPECT_TRUE(free());
}

}  // namespace
}  // namespace certus::gateway::test
