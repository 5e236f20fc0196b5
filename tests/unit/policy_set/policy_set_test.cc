// Rules and limits that stand in the same files.
#include "policy/set/met_limits.h"
#include "tests/unit/policy_set/set_of.h"

namespace certus::policy {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const rules::CatalogueItem& itemOf(const PolicySet& set, const std::string& name,
                                   rules::ItemKind kind = rules::ItemKind::Tool) {
  return set.rules->catalogue()[set.rules->item(kind, name).value()];
}

constexpr const char* kBoth = R"(
groups: {dev: {subjects: [ann@example.com]}, staff: {claimed: true}}
tenants: {acme: {}}
subjects: {ben@example.com: {tenant: acme}}
rules:
  devs: {effect: allow, who: {groups: [dev, staff]}, tools: [trust/*]}
limits:
  tools: {trust/sign: {cost: 5}}
  rules:
    per-person: {key: [subject], rate: 30/m burst 60, concurrent: 2}
    devs-sign: {key: [group], rate: 10/m burst 20, only: {groups: [dev, staff], tools: [trust/sign]}}
)";

TEST(PolicySet, RulesAndLimitsOfOneFileAreBothInForce) {
  const auto set = setOf(kBoth);
  ASSERT_TRUE(set);
  EXPECT_EQ(rules::decided(*set->rules, {"ann@example.com", "", {}, {}}, "trust/sign"), "allow by devs");
  ASSERT_TRUE(set->limits->item(limits::ItemKind::Tool, "trust/sign"));
  EXPECT_EQ(set->limits->item(limits::ItemKind::Tool, "trust/sign")->cost, 5u);
  EXPECT_EQ(set->limits->item(limits::ItemKind::Tool, "trust/sign")->rules.size(), 2u);
  EXPECT_EQ(set->limits->item(limits::ItemKind::Tool, "trust/verify")->rules.size(), 1u);
  EXPECT_EQ(set->digest, "digest");
}

TEST(PolicySet, WithoutLimitsNothingIsLimited) {
  const auto set = setOf("rules: {all: {effect: allow, who: everyone, tools: [trust/*]}}");
  EXPECT_TRUE(set->limits->item(limits::ItemKind::Tool, "trust/sign")->rules.empty());
}

TEST(PolicySet, FilesAddUp) {
  const PolicyBuild out = buildOf({{"10.yaml", "groups: {dev: {subjects: [ann]}}\nlimits: {rules: {a: {rate: 1/s}}}\n"},
                                   {"20.yaml",
                                    "groups: {dev: {subjects: [ben]}}\nrules: {r: {effect: allow, who: {groups: "
                                    "[dev]}, tools: [trust/*]}}\nlimits: {rules: {b: {rate: 2/s}}}\n"}});
  ASSERT_EQ(out.text(), "");
  EXPECT_EQ(rules::decided(*out.set->rules, {"ann", "", {}, {}}, "trust/sign"), "allow by r");
  EXPECT_EQ(rules::decided(*out.set->rules, {"ben", "", {}, {}}, "trust/sign"), "allow by r");
  EXPECT_THAT(out.set->limits->rules(), SizeIs(2));
  EXPECT_EQ(out.set->limits->rules()[1].where.substr(0, 8), "20.yaml:");
}

TEST(PolicySet, MistakesOfBothAreToldTogetherEachAtItsPlace) {
  const PolicyBuild out = buildOf({{"10.yaml", "rules:\n  r: {effect: allow, who: everyone, tools: [trust/sing]}\n"},
                                   {"20.yaml", "limits:\n  rules:\n    l: {rate: 1/s, only: {tools: [trust/verfy]}}\n"}});
  EXPECT_FALSE(out.set);
  EXPECT_THAT(out.text(), AllOf(HasSubstr("10.yaml:2:"), HasSubstr("trust/sing"), HasSubstr("20.yaml:3:"),
                                HasSubstr("did you mean trust/verify?")));
}

TEST(PolicySet, MistakesOfFormAreToldForEveryFile) {
  const PolicyBuild out = buildOf({{"10.yaml", "rulse: {}\n"}, {"20.yaml", "limits:\n  rules: {l: {rate: often}}\n"}});
  EXPECT_FALSE(out.set);
  EXPECT_THAT(out.text(), AllOf(HasSubstr("10.yaml:1:1: rulse: unknown key; did you mean rules?"),
                                HasSubstr("20.yaml:2:21: limits.rules.l.rate: ")));
}

TEST(PolicySet, ALimitThatLostWhatItSaidIsAMistake) {
  for (const char* blank : {"limits:\n", "limits:\n  rules:\n", "limits:\n  tools:\n", "# nothing\n"}) {
    const PolicyBuild out =
        buildOf({{"10.yaml", "rules: {r: {effect: allow, who: everyone, tools: [trust/*]}}\n"}, {"20.yaml", blank}});
    EXPECT_FALSE(out.set);
    EXPECT_THAT(out.text(), HasSubstr("nothing stands here; write {} if nothing is meant")) << blank;
  }
}

TEST(PolicySet, ALimitNamesOnlyGroupsOfTheRules) {
  const PolicyBuild out =
      buildOf({{"p.yaml",
                "groups: {dev: {subjects: [ann]}}\nrules: {r: {effect: allow, who: {groups: [dev]}, tools: [trust/*]}}\n"
                "limits: {rules: {l: {rate: 1/s, only: {groups: [devs]}}}}\n"}});
  EXPECT_FALSE(out.set);
  EXPECT_THAT(out.text(), AllOf(HasSubstr("p.yaml:3:"), HasSubstr("devs"), HasSubstr("did you mean dev?")));
}

TEST(PolicySet, ALimitNamesOnlyTenantsOfTheRulesAndWarnsOfSubjects) {
  const std::string rules =
      "tenants: {acme: {}}\ngroups: {dev: {subjects: [ann]}}\nrules: {r: {effect: allow, who: {groups: [dev]}, tools: "
      "[trust/*]}}\n";
  const PolicyBuild wrong = buildOf({{"p.yaml", rules + "limits: {rules: {l: {rate: 1/s, only: {tenants: [acmee]}}}}\n"}});
  EXPECT_FALSE(wrong.set);
  EXPECT_THAT(
      wrong.text(),
      HasSubstr("p.yaml:4:40: limits.rules.l.only.tenants: \"acmee\" is no tenant of the policy; did you mean acme?"));
  const PolicyBuild warned = buildOf({{"p.yaml", rules + "limits: {rules: {l: {rate: 1/s, only: {subjects: [anm]}}}}\n"}});
  EXPECT_TRUE(warned.set);
  EXPECT_THAT(rules::textOf(warned.warnings),
              HasSubstr("\"anm\" is no subject that the policy declares; did you mean ann?"));
}

// trust/sign is gone, pay/refund takes another argument: the policy in force goes on, and opens nothing.
TEST(PolicySet, APolicyInForceOutlivesToolsThatItsModuleWithdraws) {
  rules::PolicyFiles files;
  files.files.push_back({"p.yaml", R"(rules:
  a: {effect: allow, who: everyone, tools: [trust/verify, trust/sign]}
  no-verify: {effect: deny, who: everyone, tools: [trust/verify]}
  b: {effect: allow, who: everyone, tools: [pay/refund], when: {amount: {at_most: 5}}}
limits: {tools: {trust/sign: {cost: 5}}, rules: {l: {rate: 5/s, only: {tools: [trust/sign]}}, all: {rate: 9/s}}}
)"});
  rules::Catalogue now = rules::catalogueOf();
  std::erase_if(now, [](const rules::CatalogueItem& item) { return item.exposed == "trust_sign"; });
  for (rules::CatalogueItem& item : now) {
    if (item.exposed == "pay_refund")
      item.inputSchema = R"({"type": "object", "properties": {"sum": {"type": "number"}}, "additionalProperties": false})";
  }
  EXPECT_TRUE(build(files, rules::catalogueOf(), kSecret).set);
  EXPECT_FALSE(build(files, now, kSecret).set);
  const PolicyBuild out = build(files, now, kSecret, rules::Unmatched::AreWarnings);
  ASSERT_TRUE(out.set) << out.text();
  EXPECT_EQ(out.warnings.size(), 6u) << out.text();
  EXPECT_THAT(out.text(), AllOf(HasSubstr("tool trust/sign does not exist"), HasSubstr("no such argument; it takes sum"),
                                HasSubstr("rules.a: can never take effect: rule no-verify"),
                                HasSubstr("limits.tools.trust/sign: \"trust/sign\" names no tool that is loaded"),
                                HasSubstr("limits.rules.l: selects no tool, resource or prompt")));
  EXPECT_EQ(rules::decided(*out.set->rules, {"ann", "", {}, {}}, "pay/refund", R"({"sum": 1})"), "refuse argument by b");
  EXPECT_THAT(out.set->limits->item(limits::ItemKind::Tool, "trust/verify")->rules, SizeIs(1));
}

TEST(PolicySet, AFolderThatCannotBeReadIsNoPolicy) {
  const PolicyBuild out = buildFolder("/nonexistent/policy", rules::catalogueOf(), kSecret);
  EXPECT_FALSE(out.set);
  EXPECT_THAT(out.text(), HasSubstr("/nonexistent/policy: No such file or directory"));
}

TEST(MetLimits, SaysWhoSharesEachAndWhatACallCounts) {
  const auto set = setOf(kBoth);
  const std::vector<std::string> claimed = {"staff", "dev"};
  const auto met = limitsMeeting(*set, {"cid@example.com", "", claimed, nullptr}, itemOf(*set, "trust/sign"));
  ASSERT_THAT(met, SizeIs(2)) << "dev is not claimed: true, so that a credential cannot name it";
  EXPECT_EQ(met[0].rule, "per-person");
  EXPECT_EQ(met[0].howOften, "30/m burst 60, 2 at a time");
  EXPECT_EQ(met[0].sharedBy, "cid@example.com for all calls that it selects");
  EXPECT_EQ(met[0].where.substr(0, 7), "p.yaml:");
  EXPECT_EQ(met[0].cost, 5u);
  EXPECT_THAT(met[1].sharedBy, HasSubstr("group staff"));
  EXPECT_THAT(limitsMeeting(*set, {"cid@example.com", "", {}, nullptr}, itemOf(*set, "trust/sign")), SizeIs(1));
  rules::CatalogueItem none;
  none.service = "trust";
  none.name = "none";
  EXPECT_THAT(limitsMeeting(*set, {"cid@example.com", "", {}, nullptr}, none), SizeIs(0));
}

TEST(MetLimits, MeetResourcesAndPromptsToo) {
  const auto set = setOf(R"(
rules:
  all: {effect: allow, who: everyone, tools: ["*/*"], resources: ["*/*"], prompts: ["*/*"]}
limits:
  resources: {"trust/log://entry/*": {cost: 3}}
  rules:
    per-person: {key: [subject], rate: 30/m}
    entries: {key: [subject, tool], rate: 10/m, only: {resources: ["trust/log://entry/*"], prompts: [trust/audit]}}
)");
  ASSERT_TRUE(set);
  const rules::Caller ann{"ann@example.com", "", {}, nullptr};
  const auto met = limitsMeeting(*set, ann, itemOf(*set, "trust/log://entry/{id}", rules::ItemKind::Resource));
  ASSERT_THAT(met, SizeIs(2));
  EXPECT_EQ(met[1].sharedBy, "ann@example.com for reads of trust/log://entry/{id}");
  EXPECT_EQ(met[1].cost, 3u);
  EXPECT_THAT(limitsMeeting(*set, ann, itemOf(*set, "trust/audit", rules::ItemKind::Prompt)), SizeIs(2));
  EXPECT_THAT(limitsMeeting(*set, ann, itemOf(*set, "trust/log://entries/recent", rules::ItemKind::Resource)), SizeIs(1));
  EXPECT_THAT(limitsMeeting(*set, ann, itemOf(*set, "trust/sign")), SizeIs(1));
}

TEST(PolicySet, AMisspeltResourceOrPromptOfALimitIsNamedAtItsPlace) {
  const PolicyBuild out = buildOf({{"p.yaml",
                                    "limits:\n  rules:\n    l:\n      rate: 1/s\n      only:\n"
                                    "        resources: [trust/log://entries/recnt]\n        prompts: [trust/aduit]\n"}});
  EXPECT_FALSE(out.set);
  EXPECT_THAT(out.text(), AllOf(HasSubstr("p.yaml:6:"), HasSubstr("did you mean trust/log://entries/recent?"),
                                HasSubstr("p.yaml:7:"), HasSubstr("did you mean trust/audit?")));
}

TEST(MetLimits, TheTenantOfTheFilesCountsWhereTheCredentialNamesNone) {
  const auto set = setOf(kBoth);
  EXPECT_EQ(tenantOf(*set->rules, {"ben@example.com", "", {}, nullptr}), "acme");
  EXPECT_EQ(tenantOf(*set->rules, {"ben@example.com", "other", {}, nullptr}), "other");
  EXPECT_EQ(tenantOf(*set->rules, {"cid@example.com", "", {}, nullptr}), "");
  EXPECT_THAT(groupsOf(*set->rules, {"ann@example.com", "", {}, nullptr}), testing::ElementsAre("dev"));
}

}  // namespace
}  // namespace certus::policy
