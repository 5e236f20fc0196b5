// A rule that wants a person's yes: asked once, bound to the very call, used once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/guard/guard_testing.h"

namespace certus::gateway::test {
namespace {

using ::testing::HasSubstr;
using Kind = OutcomeView::Kind;

const char* const kConfirm =
    "rules:\n  people-sign: {effect: confirm, who: everyone, tools: ['trust/*'], advice: 'Look twice.'}\n";
const char* const kOtherRule =
    "rules:\n  others-sign: {effect: confirm, who: everyone, tools: ['trust/*'], advice: 'Look twice.'}\n";

struct Confirmation : ::testing::Test {
  Gateway::Ask call(const std::string& tool = "sign") {
    Gateway::Ask out;
    out.tool = tool;
    out.arguments = R"({"artifact":"a.tar"})";
    out.policy = policy;
    out.confirm = true;
    return out;
  }
  Gateway::Ask answered(const Answer& question, const std::string& responses = kYes) {
    Gateway::Ask out = call();
    out.state = question.state;
    out.responses = responses;
    return out;
  }
  void expectRefused(const Answer& answer, const char* text) {
    EXPECT_EQ(answer.kind, Kind::ToolError);
    EXPECT_EQ(answer.recordAs, CallOutcome::Unconfirmed);
    EXPECT_THAT(answer.text, HasSubstr(text));
    EXPECT_THAT(answer.text, HasSubstr("Nothing was done."));
    EXPECT_EQ(answer.times, 1);
  }
  std::shared_ptr<const policy::PolicySet> policy = policyOf(kConfirm);
  Gateway gateway;
};

TEST_F(Confirmation, ThePersonIsAskedBeforeAnythingRuns) {
  const Answer asked = gateway.ask(call());
  EXPECT_EQ(asked.kind, Kind::InputRequired);
  EXPECT_EQ(gateway.module.ran, 0);
  const auto question = nlohmann::json::parse(asked.structured).at("confirmation");
  EXPECT_EQ(question.at("method"), "elicitation/create");
  EXPECT_EQ(question.at("params").at("mode"), "form");
  EXPECT_EQ(question.at("params").at("requestedSchema").at("properties").at("approve").at("type"), "boolean");
  const auto message = question.at("params").at("message").get<std::string>();
  for (const char* part : {"rita@example.com", "\"sign\"", "\"people-sign\"", "Look twice.", "artifact: \"a.tar\""})
    EXPECT_THAT(message, HasSubstr(part));
}

TEST_F(Confirmation, WithAYesTheModuleRunsItsOwnFirstRound) {
  const Answer asked = gateway.ask(call());
  const Answer ran = gateway.ask(answered(asked));
  EXPECT_EQ(ran.kind, Kind::Result);
  EXPECT_EQ(ran.text, "ran with state= answers=");
}

TEST_F(Confirmation, WithoutAYesNothingRuns) {
  const Answer asked = gateway.ask(call());
  expectRefused(gateway.ask(answered(asked, kNo)), "declined");
  expectRefused(gateway.ask(answered(asked, R"({"confirmation":{"action":"decline"}})")), "declined");
  expectRefused(gateway.ask(answered(asked, R"({"confirmation":{"action":"cancel"}})")), "dismissed");
  for (const char* nothing : {"", "{}", R"({"other":{"action":"accept","content":{"approve":true}}})",
                              R"({"confirmation":{"action":"accept"}})", R"({"confirmation":{"content":{"approve":true}}})",
                              R"({"confirmation":{"action":"accept","content":{"approve":"true"}}})",
                              R"({"confirmation":{"action":"ACCEPT","content":{"approve":true}}})"})
    expectRefused(gateway.ask(answered(asked, nothing)), "without an answer");
  EXPECT_EQ(gateway.module.ran, 0);
}

TEST_F(Confirmation, AYesWithoutTheQuestionsStateIsNone) {
  Gateway::Ask ask = call();
  ask.responses = kYes;
  EXPECT_EQ(gateway.ask(ask).kind, Kind::InputRequired);
  EXPECT_EQ(gateway.module.ran, 0);
}

TEST_F(Confirmation, IsGoodForOneCall) {
  const Answer asked = gateway.ask(call());
  EXPECT_EQ(gateway.ask(answered(asked)).kind, Kind::Result);
  expectRefused(gateway.ask(answered(asked)), "has been used");
  EXPECT_EQ(gateway.module.ran, 1);
}

TEST_F(Confirmation, IsForJustThisCall) {
  const Answer asked = gateway.ask(call());
  Gateway::Ask other = answered(asked);
  other.arguments = R"({"artifact":"b.tar"})";
  expectRefused(gateway.ask(other), "not for \"sign\" as it is now");
  other = answered(asked);
  other.tool = "verify";
  expectRefused(gateway.ask(other), "not for \"verify\" as it is now");
  other = answered(asked);
  other.key = "another issuer\nrita@example.com";
  expectRefused(gateway.ask(other), "the caller");
  other = answered(asked);
  other.policy = policyOf(kOtherRule);
  expectRefused(gateway.ask(other), "the rule that asks");
  EXPECT_EQ(gateway.module.ran, 0);
  EXPECT_EQ(gateway.ask(answered(asked)).kind, Kind::Result);  // none of them used it up
}

TEST_F(Confirmation, SurvivesAReloadThatLeavesItsRule) {
  const Answer asked = gateway.ask(call());
  Gateway::Ask later = answered(asked);
  later.policy = policyOf(kConfirm);
  EXPECT_EQ(gateway.ask(later).kind, Kind::Result);
}

TEST_F(Confirmation, EndsAfterFiveMinutes) {
  const Answer asked = gateway.ask(call());
  gateway.clock.ahead = Milliseconds(5 * 60'000);
  expectRefused(gateway.ask(answered(asked)), "too late");
  EXPECT_EQ(gateway.module.ran, 0);
}

TEST_F(Confirmation, AClientThatCannotAskIsToldWhy) {
  Gateway::Ask ask = call();
  ask.capabilities = kCanSample;
  const Answer refused = gateway.ask(ask);
  expectRefused(refused, "\"people-sign\"");
  EXPECT_THAT(refused.text, HasSubstr("supports elicitation"));
}

TEST_F(Confirmation, AStateFromBeforeThePolicyIsRefused) {
  Gateway::Ask ask = call();
  ask.state = "a module's own state that never met a policy, long enough to hold a frame if it were one of ours, yes";
  expectRefused(gateway.ask(ask), "was not given out");
  ask.confirm = false;
  expectRefused(gateway.ask(ask), "was not given out");
  EXPECT_EQ(gateway.module.ran, 0);
}

// ---- and then the module has questions of its own

TEST_F(Confirmation, IsNotAskedAgainWhenTheModuleAsks) {
  const Answer asked = gateway.ask(call("ask"));
  Gateway::Ask next = answered(asked);
  next.tool = "ask";
  const Answer module = gateway.ask(next);
  EXPECT_EQ(module.kind, Kind::InputRequired);
  EXPECT_THAT(module.structured, HasSubstr("Who?"));
  EXPECT_NE(module.state, "the module's own");
  next.state = module.state;
  next.responses = R"({"name":{"action":"accept","content":{}}})";
  const Answer ran = gateway.ask(next);
  EXPECT_EQ(ran.text, "ran with state=the module's own answers=" + next.responses);
  EXPECT_EQ(gateway.module.ran, 2);
  expectRefused(gateway.ask(next), "has been used");
}

TEST_F(Confirmation, OfALaterRoundIsForJustThisCallToo) {
  const Answer asked = gateway.ask(call("ask"));
  Gateway::Ask next = answered(asked);
  next.tool = "ask";
  next.state = gateway.ask(next).state;
  next.responses = R"({"name":{"action":"accept","content":{}}})";
  Gateway::Ask other = next;
  other.arguments = "{}";
  expectRefused(gateway.ask(other), "not for \"ask\" as it is now");
  other = next;
  other.policy = policyOf(kOtherRule);
  expectRefused(gateway.ask(other), "the rule that asks");
}

TEST_F(Confirmation, IsAskedWhenARuleBeganToWantItBetweenTwoRounds) {
  Gateway::Ask ask = call("ask");
  ask.confirm = false;
  ask.state = gateway.ask(ask).state;
  ask.responses = R"({"name":{"action":"accept","content":{}}})";
  ask.confirm = true;
  const Answer asked = gateway.ask(ask);
  EXPECT_EQ(asked.kind, Kind::InputRequired);
  EXPECT_THAT(asked.structured, HasSubstr("people-sign"));
  EXPECT_EQ(gateway.module.ran, 1);
}

TEST_F(Confirmation, AModuleCannotPretendThatSomebodySaidYes) {
  Gateway::Ask ask = call("ask");
  ask.confirm = false;
  const Answer module = gateway.ask(ask);
  const auto frame = readFrame(module.state);
  ASSERT_TRUE(frame);
  EXPECT_FALSE(frame->proof);
  EXPECT_EQ(frame->inner, "the module's own");
}

}  // namespace
}  // namespace certus::gateway::test
