// What becomes of a call when its module misbehaves: each tool of modules/behaviours.cc breaks one rule.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/abi/bench_host.h"

namespace certus::gateway {
namespace {

using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using Kind = OutcomeView::Kind;

config::Module module(const std::string& name) {
  config::Module out;
  out.name = name;
  out.path = std::string(CERTUS_ABI_MODULES) + "/" + name + ".so";
  return out;
}

class Calls : public testing::Test {
 protected:
  Calls() { loaded = host.load({module("behaviours")}).modules.size() == 1; }
  void SetUp() override { ASSERT_TRUE(loaded); }
  CopiedOutcome ask(const std::string& tool, const std::string& arguments = "{}",
                    milliseconds deadline = milliseconds(60'000)) {
    CopiedOutcome outcome = host.ask({.name = tool, .arguments = arguments, .deadline = deadline});
    EXPECT_EQ(outcome.completions, 1u) << tool;
    return outcome;
  }
  BenchHost host;
  bool loaded = false;
};

TEST_F(Calls, ACompletionInsideTheEntryReachesTheClient) {
  EXPECT_EQ(ask("echo", R"({"a":[1,2]})").structured, R"({"a":[1,2]})");
  EXPECT_EQ(host.figures().calls, 1u);
}

TEST_F(Calls, AServicesAnswerReachesTheToolAndItsBodyIsSplicedThrough) {
  host.services().script.body = R"({"status":"fine"})";
  const CopiedOutcome outcome = ask("ask", R"({"service":"trust","path":"/v1/stats?x=1"})");
  EXPECT_EQ(outcome.kind, Kind::Result);
  EXPECT_EQ(outcome.structured, R"({"status":"fine"})");
  EXPECT_THAT(host.services().seen(), ElementsAre("GET trust /v1/stats?x=1"));
}

TEST_F(Calls, AFailedServiceBecomesAToolErrorThatNamesIt) {
  for (const Script script : {Script::Refused, Script::NotJson, Script::Broken, Script::TooLarge, Script::UnknownService}) {
    host.services().script.script = script;
    const CopiedOutcome outcome = ask("ask");
    EXPECT_EQ(outcome.kind, Kind::ToolError) << toString(script);
    EXPECT_THAT(outcome.text(), HasSubstr("'upstream'")) << toString(script);
  }
}

TEST_F(Calls, AServiceThatNeverAnswersEndsAtTheDeadlineWithTheToolsOwnWords) {
  host.services().script.script = Script::Hang;
  CopiedOutcome outcome;
  for (int tries = 0; tries < 100 && host.services().asked == 0; ++tries) {  // the deadline may pass before the tool can ask
    outcome = ask("ask", "{}", milliseconds(80));
  }
  EXPECT_EQ(outcome.kind, Kind::ToolError);
  EXPECT_THAT(outcome.text(), HasSubstr("did not answer"));
  EXPECT_LT(outcome.took, milliseconds(30'000));
}

TEST_F(Calls, SeveralRequestsAtOnceAreAllAnswered) {
  EXPECT_EQ(ask("ask_many").structured, R"({"answers":9})");
  EXPECT_EQ(host.services().asked.load(), 9u);
}

TEST_F(Calls, ACallThatEndsBesideOpenRequestsStopsThem) {
  host.services().script.script = Script::Hang;
  EXPECT_EQ(ask("finish_beside_requests").text(), "done, with four requests open");
  EXPECT_EQ(host.services().hanging.load(), 0u);
}

TEST_F(Calls, TheHundredthRequestOfOneCallIsRefused) {
  host.services().script.script = Script::Hang;
  const CopiedOutcome outcome = ask("too_many");
  EXPECT_EQ(outcome.kind, Kind::Failed);
  EXPECT_THAT(outcome.text(), HasSubstr("too many"));
  EXPECT_EQ(host.services().hanging.load(), 0u);
}

TEST_F(Calls, AnUnknownToolIsInvalid) { EXPECT_EQ(ask("no_such_tool").kind, Kind::Invalid); }

TEST_F(Calls, AToolThatThrowsFailsAndTheNextCallWorks) {
  const CopiedOutcome outcome = ask("throws");
  EXPECT_EQ(outcome.kind, Kind::Failed);
  EXPECT_EQ(outcome.text(), "thrown by a tool");
  EXPECT_EQ(ask("echo").kind, Kind::Result);
  EXPECT_EQ(host.figures().failed, 1u);
}

TEST_F(Calls, AToolThatForgetsItsCallFailsAtOnce) {
  const CopiedOutcome outcome = ask("forgets");
  EXPECT_EQ(outcome.kind, Kind::Failed);
  EXPECT_THAT(outcome.text(), HasSubstr("without completing"));
}

TEST_F(Calls, AToolThatNeverCompletesEndsAtTheDeadline) {
  const CopiedOutcome outcome = ask("never", "{}", milliseconds(60));
  EXPECT_EQ(outcome.kind, Kind::TimedOut);
  EXPECT_GE(outcome.took, milliseconds(60));
  EXPECT_EQ(host.figures().timedOut, 1u);
}

TEST_F(Calls, ACancelEndsACallThatNeverCompletes) {
  const CopiedOutcome outcome = host.askAndCancel({.name = "never"}, milliseconds(10));
  EXPECT_EQ(outcome.kind, Kind::Cancelled);
  EXPECT_EQ(outcome.completions, 1u);
  EXPECT_LT(outcome.took, milliseconds(30'000));
  EXPECT_EQ(host.figures().cancelled, 1u);
  EXPECT_EQ(host.figures().lateCompletions, 0u);  // letting go of the handle in `cancelled` is no completion
}

TEST_F(Calls, ACancelStopsTheRequestThatTheCallWaitsFor) {
  host.services().script.script = Script::Hang;
  EXPECT_EQ(host.askAndCancel({.name = "ask"}, milliseconds(10)).kind, Kind::Cancelled);
  EXPECT_EQ(host.services().hanging.load(), 0u);
  EXPECT_EQ(host.askAndCancel({.name = "ask"}, milliseconds(0)).kind, Kind::Cancelled);
}

TEST_F(Calls, ASecondCompletionIsCountedAndIgnored) {
  const CopiedOutcome outcome = ask("twice");
  EXPECT_EQ(outcome.text(), "first");
  EXPECT_EQ(host.figures().doubleCompletions, 1u);
  EXPECT_EQ(host.figures().lateCompletions, 0u);
}

TEST_F(Calls, ACompletionAfterCancelOrDeadlineIsCountedAndIgnored) {
  EXPECT_EQ(host.askAndCancel({.name = "late"}, milliseconds(10)).kind, Kind::Cancelled);
  EXPECT_EQ(host.figures().lateCompletions, 1u);
  EXPECT_EQ(ask("late", "{}", milliseconds(30)).kind, Kind::TimedOut);
  EXPECT_EQ(host.figures().lateCompletions, 2u);
  EXPECT_EQ(host.figures().doubleCompletions, 0u);
}

TEST_F(Calls, AWakeAfterTheDeadlineFindsTheCallGone) {
  EXPECT_EQ(ask("late_by_wake", "{}", milliseconds(30)).kind, Kind::TimedOut);
  host.stop();  // joins the module's thread, whose wake comes after the end
  EXPECT_EQ(host.figures().lateCompletions, 0u);
}

TEST_F(Calls, AHostFunctionOnTheWrongThreadIsRefused) {
  EXPECT_EQ(ask("wrong_thread").text(), "it was refused");
  EXPECT_EQ(host.figures().wrongThread, 1u);
}

TEST_F(Calls, WakesFromSeveralThreadsAllRunOnTheCallsThread) {
  const CopiedOutcome outcome = ask("wake_thrice");
  EXPECT_EQ(outcome.text(), "three wakes");
  EXPECT_THAT(outcome.progress, ElementsAre(1, 2, 3));
  EXPECT_EQ(host.figures().wrongThread, 0u);
}

TEST_F(Calls, AnEntryThatBlocksIsReported) {
  EXPECT_EQ(ask("blocks").kind, Kind::Result);
  EXPECT_GE(host.figures().slowEntries, 1u);
  EXPECT_THAT(host.slowEntries(), Contains("call blocks"));
}

TEST_F(Calls, TimersRunInTheirOrder) {
  const CopiedOutcome outcome = ask("timers");
  EXPECT_EQ(outcome.text(), "second");
  EXPECT_THAT(outcome.progress, ElementsAre(1));
  EXPECT_GE(outcome.took, milliseconds(30));
}

TEST_F(Calls, AHugeOutcomePassesWhole) {
  const CopiedOutcome outcome = ask("huge", R"({"bytes":16777216})");
  EXPECT_EQ(outcome.text().size(), 16u << 20);
}

TEST_F(Calls, HugeArgumentsReachTheTool) {
  const std::string arguments = R"({"text":")" + std::string(4 << 20, 'y') + R"("})";
  EXPECT_EQ(ask("echo", arguments).structured.size(), arguments.size());
}

TEST_F(Calls, TextThatIsNotUtf8FailsTheCall) {
  const CopiedOutcome outcome = ask("bad_utf8");
  EXPECT_EQ(outcome.kind, Kind::Failed);
  EXPECT_THAT(outcome.text(), HasSubstr("not UTF-8"));
}

TEST_F(Calls, StructuredContentReachesTheRendererAsItIs) {  // which finds that it is no JSON
  EXPECT_FALSE(ask("bad_json").structuredIsJson);
  EXPECT_TRUE(ask("echo", R"({"a":1})").structuredIsJson);
}

TEST_F(Calls, ProgressThatDoesNotGrowIsDropped) { EXPECT_THAT(ask("bad_progress").progress, ElementsAre(2, 3)); }

TEST_F(Calls, QuestionsAndStateComeBackInTheNextRound) {
  const CopiedOutcome first = ask("rounds");
  EXPECT_EQ(first.kind, Kind::InputRequired);
  EXPECT_EQ(first.state, "first");
  EXPECT_THAT(first.structured, HasSubstr("elicitation/create"));
  const CopiedOutcome second = host.ask({.name = "rounds", .inputResponses = R"({"sure":{"action":"accept"}})", .state = first.state});
  EXPECT_EQ(second.text(), "first accept");
}

TEST_F(Calls, LogsOfACallGoToItsClientAndOthersToTheOperator) {
  EXPECT_THAT(ask("log").logs, ElementsAre(R"(behaviours: "for the client")"));
  EXPECT_THAT(host.logLines(), ElementsAre(R"(behaviours: "for the operator")"));
}

TEST_F(Calls, AChangedCatalogueIsReadAgain) {
  EXPECT_EQ(ask("change").kind, Kind::Result);
  EXPECT_EQ(host.changes(), static_cast<std::uint32_t>(CERTUS_TOOLS_CHANGED));
  const CatalogRefresh refresh = host.host().refreshCatalog(0);
  EXPECT_TRUE(refresh.problems.empty());
  EXPECT_EQ(refresh.module.tools.back().name, "extra");
  EXPECT_EQ(ask("extra").text(), "new");
}

TEST_F(Calls, ManyCallsOnTwoThreadsKeepApart) {
  std::vector<Question> questions;
  for (unsigned i = 0; i < 400; ++i) {
    const bool asks = i % 2 == 0;
    questions.push_back({.name = asks ? "ask" : "echo", .arguments = R"({"n":)" + std::to_string(i) + "}", .thread = i / 2});
  }
  const auto outcomes = host.askAtOnce(questions);
  for (unsigned i = 0; i < outcomes.size(); ++i) {
    ASSERT_EQ(outcomes[i].completions, 1u);
    ASSERT_EQ(outcomes[i].structured, i % 2 == 0 ? "{}" : questions[i].arguments);
  }
  EXPECT_EQ(host.figures().calls, 400u);
}

TEST_F(Calls, StoppingInTheMiddleOfCallsLeaksNothingAndCrashesNothing) {
  host.services().script.script = Script::Hang;
  host.abandon({{.name = "ask"}, {.name = "finish_beside_requests", .thread = 1}, {.name = "never"}, {.name = "late_by_wake", .thread = 1}});
  host.stop();
  EXPECT_EQ(host.figures().calls, 4u);
}

TEST_F(Calls, ShutdownRunsWhatIsOwedToCallsThatNeverEnded) {
  host.services().script.script = Script::Hang;
  EXPECT_EQ(ask("never", "{}", milliseconds(20)).kind, Kind::TimedOut);
  host.stop();
  host.stop();  // idempotent
  EXPECT_EQ(host.figures().timedOut, 1u);
}

TEST(RawModule, AnExceptionAcrossTheAbiFailsTheCallAndNothingElse) {
  BenchHost host(1);
  ASSERT_EQ(host.load({module("throws_raw")}).modules.size(), 1u);
  for (int i = 0; i < 2; ++i) {
    const CopiedOutcome outcome = host.ask({.name = "run"});
    EXPECT_EQ(outcome.kind, Kind::Failed);
    EXPECT_EQ(outcome.text(), "the module threw an exception across the ABI");
  }
  EXPECT_EQ(host.figures().threw, 2u);
}

}  // namespace
}  // namespace certus::gateway
