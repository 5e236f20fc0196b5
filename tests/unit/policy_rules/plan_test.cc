// plan: who gains and who loses what by another policy.
#include <nlohmann/json.hpp>

#include "policy/rules/plan.h"
#include "tests/unit/policy_rules/policy_of.h"

namespace certus::rules {
namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kPolicy = R"(groups: {dev: {claimed: true}, release: {subjects: [rita@example.com]}}
rules:
  dev-reads: {effect: allow, who: {groups: [dev]}, tools: [trust/verify]}
  dev-reports: {effect: allow, who: {groups: [dev]}, tools: [trust/sign], when: {type: {equals: report}}}
  release-signs: {effect: confirm, who: {groups: [release]}, tools: [trust/sign]}
  no-force: {effect: deny, who: everyone, tools: [trust/sign], when: {force: {equals: true, present: true}}}
  no-closing: {effect: deny, who: everyone, tools: [pay/close]}
)";

TEST(Plan, ShowsWhoGainsAndLosesWhat) {
  const auto before = policyOf(kPolicy);
  const auto after =
      policyOf(R"(groups: {dev: {claimed: true}, release: {subjects: [rita@example.com]}, audit: {claimed: true}}
subjects: {bot: {}}
rules:
  dev-reads: {effect: allow, who: {groups: [dev, audit]}, tools: [trust/verify]}
  dev-reports: {effect: allow, who: {groups: [dev]}, tools: [trust/sign], when: {type: {one_of: [report, sbom]}}}
  release-signs: {effect: allow, who: {groups: [release]}, tools: [trust/sign]}
  bot: {effect: allow, who: {subjects: [bot]}, tools: [pay/refund]}
)");
  const Plan plan = planOf(*before, *after);
  const std::string text = plan.text();
  EXPECT_THAT(
      text,
      HasSubstr(
          "rules removed: no-force no-closing\nrules added: bot\nrules changed: dev-reads dev-reports release-signs\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("group audit +trust/verify +no -> yes"));
  EXPECT_THAT(text, ::testing::ContainsRegex("group dev +trust/sign +with conditions -> other conditions"));
  EXPECT_THAT(text, ::testing::ContainsRegex("group release +trust/sign +with conditions, on confirmation -> yes"));
  EXPECT_THAT(text, ::testing::ContainsRegex("subject bot +pay/refund +no -> yes"));
  EXPECT_EQ(plan.changes.size(), 4u) << text;
  const json out = json::parse(plan.json());
  EXPECT_EQ(out["access"].size(), 4u);
  EXPECT_EQ(out["lists"][0]["who"], "group audit");
  EXPECT_EQ(out["lists"][0]["before"]["bytes"], 2);
  EXPECT_EQ(out["lists"][0]["after"]["tools"], 1);
  EXPECT_GT(out["lists"][0]["after"]["bytes"], 100);
}

TEST(Plan, OfTheSamePolicyIsEmpty) {
  const auto policy = policyOf(kPolicy);
  const Plan plan = planOf(*policy, *policyOf(kPolicy));
  EXPECT_FALSE(plan.changesAccess());
  EXPECT_THAT(plan.text(), ::testing::StartsWith("Nobody gains or loses anything.\n"));
}

TEST(Plan, ShowsToolsThatComeAndGo) {
  std::vector<Finding> findings;
  const Source source = readSource("rules: {r: {effect: allow, who: everyone, tools: [\"*/*\"]}}", "p.yaml", findings);
  Catalogue fewer = catalogueOf();
  fewer.erase(fewer.begin());
  const auto all = compile({source}, catalogueOf()).policy, less = compile({source}, fewer).policy;
  EXPECT_THAT(planOf(*all, *less).text(), ::testing::ContainsRegex("everyone else +trust/verify +yes -> -"));
  EXPECT_THAT(planOf(*less, *all).text(), ::testing::ContainsRegex("everyone else +trust/verify +- -> yes"));
}

TEST(Plan, ShowsResourcesPromptsAndTenantsToo) {
  const auto before = policyOf("tenants: {acme: {}}\nrules: {}\n");
  const auto after = policyOf(R"(tenants: {acme: {}, globex: {}}
rules:
  logs: {effect: allow, who: {tenants: [acme]}, resources: ["trust/*"]}
  audits: {effect: allow, who: everyone, prompts: ["trust/*"]}
  asks: {effect: confirm, who: everyone, tools: [trust/sign], when: {force: {equals: true}}}
  refunds: {effect: confirm, who: {tenants: [globex]}, tools: [pay/refund]}
)");
  const std::string text = planOf(*before, *after).text();
  EXPECT_THAT(text, ::testing::ContainsRegex("tenant acme +trust/log://entries/recent +no -> yes"));
  EXPECT_THAT(text, ::testing::ContainsRegex("everyone else +trust/audit +no -> yes"));
  EXPECT_THAT(text, ::testing::ContainsRegex("everyone else +trust/sign +no -> with conditions, on confirmation"));
  EXPECT_THAT(text, ::testing::ContainsRegex("tenant globex +pay/refund +no -> on confirmation"));
}

TEST(Plan, IsSilentAboutToolsThatComeAndGoWithoutAnybodyHavingThem) {
  std::vector<Finding> findings;
  const Source source = readSource("rules: {r: {effect: allow, who: everyone, tools: [trust/sign]}}", "p.yaml", findings);
  Catalogue fewer = catalogueOf();
  fewer.erase(fewer.begin());
  const auto all = compile({source}, catalogueOf()).policy, less = compile({source}, fewer).policy;
  EXPECT_FALSE(planOf(*all, *less).changesAccess());
  EXPECT_FALSE(planOf(*less, *all).changesAccess());
}

// What `extra` changes; each line of the access matrix as "who item before after".
std::vector<std::string> changedBy(const std::string& common, const std::string& before, const std::string& after) {
  std::vector<std::string> out;
  for (const Plan::Change& each : planOf(*policyOf(common + before), *policyOf(common + after)).changes)
    out.push_back(each.who + " " + each.item + ": " + each.before + " -> " + each.after);
  return out;
}

const std::string kPeople =
    "tenants: {acme: {}, bolt: {}}\ngroups: {dev: {claimed: true}, ops: {claimed: true}, staff: {subjects: [bea, ann]}, "
    "leads: {subjects: [bea]}}\nsubjects: {bot: {}}\nrules:\n";
const std::string kDevs = "  devs: {effect: allow, who: {groups: [dev]}, tools: [trust/verify]}\n";
const std::string kStaff = "  staff: {effect: allow, who: {groups: [staff]}, tools: [trust/verify]}\n";

TEST(Plan, ShowsAGroupOfATenant) {
  const std::string rule = "  r: {effect: allow, who: {groups: [ops], tenants: [acme]}, tools: [pay/refund]}\n";
  EXPECT_THAT(changedBy(kPeople + kDevs, "", rule), testing::ElementsAre("group ops of tenant acme pay/refund: no -> yes"));
  EXPECT_THAT(changedBy(kPeople + kDevs, rule, ""), testing::ElementsAre("group ops of tenant acme pay/refund: yes -> no"));
}

TEST(Plan, ShowsASubjectOfATenant) {
  const std::string rule = "  r: {effect: allow, who: {subjects: [bot], tenants: [acme]}, tools: [pay/refund]}\n";
  EXPECT_THAT(changedBy(kPeople + kDevs, "", rule),
              testing::ElementsAre("subject bot of tenant acme pay/refund: no -> yes"));
}

TEST(Plan, ShowsADenyOfAGroupOfATenantThatGoes) {
  const std::string rule = "  r: {effect: deny, who: {groups: [dev], tenants: [acme]}, tools: [trust/*]}\n";
  EXPECT_THAT(changedBy(kPeople + kDevs, rule, ""),
              testing::ElementsAre("group dev of tenant acme trust/verify: no -> yes"));
}

TEST(Plan, ShowsADenyOfOneGroupToThoseWhoHaveItByAnother) {
  const std::string rule = "  r: {effect: deny, who: {groups: [ops]}, tools: [trust/*]}\n";
  EXPECT_THAT(changedBy(kPeople + kDevs, "", rule), testing::ElementsAre("groups dev, ops trust/verify: yes -> no"));
}

// Nobody can claim these groups: whoever is in both stands in the file.
TEST(Plan, ShowsWhomTheFilesPutIntoBothGroups) {
  const std::string rule = "  r: {effect: deny, who: {groups: [leads]}, tools: [trust/*]}\n";
  EXPECT_THAT(changedBy(kPeople + kStaff, "", rule), testing::ElementsAre("subject bea trust/verify: yes -> no"));
  const std::string ofTenant = "  r: {effect: deny, who: {groups: [leads], tenants: [acme]}, tools: [trust/*]}\n";
  EXPECT_THAT(changedBy(kPeople + kStaff, "", ofTenant),
              testing::ElementsAre("groups leads, staff of tenant acme trust/verify: yes -> no"));
}

TEST(Plan, LeavesOutWhomNobodyCanBe) {
  const std::string people =
      "tenants: {acme: {}, bolt: {}}\ngroups: {staff: {subjects: [ann]}, leads: {subjects: [bea]}}\n"
      "subjects: {bot: {}, eve: {}}\nrules:\n";
  const std::string rules = kStaff +
                            "  acme: {effect: allow, who: {tenants: [acme]}, tools: [trust/verify]}\n"
                            "  bot: {effect: allow, who: {subjects: [bot]}, tools: [trust/verify]}\n";
  const std::string denies =
      "  d: {effect: deny, who: {subjects: [eve], groups: [leads], tenants: [bolt]}, tools: [trust/*]}\n";
  EXPECT_THAT(changedBy(people + rules, "", denies), IsEmpty())
      << "bot is no eve and in no leads, nobody is in staff and leads, nobody is of two tenants";
}

TEST(Plan, ShowsASubjectBothByNameAndByItsGroup) {
  const std::string rules = "  ann: {effect: allow, who: {subjects: [ann]}, tools: [pay/refund]}\n";
  const std::string deny = "  d: {effect: deny, who: {groups: [staff], tenants: [acme]}, tools: [pay/*]}\n";
  EXPECT_THAT(changedBy(kPeople + rules, "", deny),
              testing::ElementsAre("subject ann in group staff of tenant acme pay/refund: yes -> no"));
}

TEST(Plan, OfThoseInSeveralGroupsSaysOnlyWhatNoPartSays) {
  const std::string rule =
      "  r: {effect: allow, who: {groups: [ops]}, tools: [pay/refund, trust/verify]}\n"
      "  d: {effect: deny, who: {tenants: [bolt]}, tools: [pay/refund]}\n";
  const auto changes = changedBy(kPeople + kDevs, "", rule);
  EXPECT_THAT(changes, testing::ElementsAre("group ops trust/verify: no -> yes", "group ops pay/refund: no -> yes"));
}

TEST(Plan, AConditionalRuleBesideAPlainOneChangesNothing) {
  EXPECT_THAT(changedBy(kPeople + "  a: {effect: allow, who: {groups: [dev]}, tools: [pay/refund]}\n", "",
                        "  b: {effect: allow, who: everyone, tools: [pay/refund], when: {amount: {at_most: 5}}}\n"),
              testing::Not(testing::Contains(HasSubstr("group dev "))));
}

TEST(Plan, SaysWhereARuleChangesNothingForAnybody) {
  const std::string deny = "  d: {effect: deny, who: {groups: [ops]}, tools: [pay/refund]}\n";
  const Plan plan = planOf(*policyOf(kPeople + kDevs), *policyOf(kPeople + kDevs + deny));
  EXPECT_THAT(plan.changes, IsEmpty());
  EXPECT_THAT(plan.unfeltRules, testing::ElementsAre("d"));
  EXPECT_THAT(plan.text(), HasSubstr("changed rules that change nothing for anybody who was compared: d\n"));
  EXPECT_THAT(plan.text(), HasSubstr("Nobody of those compared gains or loses anything: "));
  EXPECT_EQ(json::parse(plan.json())["rules"]["without_effect_on_those_compared"], json({"d"}));
}

TEST(Plan, SaysThatNotAllCombinationsWereCompared) {
  std::string many = "tenants: {t0: {}";
  for (int i = 1; i < 80; ++i) many += ", t" + std::to_string(i) + ": {}";
  many += "}\ngroups: {g0: {claimed: true}";
  for (int i = 1; i < 60; ++i) many += ", g" + std::to_string(i) + ": {claimed: true}";
  std::string who = "[g0", tenants = "[t0";
  for (int i = 1; i < 60; ++i) who += ", g" + std::to_string(i);
  for (int i = 1; i < 80; ++i) tenants += ", t" + std::to_string(i);
  many += "}\nrules:\n  all: {effect: allow, who: everyone, tools: [trust/verify]}\n";
  const std::string rule =
      "  d: {effect: deny, who: {groups: " + who + "], tenants: " + tenants + "]}, tools: [trust/verify]}\n";
  const Plan plan = planOf(*policyOf(many), *policyOf(many + rule));
  EXPECT_FALSE(plan.complete);
  EXPECT_THAT(plan.text(), HasSubstr("there are more than 4000.\n"));
  EXPECT_EQ(json::parse(plan.json())["all_combinations_compared"], false);
}

TEST(Plan, ShowsOtherAdvice) {
  const std::string rule = "rules: {r: {effect: allow, who: everyone, tools: [trust/verify], advice: \"";
  const Plan plan = planOf(*policyOf(rule + "ask ann\"}}"), *policyOf(rule + "ask bob\"}}"));
  EXPECT_THAT(plan.text(), HasSubstr("rules with other advice: r\nNobody gains or loses anything.\n"));
  EXPECT_EQ(json::parse(plan.json())["rules"]["other_advice"], json({"r"}));
}

}  // namespace
}  // namespace certus::rules
