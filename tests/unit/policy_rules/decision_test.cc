// What a policy decides: deny wins, nothing is allowed by silence, hidden is not refused.
#include "policy/rules/refusal.h"
#include "policy/rules/row_cache.h"
#include "tests/unit/policy_rules/policy_of.h"

namespace certus::rules {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPolicy = R"(
tenants: {acme: {}, globex: {}}
groups:
  dev: {claimed: true}
  release: {subjects: [rita@example.com]}
  banned: {subjects: [mal@example.com]}
subjects:
  rita@example.com: {tenant: acme, groups: [dev]}
  bot@example.com: {}
rules:
  dev-reads: {effect: allow, who: {groups: [dev]}, tools: [trust/verify], resources: [trust/log://*]}
  dev-signs-reports:
    effect: allow
    who: {groups: [dev]}
    tools: [trust/sign]
    when: {type: {equals: report}, metadata.commit: {pattern: "[0-9a-f]{7,40}"}}
    advice: "Ask in #release."
  release-signs: {effect: confirm, who: {groups: [release]}, tools: [trust/sign]}
  no-forcing: {effect: deny, who: everyone, tools: [trust/sign], when: {force: {equals: true, present: true}}}
  acme-refunds: {effect: allow, who: {groups: [dev], tenants: [acme]}, tools: [pay/*], prompts: [trust/*]}
  bot-verifies: {effect: allow, who: {subjects: [bot@example.com]}, tools: [trust/verify]}
  banned-never: {effect: deny, who: {groups: [banned]}, tools: ["*/*"]}
)";

const Asker kDev{.subject = "dora@example.com", .groups = {"dev"}};
const Asker kRita{.subject = "rita@example.com"};

TEST(Decision, HidesWhatNoRuleCouldAllow) {
  const auto policy = policyOf(kPolicy);
  EXPECT_EQ(decided(*policy, {}, "trust/verify"), "hidden");
  EXPECT_EQ(decided(*policy, {}, "trust/sign"), "hidden") << "a deny alone does not make it known";
  EXPECT_EQ(decided(*policy, {.subject = "mal@example.com", .groups = {"dev"}}, "trust/verify"), "hidden by banned-never");
  EXPECT_EQ(decided(*policy, kDev, "pay/refund"), "hidden");
}

TEST(Decision, AllowsByGroupSubjectAndTenant) {
  const auto policy = policyOf(kPolicy);
  EXPECT_EQ(decided(*policy, kDev, "trust/verify"), "allow by dev-reads");
  EXPECT_EQ(decided(*policy, {.subject = "bot@example.com"}, "trust/verify"), "allow by bot-verifies");
  EXPECT_EQ(decided(*policy, kRita, "pay/refund"), "allow by acme-refunds") << "groups and tenant come from the file";
  EXPECT_EQ(decided(*policy, {.tenant = "acme", .groups = {"dev"}}, "pay/refund"), "allow by acme-refunds");
  EXPECT_EQ(decided(*policy, {.tenant = "globex", .groups = {"dev"}}, "pay/refund"), "hidden");
  EXPECT_EQ(decided(*policy, {.subject = "rita@example.com", .tenant = "globex"}, "pay/refund"), "hidden")
      << "the credential's tenant counts, not the file's";
}

TEST(Decision, AGroupThatIsNotClaimedCannotBeClaimed) {
  const auto policy = policyOf(kPolicy);
  EXPECT_EQ(decided(*policy, {.groups = {"release", "unheard-of"}}, "trust/sign"), "hidden");
}

TEST(Decision, RefusesByArgumentsAndSaysWhichRule) {
  const auto policy = policyOf(kPolicy);
  const std::string right = R"({"artifact":"abc","type":"report","metadata":{"commit":"7f8d9e2"}})";
  EXPECT_EQ(decided(*policy, kDev, "trust/sign", right), "allow by dev-signs-reports");
  EXPECT_EQ(decided(*policy, kDev, "trust/sign", R"({"type":"image"})"), "refuse argument by dev-signs-reports");
  EXPECT_EQ(decided(*policy, kDev, "trust/sign", R"({"type":"report"})"), "refuse argument by dev-signs-reports");
  EXPECT_EQ(decided(*policy, kDev, "trust/sign", R"({"type":"report","metadata":{"commit":"7f8d9e2"},"force":true})"),
            "refuse argument by no-forcing")
      << "deny wins";
  EXPECT_EQ(decided(*policy, kDev, "trust/sign", R"({"type":"report","metadata":{"commit":"7f8d9e2"},"force":"true"})"),
            "refuse argument by no-forcing")
      << "a value of another type does not slip past a deny";
}

TEST(Decision, ConfirmAllowsAfterAskingAndWinsOverAllow) {
  const auto policy = policyOf(kPolicy);
  EXPECT_EQ(decided(*policy, kRita, "trust/sign", R"({"type":"image"})"), "confirm confirmation by release-signs");
  EXPECT_EQ(decided(*policy, kRita, "trust/sign", R"({"type":"report","metadata":{"commit":"7f8d9e2"}})"),
            "confirm confirmation by release-signs");
  EXPECT_EQ(decided(*policy, kRita, "trust/sign", R"({"force":true})"), "refuse argument by no-forcing");
}

TEST(Decision, AConfirmWithAnUncertainConditionAsksButDoesNotAllow) {
  const auto policy = policyOf(R"(
rules:
  reports: {effect: allow, who: everyone, tools: [trust/sign], when: {type: {equals: report}}}
  many: {effect: confirm, who: everyone, tools: [trust/sign], when: {count: {at_least: 10}}}
)");
  EXPECT_EQ(decided(*policy, {}, "trust/sign", R"({"type":"report","count":5})"), "allow by reports");
  EXPECT_EQ(decided(*policy, {}, "trust/sign", R"({"type":"report","count":10})"), "confirm confirmation by many");
  EXPECT_EQ(decided(*policy, {}, "trust/sign", R"({"type":"report"})"), "confirm confirmation by many");
  EXPECT_EQ(decided(*policy, {}, "trust/sign", R"({"type":"image","count":10})"), "confirm confirmation by many");
  EXPECT_EQ(decided(*policy, {}, "trust/sign", R"({"type":"image"})"), "refuse argument by many");
  EXPECT_EQ(decided(*policy, {}, "trust/sign", R"({"type":"image","count":1})"), "refuse argument by many");
}

TEST(Decision, ANarrowedCredentialIsRefusedByScopeAndStillSeesTheTool) {
  const auto policy = policyOf(kPolicy);
  Asker narrow = kDev;
  narrow.allowedTools = std::vector<std::string>{"trust/ver*", "pay_refund"};
  EXPECT_EQ(decided(*policy, narrow, "trust/verify"), "allow by dev-reads");
  EXPECT_EQ(decided(*policy, narrow, "trust/sign"), "refuse scope");
  EXPECT_EQ(decided(*policy, narrow, "pay/refund"), "hidden") << "a scope never gives anything";
  narrow.allowedTools->clear();
  EXPECT_EQ(decided(*policy, narrow, "trust/verify"), "refuse scope");
}

TEST(Decision, ANarrowedCredentialIsShownNoOtherResourcesAndPrompts) {
  const auto policy = policyOf(kPolicy);
  Asker narrow = kRita;
  const auto resource = [&](const char* name) { return decided(*policy, narrow, name, "{}", ItemKind::Resource); };
  narrow.allowedTools = std::vector<std::string>{"trust/verify", "trust_audit", "log://entries/recent"};
  EXPECT_EQ(resource("trust/log://entry/{id}"), "hidden scope");
  EXPECT_EQ(resource("trust/log://entries/recent"), "hidden scope") << "full names only";
  EXPECT_EQ(decided(*policy, narrow, "trust/audit", "{}", ItemKind::Prompt), "hidden scope");
  narrow.allowedTools = std::vector<std::string>{"trust/log://entry/*"};
  EXPECT_EQ(resource("trust/log://entry/{id}"), "allow by dev-reads");
  EXPECT_EQ(resource("trust/log://entries/recent"), "hidden scope");
  narrow.allowedTools = std::vector<std::string>{"trust/*"};
  EXPECT_EQ(resource("trust/log://entries/recent"), "allow by dev-reads");
  EXPECT_EQ(decided(*policy, narrow, "trust/audit", "{}", ItemKind::Prompt), "allow by acme-refunds");
}

TEST(Decision, AStandingShowsWhatItsRowDoesWithinItsScope) {
  const auto policy = policyOf(kPolicy);
  const Id recent = *policy->item(ItemKind::Resource, "trust/log://entries/recent");
  const Id sign = *policy->item(ItemKind::Tool, "trust/sign"), refund = *policy->item(ItemKind::Tool, "pay/refund");
  Asker narrow = kDev;
  EXPECT_TRUE(policy->standing(narrow.caller()).shows(recent));
  narrow.allowedTools = std::vector<std::string>{"trust/verify"};
  const Standing standing = policy->standing(narrow.caller());
  EXPECT_FALSE(standing.shows(recent));
  EXPECT_TRUE(standing.shows(sign)) << "a wider credential may call it";
  EXPECT_FALSE(standing.shows(refund));
}

TEST(Decision, ARowTellsADenyFromSilence) {
  const auto policy = policyOf(kPolicy);
  const Id verify = *policy->item(ItemKind::Tool, "trust/verify");
  const Asker banned{.subject = "mal@example.com", .groups = {"dev"}};
  EXPECT_TRUE(policy->standing(banned.caller()).row->denies(verify));
  EXPECT_FALSE(policy->standing(kDev.caller()).row->denies(verify));
  EXPECT_FALSE(policy->standing(Asker{}.caller()).row->denies(verify));
}

TEST(Decision, ResourcesAndPromptsFollowTheSameRules) {
  const auto policy = policyOf(kPolicy);
  EXPECT_EQ(decided(*policy, kDev, "trust/log://entries/recent", "{}", ItemKind::Resource), "allow by dev-reads");
  EXPECT_EQ(decided(*policy, {}, "trust/log://entries/recent", "{}", ItemKind::Resource), "hidden");
  EXPECT_EQ(decided(*policy, kRita, "trust/audit", "{}", ItemKind::Prompt), "allow by acme-refunds");
  EXPECT_EQ(decided(*policy, kDev, "trust/audit", "{}", ItemKind::Prompt), "hidden");
}

TEST(Decision, ListsWhatIsNotHiddenAndNotSwitchedOff) {
  const auto policy = policyOf(kPolicy);
  const auto names = [&](const Asker& asker) {
    std::vector<std::string> out;
    const Standing standing = policy->standing(asker.caller());
    for (const Id item : standing.row->listed()) out.push_back(policy->catalogue()[item].fullName());
    return out;
  };
  EXPECT_THAT(names(kDev),
              ::testing::ElementsAre("trust/verify", "trust/sign", "trust/log://entries/recent", "trust/log://entry/{id}"));
  EXPECT_THAT(names(kRita), ::testing::ElementsAre("trust/verify", "trust/sign", "pay/refund", "trust/log://entries/recent",
                                                   "trust/log://entry/{id}", "trust/audit"));
  EXPECT_THAT(names({}), ::testing::IsEmpty());
  EXPECT_EQ(decided(*policy, kRita, "pay/close"), "allow by acme-refunds") << "switched off is not the policy's word";
}

TEST(Decision, CallersOfOneClassShareARowAndOthersDoNot) {
  const auto policy = policyOf(kPolicy);
  RowCache cache(policy);
  const auto key = [&](const Asker& asker) { return cache.of(asker.caller())->key(); };
  EXPECT_EQ(key(kDev), key({.subject = "else@example.com", .groups = {"dev", "dev", "unknown"}}));
  EXPECT_EQ(key({.subject = "a"}), key({.subject = "b"}));
  EXPECT_NE(key(kDev), key({.tenant = "acme", .groups = {"dev"}}));
  EXPECT_NE(key({.subject = "bot@example.com"}), key({}));
  EXPECT_EQ(cache.size(), 4u);
}

TEST(Decision, TheCacheStaysWithinItsBytesAndForgetsOnlyWhatIsNotAskedFor) {
  std::string yaml = "groups:\n";
  for (int i = 0; i < 64; ++i) yaml += "  g" + std::to_string(i) + ": {claimed: true}\n";
  yaml += "rules: {all: {effect: allow, who: {groups: [g0]}, tools: [\"*/*\"]}}\n";
  const auto policy = policyOf(yaml);
  constexpr std::size_t kMost = 16 * 1024;
  RowCache cache(policy, kMost);
  const Asker often{.groups = {"g0"}};
  const Row* kept = cache.of(often.caller()).get();
  for (int i = 0; i < 2000; ++i) {
    const Asker asker{.groups = {"g" + std::to_string(i % 64), "g" + std::to_string(i / 64 % 64)}};
    EXPECT_EQ(cache.of(asker.caller())->shows(0), i % 64 == 0 || i / 64 % 64 == 0);
    ASSERT_LE(cache.bytes(), kMost);
    EXPECT_EQ(cache.of(often.caller()).get(), kept);
  }
  EXPECT_GT(cache.size(), 10u);
}

TEST(Decision, TheCacheGivesNarrowedStandings) {
  const auto policy = policyOf(kPolicy);
  RowCache cache(policy);
  Asker narrow = kDev;
  EXPECT_FALSE(cache.standing(narrow.caller()).scope);
  narrow.allowedTools = std::vector<std::string>{"trust/verify"};
  const Standing standing = cache.standing(narrow.caller());
  ASSERT_TRUE(standing.scope);
  EXPECT_FALSE(standing.scope->refused[*policy->item(ItemKind::Tool, "trust/verify")]);
  EXPECT_TRUE(standing.scope->refused[*policy->item(ItemKind::Tool, "trust/sign")]);
}

std::string toldTo(const Policy& policy, const Asker& asker, const std::string& json) {
  simdjson::dom::parser parser;
  const Id item = *policy.item(ItemKind::Tool, "trust/sign");
  const simdjson::dom::element arguments = parser.parse(json).value();
  const Standing standing = policy.standing(asker.caller());
  return refusalText(policy, *standing.row, item, policy.decide(standing, item, arguments), "trust_sign", arguments);
}

TEST(Refusal, NamesTheRuleAndTheRemedy) {
  const auto policy = policyOf(kPolicy);
  const std::string wrong = toldTo(*policy, kDev, R"({"type":"secret-value"})");
  EXPECT_THAT(wrong,
              HasSubstr("type is \"report\" and metadata.commit matches [0-9a-f]{7,40} (rule \"dev-signs-reports\")"));
  EXPECT_THAT(wrong, HasSubstr("Ask in #release."));
  EXPECT_THAT(wrong, HasSubstr("Nothing was done."));
  EXPECT_THAT(wrong, Not(HasSubstr("secret-value")));
  EXPECT_THAT(toldTo(*policy, kDev, R"({"type":"report"})"), Not(HasSubstr("type is"))) << "only what is not met yet";
  EXPECT_THAT(toldTo(*policy, kDev, R"({"force":true})"),
              HasSubstr("Rule \"no-forcing\" refuses this call of \"trust_sign\""));
  EXPECT_THAT(toldTo(*policy, kDev, R"({"force":null})"), HasSubstr("force is missing or of another kind"));
  EXPECT_THAT(toldTo(*policy, kRita, "{}"), HasSubstr("only after the user has confirmed"));
  Asker narrow = kDev;
  narrow.allowedTools = std::vector<std::string>{};
  EXPECT_THAT(toldTo(*policy, narrow, "{}"), HasSubstr("allowed tools contain trust/sign"));
}

TEST(Rule, ItsDigestChangesWithEveryWordThatDecides) {
  const auto digest = [](const std::string& rule) {
    return policyOf("groups: {dev: {claimed: true}}\nrules: {r: " + rule + "}\n")->rule("r")->digest;
  };
  const std::string base = digest("{effect: confirm, who: everyone, tools: [trust/sign]}");
  EXPECT_EQ(base.size(), 64u);
  EXPECT_EQ(base, digest("{tools: [trust/sign], who: everyone, effect: confirm, advice: x, description: y}"));
  const std::set<std::string> all = {
      base,
      digest("{effect: allow, who: everyone, tools: [trust/sign]}"),
      digest("{effect: confirm, who: {groups: [dev]}, tools: [trust/sign]}"),
      digest("{effect: confirm, who: everyone, tools: [trust/sign, trust/verify]}"),
      digest("{effect: confirm, who: everyone, tools: [trust/sign], when: {count: {at_least: 5}}}"),
      digest("{effect: confirm, who: everyone, tools: [trust/sign], when: {count: {at_most: 5}}}"),
      digest("{effect: confirm, who: everyone, tools: [trust/sign], when: {count: {present: true}}}"),
      digest("{effect: confirm, who: everyone, tools: [trust/sign], when: {count: {present: false}}}"),
      digest("{effect: confirm, who: everyone, tools: [trust/sign], when: {type: {equals: sbom}}}"),
      digest("{effect: confirm, who: everyone, tools: [trust/sign], when: {type: {one_of: [sbom]}}}")};
  EXPECT_EQ(all.size(), 10u);
}

}  // namespace
}  // namespace certus::rules
