// What a refused person reads.
#include <gtest/gtest.h>

#include "policy/limits/refusal.h"
#include "tests/unit/policy_limits/limits_testing.h"

namespace certus::limits {
namespace {

std::string refused(const LimitPlan& plan, const ItemLimits& item, const Who& who = {}) {
  LocalStore store(1'024);
  const Demand demand = demandOf(plan, item, who);
  std::vector<Lease> held;
  while (true) {
    Decision decision = store.take(demand, at(0));
    if (!decision.admitted()) return refusalText(*decision.refusal, item, who.caller());
    held.push_back(std::move(decision.lease));
  }
}

std::string refused(const std::string& yaml, const Who& who = {}, const std::string& tool = "trust/sign") {
  const auto plan = planOf(yaml);
  return refused(*plan, itemOf(*plan, tool), who);
}

TEST(Refusal, NamesTheLimitWhoSharesItAndWhenToComeAgain) {
  EXPECT_EQ(refused("limits: {rules: {signing: {rate: 30/m burst 2, key: [subject, tool]}}}"),
            "Refused by limit \"signing\" (30/m burst 2), shared by alice for calls of trust/sign. Try again in 2 seconds.");
  EXPECT_EQ(refused("limits: {rules: {night: {rate: 1/h, key: [tenant, service]}}}"),
            "Refused by limit \"night\" (1/h), shared by tenant acme for calls of trust. Try again in 60 minutes.");
  EXPECT_EQ(refused("limits: {rules: {all: {rate: 1/d}}}"),
            "Refused by limit \"all\" (1/d), shared by everybody for all calls that it selects. Try again in 24 hours.");
  EXPECT_EQ(
      refused("limits: {rules: {team: {rate: 1/m, key: [group, address], only: {groups: [a, ops]}}}}", {.groups = {"ops"}}),
      "Refused by limit \"team\" (1/m), shared by group ops, address 10.0.0.1 for all calls that it selects. Try again in "
      "60 "
      "seconds.");
}

TEST(Refusal, SaysWhatACallCountsAndThatPlacesAreTaken) {
  EXPECT_EQ(refused("limits: {tools: {trust/sign: {cost: 5}}, rules: {r: {rate: 5/s, key: [subject]}}}"),
            "Refused by limit \"r\" (5/s), shared by alice for all calls that it selects. A call of trust/sign counts 5. "
            "Try again "
            "in 1 second.");
  EXPECT_EQ(
      refused("limits: {rules: {r: {concurrent: 4, key: [subject]}}}"),
      "Refused by limit \"r\" (4 at a time), shared by alice for all calls that it selects. As many calls are under way as "
      "may be; try again when one has ended, in 1 second or later.");
}

TEST(Refusal, ReadsGetsAndCompletionsAreCalledSo) {
  const auto plan = planOf(
      "limits: {resources: {trust/log://*: {cost: 3}}, prompts: {trust/audit: {cost: 5}}, rules: {r: {rate: 5/s burst 6, key: "
      "[tool]}}}");
  const ItemLimits &entry = itemOf(*plan, "trust/log://entry/{id}", ItemKind::Resource),
                   &audit = itemOf(*plan, "trust/audit", ItemKind::Prompt);
  EXPECT_EQ(refused(*plan, entry),
            "Refused by limit \"r\" (5/s burst 6), shared by everybody for reads of trust/log://entry/{id}. A read of "
            "trust/log://entry/{id} counts 3. Try again in 1 second.");
  EXPECT_EQ(refused(*plan, audit),
            "Refused by limit \"r\" (5/s burst 6), shared by everybody for gets of trust/audit. A get of trust/audit counts 5. "
            "Try again in 1 second.");
  EXPECT_EQ(refused(*plan, *audit.completion),
            "Refused by limit \"r\" (5/s burst 6), shared by everybody for completions of trust/audit. Completions are counted "
            "apart from calls, 10 as one. Try again in 1 second.");
  const auto wide = planOf("limits: {rules: {all: {rate: 1/d}, served: {rate: 1/h, key: [service]}}}");
  const ItemLimits& completion = *itemOf(*wide, "trust/log://all", ItemKind::Resource).completion;
  EXPECT_EQ(sharersText(wide->rules()[0], kNoGroup, completion, {}), "everybody for all completions that it selects");
  EXPECT_EQ(sharersText(wide->rules()[1], kNoGroup, completion, {}), "everybody for completions of trust");
}

TEST(Refusal, CallersWithoutNamesAreToldSo) {
  const std::string said = refused("limits: {rules: {r: {rate: 1/s, key: [subject, tenant, address]}}}", {"", "", "", {}});
  EXPECT_NE(said.find("callers without a name, callers without a tenant, callers without an address"), std::string::npos)
      << said;
}

TEST(Refusal, AnUnreachableStoreAndAFullTableAreNobodysFault) {
  const auto plan = planOf("limits: {rules: {r: {rate: 1/s}}}");
  const ItemLimits& tool = *plan->item(ItemKind::Tool, "trust/sign");
  const Refusal unreachable{Refusal::Why::Unreachable, &plan->rules()[0], kNoGroup, Milliseconds(1'000)};
  EXPECT_EQ(refusalText(unreachable, tool, {}),
            "The counts of limit \"r\" (1/s) cannot be reached, so this call was not made. Try again in 1 second; if it "
            "lasts, tell "
            "the operator of the gateway.");
  const Refusal full{Refusal::Why::TableFull, &plan->rules()[0], kNoGroup, Milliseconds(1'000)};
  EXPECT_EQ(refusalText(full, tool, {}),
            "Too many callers at a time to keep count of; this call was not made. Try again in 1 second.");
}

TEST(Refusal, WaitsAreRoundedUp) {
  EXPECT_EQ(waitText(Milliseconds(1)), "1 second");
  EXPECT_EQ(waitText(Milliseconds(1'001)), "2 seconds");
  EXPECT_EQ(waitText(Milliseconds(119'001)), "2 minutes");
  EXPECT_EQ(waitText(Milliseconds(7'200'000)), "2 hours");
}

TEST(Refusal, CutsNamesThatNobodyWouldReadToTheirEnd) {
  const std::string text = refused("limits: {rules: {r: {rate: 1/m, key: [subject]}}}", {.subject = std::string(200, 'n')});
  EXPECT_NE(text.find("shared by " + std::string(128, 'n') + "... for"), std::string::npos) << text;
}

TEST(Refusal, NamesNoGroupWhereItIsOfNone) {
  const auto plan = planOf("limits: {rules: {r: {rate: 1/m, key: [group], only: {groups: [ops]}}}}");
  const Who who;
  EXPECT_EQ(sharersText(plan->rules().front(), kNoGroup, *plan->item(ItemKind::Tool, "trust/sign"), who.caller()),
            "everybody for all calls that it selects");
}

}  // namespace
}  // namespace certus::limits
