// Limits on the way of a call: what is refused takes nothing, and says which limit, who shares it, when to come again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/guard/guard_testing.h"

namespace certus::gateway::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using Kind = OutcomeView::Kind;

Gateway::Ask under(const std::string& limits, const std::string& tool = "sign") {
  Gateway::Ask out;
  out.tool = tool;
  out.policy = policyOf(kEverybodyMay + ("limits: {rules: {" + limits + "}}\n"));
  return out;
}

TEST(GuardLimits, RefusesTheCallAfterTheLastAndSaysWhenToComeAgain) {
  Gateway gateway;
  const Gateway::Ask ask = under("mine: {key: [subject], rate: 2/h}");
  EXPECT_EQ(gateway.ask(ask).kind, Kind::Result);
  EXPECT_EQ(gateway.ask(ask).kind, Kind::Result);
  const Answer refused = gateway.ask(ask);
  EXPECT_EQ(refused.kind, Kind::ToolError);
  EXPECT_EQ(refused.recordAs, CallOutcome::Limited);
  EXPECT_THAT(refused.text, HasSubstr("\"mine\" (2/h)"));
  EXPECT_THAT(refused.text, HasSubstr("rita@example.com"));
  EXPECT_THAT(refused.text, HasSubstr("Try again in 30 minutes"));
  EXPECT_EQ(gateway.module.ran, 2);
  EXPECT_THAT(gateway.stores.figures().refusals, ElementsAre(Pair("mine", 1)));
  Gateway::Ask other = ask;
  other.subject = "raul@example.com";
  EXPECT_EQ(gateway.ask(other).kind, Kind::Result);
}

TEST(GuardLimits, APromptIsLimitedAndItsCompletionIsCountedApart) {
  Gateway gateway;
  Gateway::Ask get = under("mine: {key: [subject], rate: 1/h}", "audit");
  get.kind = Invocation::Kind::Prompt;
  Gateway::Ask complete = get;
  complete.kind = Invocation::Kind::Completion;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(gateway.ask(complete).kind, Kind::Result) << i;
  const Answer typed = gateway.ask(complete);
  EXPECT_EQ(typed.recordAs, CallOutcome::Limited);
  EXPECT_THAT(typed.text, HasSubstr("10 as one. Try again in 6 minutes."));
  EXPECT_EQ(gateway.ask(get).kind, Kind::Result);
  const Answer refused = gateway.ask(get);
  EXPECT_EQ(refused.kind, Kind::ToolError);
  EXPECT_EQ(refused.recordAs, CallOutcome::Limited);
  EXPECT_THAT(refused.text, HasSubstr("\"mine\" (1/h), shared by rita@example.com"));
  EXPECT_THAT(refused.text, HasSubstr("Try again in 60 minutes."));
}

TEST(GuardLimits, DebtsOutliveAReloadThatLeavesTheirRule) {
  Gateway gateway;
  EXPECT_EQ(gateway.ask(under("mine: {key: [subject], rate: 1/h}")).kind, Kind::Result);
  EXPECT_EQ(gateway.ask(under("mine: {key: [subject], rate: 1/h}")).recordAs, CallOutcome::Limited);
}

TEST(GuardLimits, CountTenantsAndGroupsOfThePolicysFiles) {
  Gateway gateway;
  Gateway::Ask ask;
  ask.policy = policyOf(std::string(kEverybodyMay) +
                        "tenants: {acme: {}}\n"
                        "subjects: {rita@example.com: {tenant: acme}, raul@example.com: {tenant: acme}}\n"
                        "groups: {team: {subjects: [rita@example.com]}}\n"
                        "limits: {rules: {ours: {key: [tenant], rate: 2/h}, team: {key: [group], rate: 1/h, only: {groups: "
                        "[team]}}}}\n");
  EXPECT_EQ(gateway.ask(ask).kind, Kind::Result);
  EXPECT_THAT(gateway.ask(ask).text, HasSubstr("group team"));
  ask.subject = "raul@example.com";
  EXPECT_EQ(gateway.ask(ask).kind, Kind::Result);
  EXPECT_THAT(gateway.ask(ask).text, HasSubstr("tenant acme"));
}

Gateway::Ask toConfirm(const std::string& limits) {
  Gateway::Ask out;
  out.policy = policyOf("rules: {people: {effect: confirm, who: everyone, tools: ['trust/*']}}\n"
                        "limits: {rules: {" + limits + "}}\n");
  out.confirm = true;
  return out;
}

Gateway::Ask answered(Gateway::Ask ask, const std::string& state, const std::string& responses = kYes) {
  ask.state = state;
  ask.responses = responses;
  return ask;
}

TEST(GuardLimits, AQuestionToAPersonCountsWhenItIsPutAndTheAnswersRoundNotAgain) {
  Gateway gateway;
  const Gateway::Ask ask = toConfirm("r: {rate: 2/h}");
  const std::string first = gateway.ask(ask).state, second = gateway.ask(ask).state;
  const Answer third = gateway.ask(ask);
  EXPECT_EQ(third.recordAs, CallOutcome::Limited) << "nobody is asked without end";
  EXPECT_EQ(third.kind, Kind::ToolError);
  EXPECT_EQ(gateway.ask(answered(ask, first)).kind, Kind::Result) << "it was paid for when it was put";
  EXPECT_EQ(gateway.ask(answered(ask, second, kNo)).recordAs, CallOutcome::Unconfirmed);
  EXPECT_EQ(gateway.ask(ask).recordAs, CallOutcome::Limited) << "a no gives nothing back";
  EXPECT_EQ(gateway.module.ran, 1);
}

TEST(GuardLimits, AnApprovedCallOfSeveralRoundsCountsOnce) {
  Gateway gateway;
  Gateway::Ask ask = toConfirm("r: {rate: 1/h}");
  ask.tool = "ask";
  const Answer interrupted = gateway.ask(answered(ask, gateway.ask(ask).state));
  EXPECT_EQ(interrupted.kind, Kind::InputRequired);
  const std::string named = R"({"name":{"action":"accept","content":{}}})";
  EXPECT_EQ(gateway.ask(answered(ask, interrupted.state, named)).kind, Kind::Result);
  EXPECT_EQ(gateway.ask(ask).recordAs, CallOutcome::Limited);
}

TEST(GuardLimits, PlacesAreTakenByTheAnswersRoundWhichMayComeAgainIfNoneIsFree) {
  Gateway gateway;
  const Gateway::Ask ask = toConfirm("places: {concurrent: 1}");
  Gateway::Ask other = ask;
  other.tool = "hold";
  other.confirm = false;
  const auto held = gateway.start(other);
  gateway.runUntil([&] { return gateway.module.running == 1; });
  const Answer asked = gateway.ask(ask);
  EXPECT_EQ(asked.kind, Kind::InputRequired) << "while a person thinks no place is held";
  EXPECT_EQ(gateway.ask(answered(ask, asked.state)).recordAs, CallOutcome::Limited);
  held->cancel().request();
  gateway.runUntil([&] { return held->done(); });
  EXPECT_EQ(gateway.ask(answered(ask, asked.state)).kind, Kind::Result) << "the yes was not used up";
}

TEST(GuardLimits, ACallOfSeveralRoundsCountsOnceAndARepeatedRoundAgain) {
  Gateway gateway;
  Gateway::Ask ask = under("r: {rate: 2/h}", "ask");
  ask.state = gateway.ask(ask).state;
  ask.responses = R"({"name":{"action":"accept","content":{}}})";
  EXPECT_EQ(gateway.ask(ask).kind, Kind::Result);
  EXPECT_EQ(gateway.ask(ask).kind, Kind::Result);  // the same state once more is a call of its own
  EXPECT_EQ(gateway.ask(ask).recordAs, CallOutcome::Limited);
}

TEST(GuardLimits, OpenLocalModeHasNone) {
  Gateway gateway;
  Gateway::Ask ask;
  ask.open = true;
  ask.tool = "ask";
  const Answer asked = gateway.ask(ask);
  EXPECT_EQ(asked.state, "the module's own");  // nothing is wrapped either
}

}  // namespace
}  // namespace certus::gateway::test
