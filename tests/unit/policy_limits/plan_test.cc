// Which rules meet a call, and who shares a key with whom.
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/policy_limits/limits_testing.h"

namespace certus::limits {
namespace {

std::string keyText(const LimitPlan& plan, const std::string& tool, const Who& who) {
  std::string out;
  const Demand demand = demandOf(plan, tool, who);
  for (const Take& take : demand.takes()) out += toHex(take.key) + " ";
  return out;
}

TEST(LimitPlan, CallersWhoDifferInAPartOfTheKeyDoNotShare) {
  const struct {
    const char* part;
    Who other;
    const char* tool;
  } kCases[] = {{"subject", {.subject = "bob"}, "trust/sign"},
                {"tenant", {.tenant = "other"}, "trust/sign"},
                {"address", {.address = "10.0.0.2"}, "trust/sign"},
                {"tool", {}, "trust/verify"},
                {"service", {}, "scan/start"}};
  for (const auto& one : kCases) {
    const auto plan = planOf(std::string("limits: {rules: {r: {rate: 1/s, key: [") + one.part + "]}}}");
    EXPECT_NE(keyText(*plan, "trust/sign", {}), keyText(*plan, one.tool, one.other)) << one.part;
    const auto shared = planOf("limits: {rules: {r: {rate: 1/s, key: []}}}");
    EXPECT_EQ(keyText(*shared, "trust/sign", {}), keyText(*shared, one.tool, one.other)) << one.part;
  }
}

TEST(LimitPlan, PartsCannotBeMistakenForOneAnother) {
  const auto plan = planOf("limits: {rules: {r: {rate: 1/s, key: [subject, tenant]}}}");
  EXPECT_NE(keyText(*plan, "trust/sign", {.subject = "ab", .tenant = "c"}),
            keyText(*plan, "trust/sign", {.subject = "a", .tenant = "bc"}));
  EXPECT_NE(keyText(*plan, "trust/sign", {.subject = "a", .tenant = ""}),
            keyText(*plan, "trust/sign", {.subject = "", .tenant = "a"}));
}

TEST(LimitPlan, TwoRulesAndTheTwoSidesOfOneNeverShareAKey) {
  const auto plan = planOf("limits: {rules: {a: {rate: 1/s, concurrent: 1}, b: {rate: 1/s}}}");
  std::set<std::string> keys;
  const Demand demand = demandOf(*plan, "trust/sign");
  for (const Take& take : demand.takes()) keys.insert(toHex(take.key));
  EXPECT_EQ(keys.size(), 3u);
}

TEST(LimitPlan, ACallerWithoutATenantIsLimitedAllTheSame) {
  const auto plan = planOf("limits: {rules: {r: {rate: 1/s, key: [tenant]}}}");
  EXPECT_EQ(demandOf(*plan, "trust/sign", {.tenant = ""}).size(), 1u);
}

TEST(LimitPlan, SelectsByToolSubjectTenantAndGroup) {
  const auto takes = [](const std::string& selection, const std::string& tool, const Who& who) {
    const auto plan = planOf("limits: {rules: {r: {rate: 1/s, " + selection + "}}}");
    return demandOf(*plan, tool, who).size();
  };
  EXPECT_EQ(takes("only: {tools: [trust/*]}", "trust/sign", {}), 1u);
  EXPECT_EQ(takes("only: {tools: [trust/*]}", "scan/start", {}), 0u);
  EXPECT_EQ(takes("except: {tools: [trust/get_*]}", "trust/get_stats", {}), 0u);
  EXPECT_EQ(takes("only: {subjects: [alice]}", "trust/sign", {}), 1u);
  EXPECT_EQ(takes("only: {subjects: [bob]}", "trust/sign", {}), 0u);
  EXPECT_EQ(takes("except: {subjects: [alice]}", "trust/sign", {}), 0u);
  EXPECT_EQ(takes("only: {tenants: [acme]}", "trust/sign", {}), 1u);
  EXPECT_EQ(takes("only: {tenants: [other]}", "trust/sign", {}), 0u);
  EXPECT_EQ(takes("except: {tenants: [acme]}", "trust/sign", {}), 0u);
  EXPECT_EQ(takes("only: {groups: [b]}", "trust/sign", {.groups = {"a", "b"}}), 1u);
  EXPECT_EQ(takes("only: {groups: [b]}", "trust/sign", {.groups = {"a"}}), 0u);
  EXPECT_EQ(takes("except: {groups: [b]}", "trust/sign", {.groups = {"a", "b"}}), 0u);
}

// What of each kind a rule with this selection counts.
std::string counted(const std::string& selection) {
  const auto plan = planOf("limits: {rules: {r: {rate: 1/s, " + selection + "}}}");
  std::string out;
  for (const LimitPlan::Item& item : kItems) {
    if (!demandOf(*plan, itemOf(*plan, item.name, item.kind)).empty())
      out += (out.empty() ? "" : " ") + std::string(item.kind == ItemKind::Prompt ? "prompt:" : "") + item.name;
  }
  return out;
}

TEST(LimitPlan, CountsEverythingUnlessOnlyNamesItems) {
  const std::string tools = "trust/sign trust/verify trust/get_stats scan/start",
                    resources = "trust/log://all trust/log://entry/{id}", prompts = "prompt:trust/audit prompt:trust/sign";
  EXPECT_EQ(counted("key: []"), tools + " " + resources + " " + prompts);
  EXPECT_EQ(counted("only: {subjects: [alice]}"), tools + " " + resources + " " + prompts);
  EXPECT_EQ(counted("only: {tools: ['*/*']}"), tools);
  EXPECT_EQ(counted("only: {resources: ['trust/*']}"), resources);
  EXPECT_EQ(counted("only: {prompts: [trust/sign]}"), "prompt:trust/sign");
  EXPECT_EQ(counted("only: {tools: [trust/sign], resources: ['trust/log://entry/*']}"), "trust/sign trust/log://entry/{id}");
  EXPECT_EQ(counted("except: {tools: ['*/*'], resources: [trust/log://all], prompts: [trust/sign]}"),
            "trust/log://entry/{id} prompt:trust/audit");
}

TEST(LimitPlan, APromptCalledLikeAToolIsAnotherItem) {
  const auto plan = planOf("limits: {rules: {r: {rate: 1/s, key: [tool]}, all: {rate: 1/s}}}");
  const Demand tool = demandOf(*plan, "trust/sign"),
               prompt = demandOf(*plan, itemOf(*plan, "trust/sign", ItemKind::Prompt));
  EXPECT_NE(tool.takes()[0].key, prompt.takes()[0].key);
  EXPECT_EQ(tool.takes()[1].key, prompt.takes()[1].key);
}

TEST(LimitPlan, CompletionsAreCountedApartTenForACall) {
  const auto plan = planOf("limits: {prompts: {trust/audit: {cost: 3}}, rules: {r: {rate: 30/m, concurrent: 2}}}");
  const ItemLimits& prompt = itemOf(*plan, "trust/audit", ItemKind::Prompt);
  ASSERT_NE(prompt.completion, nullptr);
  const Demand get = demandOf(*plan, prompt), completion = demandOf(*plan, *prompt.completion);
  ASSERT_EQ(completion.size(), 2u);
  EXPECT_EQ(completion.takes()[0].charge * 10, get.takes()[0].charge);
  EXPECT_NE(completion.takes()[0].key, get.takes()[0].key);
  EXPECT_NE(completion.takes()[1].key, get.takes()[1].key);
  const ItemLimits& resource = itemOf(*plan, "trust/log://entry/{id}", ItemKind::Resource);
  const Demand other = demandOf(*plan, *resource.completion);
  EXPECT_EQ(other.takes()[0].key, completion.takes()[0].key);
  EXPECT_EQ(itemOf(*plan, "trust/sign").completion, nullptr);
}

TEST(LimitPlan, AMemberOfTwoGroupsCountsInBoth) {
  const auto plan = planOf("limits: {rules: {r: {rate: 1/s, key: [group], only: {groups: [a, b, c]}}}}");
  const Demand demand = demandOf(*plan, "trust/sign", {.groups = {"c", "x", "a"}});
  ASSERT_EQ(demand.size(), 2u);
  EXPECT_EQ(demand.takes()[0].group, 0);
  EXPECT_EQ(demand.takes()[1].group, 2);
  EXPECT_NE(demand.takes()[0].key, demand.takes()[1].key);
}

TEST(LimitPlan, TheMostExactCostCounts) {
  const auto plan = planOf(
      "limits: {tools: {'*/*': {cost: 2}, trust/*: {cost: 3}, trust/sign: {cost: 7}, trust/get_*: {cost: 0}}, "
      "rules: {r: {rate: 10/s}}}");
  EXPECT_EQ(plan->item(ItemKind::Tool, "scan/start")->cost, 2u);
  EXPECT_EQ(plan->item(ItemKind::Tool, "trust/verify")->cost, 3u);
  EXPECT_EQ(plan->item(ItemKind::Tool, "trust/sign")->cost, 7u);
  EXPECT_TRUE(demandOf(*plan, "trust/get_stats").empty());  // free
  EXPECT_EQ(plan->item(ItemKind::Prompt, "trust/sign")->cost, 1u);
  EXPECT_EQ(plan->item(ItemKind::Tool, "trust/nothing"), nullptr);
  EXPECT_EQ(plan->item(ItemKind::Tool, "zz/after-all-others"), nullptr);
  EXPECT_EQ(plan->item(ItemKind::Prompt, "zz/after-all-others"), nullptr);
}

TEST(LimitPlan, LeasesLiveThroughAChangedRateAndDebtsDoNot) {
  const auto before = planOf("limits: {rules: {r: {rate: 1/s, concurrent: 1}}}");
  const auto after = planOf("limits: {rules: {r: {rate: 2/s, concurrent: 5}}}");
  const Demand old = demandOf(*before, "trust/sign"), fresh = demandOf(*after, "trust/sign");
  EXPECT_NE(old.takes()[0].key, fresh.takes()[0].key);
  EXPECT_EQ(old.takes()[1].key, fresh.takes()[1].key);
}

TEST(LimitPlan, ARuleDescribesItself) {
  const auto plan = planOf("limits: {rules: {a: {rate: 30/m burst 60, concurrent: 4}, b: {rate: 1/s}, c: {concurrent: 2}}}");
  EXPECT_EQ(plan->rules()[0].describe(), "30/m burst 60, 4 at a time");
  EXPECT_EQ(plan->rules()[1].describe(), "1/s");
  EXPECT_EQ(plan->rules()[2].describe(), "2 at a time");
  EXPECT_EQ(plan->rules()[0].where, "policy/1.yaml:1:18");
}

TEST(LimitPlan, GatewaysThatShareRedisMeetInOneKeyWhateverTheirSecrets) {
  const std::vector<LimitsConfig> files = {
      readLimits("limits: {store: redis, rules: {r: {rate: 1/s, key: [subject]}}}", "p.yaml").config};
  const PlanBuild one = LimitPlan::build({files, kItems, {1, 2}, nullptr}),
                  other = LimitPlan::build({files, kItems, {3, 4}, nullptr});
  EXPECT_EQ(keyText(*one.plan, "trust/sign", {}), keyText(*other.plan, "trust/sign", {}));
  const auto local = planOf("limits: {rules: {r: {rate: 1/s, key: [subject]}}}");
  EXPECT_NE(keyText(*one.plan, "trust/sign", {}), keyText(*local, "trust/sign", {}));
}

TEST(LimitPlan, OfSeveralCostsForAToolTheNearestCountsWhateverTheirOrder) {
  for (const char* tools : {"trust/sign: {cost: 7}, \"trust/*\": {cost: 3}, \"*/*\": {cost: 2}",
                            "\"*/*\": {cost: 2}, \"trust/*\": {cost: 3}, trust/sign: {cost: 7}"}) {
    const auto plan = planOf("limits: {tools: {" + std::string(tools) + "}, rules: {a: {rate: 9/m}}}");
    EXPECT_EQ(plan->item(ItemKind::Tool, "trust/sign")->cost, 7u) << tools;
    EXPECT_EQ(plan->item(ItemKind::Tool, "trust/verify")->cost, 3u) << tools;
    EXPECT_EQ(plan->item(ItemKind::Tool, "scan/start")->cost, 2u) << tools;
  }
}

TEST(LimitPlan, TakesThePasswordFromAVariableOrAFile) {
  for (const char* from : {"password_env: REDIS_PASSWORD", "password_file: redis.password"}) {
    EXPECT_EQ(buildPlan({"limits: {store: redis, redis: {" + std::string(from) + "}, rules: {a: {rate: 1/m}}}"}).text(), "")
        << from;
  }
}

}  // namespace
}  // namespace certus::limits
