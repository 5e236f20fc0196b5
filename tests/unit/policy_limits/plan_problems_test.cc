// Mistakes that only show against the real tools or between files: each at its line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy_limits/limits_testing.h"

namespace certus::limits {
namespace {

using ::testing::HasSubstr;

std::string problemsOf(const std::vector<std::string>& yamls) { return buildPlan(yamls).text(); }
std::string ruleProblems(const std::string& rule) { return problemsOf({"limits:\n  rules:\n    mine: {" + rule + "}\n"}); }

TEST(LimitPlanProblems, AToolThatIsNotLoadedIsNamedWithTheNearest) {
  const std::string said = ruleProblems("rate: 1/s, only: {tools: [trust/sing]}");
  EXPECT_THAT(said, HasSubstr("policy/1.yaml:3:"));
  EXPECT_THAT(
      said,
      HasSubstr("limits.rules.mine.only.tools: \"trust/sing\" names no tool that is loaded; did you mean trust/sign?"));
  EXPECT_THAT(ruleProblems("rate: 1/s, except: {tools: [trsut/*]}"), HasSubstr("\"trsut/*\" names no tool"));
  EXPECT_THAT(problemsOf({"limits: {tools: {trust/sing: {cost: 2}}}"}), HasSubstr("did you mean trust/sign?"));
}

TEST(LimitPlanProblems, AResourceOrAPromptThatIsNotLoadedIsNamedWithTheNearestOfItsKind) {
  EXPECT_THAT(ruleProblems("rate: 1/s, only: {resources: [trust/log://al]}"),
              HasSubstr("limits.rules.mine.only.resources: \"trust/log://al\" names no resource that is loaded; did you mean "
                        "trust/log://all?"));
  EXPECT_THAT(ruleProblems("rate: 1/s, except: {prompts: [trust/adit]}"),
              HasSubstr("limits.rules.mine.except.prompts: \"trust/adit\" names no prompt that is loaded; did you mean "
                        "trust/audit?"));
  EXPECT_THAT(ruleProblems("rate: 1/s, only: {prompts: [trust/verify]}"),
              HasSubstr("\"trust/verify\" names no prompt that is loaded; `certus-gateway tools --json` lists them"));
  EXPECT_THAT(problemsOf({"limits:\n  prompts: {trust/adit: {cost: 2}}\n"}),
              HasSubstr("policy/1.yaml:2:13: limits.prompts.trust/adit: \"trust/adit\" names no prompt"));
  EXPECT_THAT(problemsOf({"limits: {resources: {\"scan/*\": {cost: 2}}}"}), HasSubstr("\"scan/*\" names no resource"));
  EXPECT_THAT(ruleProblems("rate: 1/s, only: {resources: []}"), HasSubstr("only.resources: is an empty list"));
}

TEST(LimitPlanProblems, ARuleThatLimitsNothingOrNobody) {
  EXPECT_THAT(ruleProblems("key: [subject]"), HasSubstr("limits nothing; give it a rate"));
  EXPECT_THAT(ruleProblems("rate: 1/s, only: {tools: [trust/*]}, except: {tools: [trust/*]}"),
              HasSubstr("selects no tool, resource or prompt"));
  EXPECT_THAT(ruleProblems("rate: 1/s, only: {subjects: []}"), HasSubstr("empty list, which selects nothing"));
}

TEST(LimitPlanProblems, AGroupKeyNamesItsGroups) {
  EXPECT_THAT(ruleProblems("rate: 1/s, key: [group]"), HasSubstr("must name its groups"));
  EXPECT_THAT(ruleProblems("rate: 1/s, key: [group], only: {groups: [a, a]}"), HasSubstr("a group stands here twice"));
  EXPECT_THAT(ruleProblems("rate: 1/s, key: [tool, tool]"), HasSubstr("tool stands here twice"));
}

TEST(LimitPlanProblems, GroupsThatThePolicyDoesNotKnow) {
  const std::vector<std::string> known = {"release-team"};
  const std::vector<LimitsConfig> files = {
      readLimits("limits: {rules: {r: {rate: 1/s, only: {groups: [release-taem]}}}}", "p.yaml").config};
  const PlanBuild build = LimitPlan::build({files, kItems, kSecret, &known});
  EXPECT_THAT(build.text(), HasSubstr("\"release-taem\" is no group of the policy; did you mean release-team?"));
}

PlanBuild builtOf(const std::string& rule, const LimitPlan::Parts& with) {
  const std::vector<LimitsConfig> files = {readLimits("limits: {rules: {r: {rate: 1/s, " + rule + "}}}", "p.yaml").config};
  LimitPlan::Parts parts = with;
  parts.files = files;
  return LimitPlan::build(parts);
}

TEST(LimitPlanProblems, TenantsThatThePolicyDoesNotKnow) {
  const std::vector<std::string> tenants = {"acme"};
  const LimitPlan::Parts parts{{}, kItems, kSecret, nullptr, &tenants};
  EXPECT_THAT(builtOf("only: {tenants: [acme, acmee]}", parts).text(),
              HasSubstr("limits.rules.r.only.tenants: \"acmee\" is no tenant of the policy; did you mean acme?"));
  EXPECT_EQ(builtOf("except: {tenants: [acme]}", parts).text(), "");
}

TEST(LimitPlanProblems, ASubjectThatThePolicyDoesNotDeclareIsAWarning) {
  const std::vector<std::string> subjects = {"ann@example.com"};
  const PlanBuild build =
      builtOf("except: {subjects: [anm@example.com]}", {{}, kItems, kSecret, nullptr, nullptr, &subjects});
  EXPECT_TRUE(build.problems.empty());
  ASSERT_EQ(build.warnings.size(), 1u);
  EXPECT_THAT(build.text(),
              HasSubstr("\"anm@example.com\" is no subject that the policy declares; did you mean ann@example.com?"));
}

TEST(LimitPlanProblems, WithdrawnToolsAreWarningsUnderLimitsInForce) {
  std::vector<LimitsConfig> files = {
      readLimits("limits: {tools: {trust/gone: {cost: 2}, trust/sign: {cost: 20}}, rules: {a: {rate: "
                 "1/s burst 5}, b: {rate: 1/s, only: {tools: [trust/gone]}}}}",
                 "p.yaml")
          .config};
  LimitPlan::Parts parts{files, kItems, kSecret};
  EXPECT_EQ(LimitPlan::build(parts).problems.size(), 4u);
  parts.unmatched = Unmatched::AreWarnings;
  const PlanBuild build = LimitPlan::build(parts);
  EXPECT_TRUE(build.problems.empty()) << build.text();
  EXPECT_EQ(build.warnings.size(), 4u) << build.text();
  EXPECT_EQ(build.plan->item(ItemKind::Tool, "trust/sign")->rules.size(), 1u) << "the limit on all tools still counts";
}

TEST(LimitPlanProblems, KeysOfRedisWithoutRedis) {
  EXPECT_THAT(
      problemsOf({"limits:\n  redis: {prefix: eu}\n"}),
      HasSubstr("policy/1.yaml:2:3: limits.redis: is for limits that are counted in Redis; write limits: {store: redis}"));
  EXPECT_THAT(problemsOf({"limits: {store: local}", "limits:\n  rules:\n    r: {rate: 1/s, when_unreachable: open}\n"}),
              HasSubstr("policy/2.yaml:3:38: limits.rules.r.when_unreachable: is for limits that are counted in Redis"));
  EXPECT_EQ(problemsOf({"limits: {rules: {r: {rate: 1/s, when_unreachable: open}}}", "limits: {store: redis}"}), "");
}

TEST(LimitPlanProblems, ACostThatNeverFits) {
  EXPECT_THAT(problemsOf({"limits: {tools: {trust/sign: {cost: 20}}, rules: {r: {rate: 10/s}}}"}),
              HasSubstr("a call of trust/sign costs 20, more than the burst of 10 ever holds"));
  EXPECT_THAT(problemsOf({"limits: {prompts: {trust/audit: {cost: 20}}, rules: {r: {rate: 10/s}}}"}),
              HasSubstr("a call of trust/audit costs 20, more than the burst of 10 ever holds"));
}

TEST(LimitPlanProblems, MoreKeysThanOneStepTakes) {
  std::string groups = "g0";
  for (int i = 1; i < 33; ++i) groups += ", g" + std::to_string(i);
  EXPECT_THAT(ruleProblems("rate: 1/s, key: [group], only: {groups: [" + groups + "]}"),
              HasSubstr("could meet 33 limits; at most 32"));
}

TEST(LimitPlanProblems, TwoFilesThatSayTheSameNameBothPlaces) {
  const std::string said = problemsOf({"limits:\n  store: redis\n  rules:\n    mine: {rate: 1/s}\n",
                                       "limits:\n  store: local\n  max_keys: 2048\n  rules:\n    mine: {rate: 2/s}\n"});
  EXPECT_THAT(said, HasSubstr("policy/2.yaml:2:10: limits.store: is said already in policy/1.yaml:2:10"));
  EXPECT_THAT(said, HasSubstr("policy/2.yaml:5:5: limits.rules.mine: is said already in policy/1.yaml:4:5"));
}

TEST(LimitPlanProblems, OnePasswordHasOneSource) {
  EXPECT_THAT(problemsOf({"limits: {store: redis, redis: {password_env: A, password_file: b}}"}),
              HasSubstr("keep one of the two"));
}

TEST(LimitPlanProblems, FilesAreMergedInOrder) {
  const PlanBuild build = buildPlan({"limits: {store: redis, redis: {prefix: eu}}", "limits: {rules: {a: {rate: 1/s}}}",
                                     "limits: {max_keys: 2048, rules: {b: {concurrent: 2, when_unreachable: open}}}"});
  ASSERT_EQ(build.text(), "");
  EXPECT_TRUE(build.plan->redis());
  EXPECT_EQ(build.plan->redisConfig().prefix, "eu");
  EXPECT_EQ(build.plan->redisFile(), "policy/1.yaml");
  EXPECT_EQ(build.plan->maxKeys(), 2048u);
  ASSERT_EQ(build.plan->rules().size(), 2u);
  EXPECT_EQ(build.plan->rules()[0].where, "policy/2.yaml:1:18");
  EXPECT_EQ(build.plan->rules()[1].whenUnreachable, WhenUnreachable::Open);
}

TEST(LimitPlanProblems, WhatHasNoNearestNameSaysWhereNamesAreListed) {
  EXPECT_THAT(ruleProblems("rate: 1/s, only: {tools: [zzz/zzzzzzzzz]}"), HasSubstr("`certus-gateway tools` lists them"));
  const std::vector<std::string> known = {"release-team"};
  const std::vector<LimitsConfig> files = {
      readLimits("limits: {rules: {r: {rate: 1/s, only: {groups: [zzz]}}}}", "p.yaml").config};
  const PlanBuild build = LimitPlan::build({files, kItems, kSecret, &known});
  EXPECT_THAT(build.text(), ::testing::EndsWith("\"zzz\" is no group of the policy\n"));
  EXPECT_THAT(problemsOf({"limits: {tools: {trust/sign: {cost: 2}}}", "limits: {tools: {trust/sign: {cost: 3}}}"}),
              HasSubstr("is said already in policy/1.yaml:1:18"));
}

}  // namespace
}  // namespace certus::limits
