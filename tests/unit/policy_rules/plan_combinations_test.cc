// Those who are several things at once: who is compared by plan, and what is said of what one may do.
#include "policy/rules/plan_combinations.h"

#include "policy/rules/access_words.h"
#include "policy/rules/plan.h"
#include "tests/unit/policy_rules/policy_of.h"

namespace certus::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string wordsOf(const std::string& rules) {
  const auto policy = policyOf("rules:\n" + rules);
  const Standing standing = policy->standing(Asker().caller());
  return accessWords(*policy, *standing.row, *policy->item(ItemKind::Tool, "trust/sign"));
}

const std::string kTool = "who: everyone, tools: [trust/sign]";
const std::string kForced = kTool + ", when: {force: {equals: true}}";

TEST(AccessWords, SayWhatIsAskedBeforeATool) {
  const std::string deny = "  d: {effect: deny, " + kForced + "}\n", allow = "  a: {effect: allow, " + kTool + "}\n";
  const std::string ask = "  c: {effect: confirm, " + kForced + "}\n";
  EXPECT_EQ(wordsOf(deny + allow), "with conditions");
  EXPECT_EQ(wordsOf(ask + allow), "with conditions, some on confirmation");
  EXPECT_EQ(wordsOf(ask + "  e: {effect: confirm, " + kTool + ", when: {count: {at_least: 5}}}\n"),
            "with conditions, on confirmation");
  EXPECT_EQ(wordsOf("  a: {effect: allow, " + kForced + "}\n  b: {effect: allow, " + kTool +
                    ", when: {count: {at_least: 5}}}\n"),
            "with conditions");
}

TEST(Combination, IsWithinWhoIsAllOfItAndMore) {
  const Combination ann{"ann", {}, {}}, dev{"", {"dev"}, {}}, acme{"", {}, "acme"}, all{"ann", {"dev", "ops"}, "acme"};
  for (const Combination& part : {ann, dev, acme}) {
    EXPECT_TRUE(part.within(all));
    EXPECT_FALSE(all.within(part));
  }
  EXPECT_FALSE(ann.within(Combination{"bob", {"dev"}, "acme"}));
  EXPECT_FALSE(acme.within(Combination{"ann", {"dev"}, "bolt"}));
}

TEST(Combination, IsNamedByItsParts) {
  EXPECT_EQ((Combination{"", {}, "acme"}.text()), "tenant acme");
  EXPECT_EQ((Combination{"ann", {"dev", "ops"}, "acme"}.text()), "subject ann in groups dev, ops of tenant acme");
}

std::vector<std::string> changed(const std::string& before, const std::string& after) {
  std::vector<std::string> out;
  for (const Plan::Change& each : planOf(*policyOf(before), *policyOf(after)).changes) out.push_back(each.who);
  return out;
}

TEST(Combinations, OneSubjectOfOneTenantWhomTwoRulesName) {
  const std::string people = "tenants: {acme: {}}\nsubjects: {bot: {}}\nrules:\n";
  const std::string who = "who: {subjects: [bot], tenants: [acme]}, tools: [";
  const std::string allow = "  a: {effect: allow, " + who + "trust/verify, pay/refund]}\n";
  EXPECT_THAT(changed(people + allow, people + allow + "  d: {effect: deny, " + who + "trust/verify]}\n"),
              ElementsAre("subject bot of tenant acme"));
}

TEST(Combinations, AGroupThatCanBeClaimedOnlyAfterwards) {
  const std::string rules =
      "rules:\n  d: {effect: allow, who: {groups: [dev]}, tools: [trust/verify]}\n";
  const std::string deny = "  o: {effect: deny, who: {groups: [ops]}, tools: [trust/*]}\n";
  EXPECT_THAT(changed("groups: {dev: {claimed: true}, ops: {subjects: [ann]}}\n" + rules,
                      "groups: {dev: {claimed: true}, ops: {claimed: true}}\n" + rules + deny),
              ElementsAre("groups dev, ops"));
  EXPECT_THAT(changed("groups: {dev: {claimed: true}}\n" + rules,
                      "groups: {dev: {claimed: true}, ops: {claimed: true}}\n" + rules + deny),
              ElementsAre("groups dev, ops"));
}

TEST(Combinations, ASubjectWhomOnlyTheNewFilesPutIntoAGroup) {
  const std::string allow = "  a: {effect: allow, who: {subjects: [ann]}, tools: [pay/refund]}\n";
  const std::string after = "tenants: {acme: {}}\ngroups: {staff: {subjects: [ann]}, dev: {claimed: true}}\nrules:\n" +
                            allow +
                            "  d: {effect: deny, who: {groups: [staff], tenants: [acme]}, tools: [pay/*]}\n";
  const std::string members = "tenants: {acme: {}}\ngroups: {dev: {claimed: true}";
  const std::string withoutStaff = members + "}\nsubjects: {ann: {}}\nrules:\n" + allow,
                    withBob = members + ", staff: {subjects: [bob]}}\nsubjects: {ann: {}}\nrules:\n" + allow;
  for (const std::string& before : {withoutStaff, withBob})
    EXPECT_THAT(changed(before, after), ElementsAre("subject ann in group staff of tenant acme")) << before;
  const std::string withoutAnn = members + "}\nrules:\n  v: {effect: allow, who: {groups: [dev]}, tools: [trust/verify]}\n";
  EXPECT_THAT(changed(withoutAnn, after), ElementsAre("group dev", "subject ann")) << "who gains it, but not of acme";
}

TEST(Combinations, ThatAreJustAsManyAsAreComparedAreAll) {
  std::string tenants, groups;
  for (int i = 0; i < 80; ++i) tenants += (i ? ", t" : "t") + std::to_string(i);
  for (int i = 0; i < 50; ++i) groups += (i ? ", g" : "g") + std::to_string(i);
  std::string people = "tenants: {";
  for (int i = 0; i < 80; ++i) people += (i ? ", t" : "t") + std::to_string(i) + ": {}";
  people += "}\ngroups: {";
  for (int i = 0; i < 50; ++i) people += (i ? ", g" : "g") + std::to_string(i) + ": {claimed: true}";
  people += "}\nrules:\n  all: {effect: allow, who: everyone, tools: [trust/verify]}\n";
  const std::string deny =
      "  d: {effect: deny, who: {groups: [" + groups + "], tenants: [" + tenants + "]}, tools: [trust/verify]}\n";
  EXPECT_TRUE(planOf(*policyOf(people), *policyOf(people + deny)).complete);
}

TEST(Plan, RulesChangeThatGoOrReadOtherwise) {
  const auto with = [](const std::string& rest) {
    return policyOf("rules: {a: {effect: allow, who: everyone, tools: [trust/verify]}" + rest + "}\n");
  };
  const auto less = with(""), more = with(", b: {effect: allow, who: everyone, tools: [trust/sign]}"),
             other = with(", b: {effect: allow, who: everyone, tools: [pay/refund]}");
  EXPECT_TRUE(planOf(*more, *less).changesRules());
  EXPECT_TRUE(planOf(*more, *other).changesRules());
  EXPECT_FALSE(planOf(*more, *more).changesRules());
}

TEST(Plan, ASubjectThatIsGivenATenant) {
  const std::string rules = "rules: {r: {effect: allow, who: {tenants: [acme]}, tools: [trust/verify]}}\n";
  const auto before = policyOf("tenants: {acme: {}}\nsubjects: {bot: {}}\n" + rules),
             after = policyOf("tenants: {acme: {}}\nsubjects: {bot: {tenant: acme}}\n" + rules);
  EXPECT_THAT(planOf(*before, *after).text(), HasSubstr("none -> acme"));
}

}  // namespace
}  // namespace certus::rules
