// explain and test cases: what an operator reads before merging.
#include <nlohmann/json.hpp>

#include "policy/rules/caller_names.h"
#include "policy/rules/cases.h"
#include "policy/rules/explain.h"
#include "tests/unit/policy_rules/policy_of.h"

namespace certus::rules {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kPolicy = R"(groups: {dev: {claimed: true}, release: {subjects: [rita@example.com]}}
rules:
  dev-reads: {effect: allow, who: {groups: [dev]}, tools: [trust/verify]}
  dev-reports: {effect: allow, who: {groups: [dev]}, tools: [trust/sign], when: {type: {equals: report}}}
  release-signs: {effect: confirm, who: {groups: [release]}, tools: [trust/sign]}
  no-force: {effect: deny, who: everyone, tools: [trust/sign], when: {force: {equals: true, present: true}}}
  no-closing: {effect: deny, who: everyone, tools: [pay/close]}
)";

Explanation explained(const Asker& asker, const std::string& tool, const std::string& arguments = "{}") {
  simdjson::dom::parser parser;
  return explain(*policyOf(kPolicy), asker.caller(), ItemKind::Tool, tool, parser.parse(arguments).value());
}

TEST(Explain, NamesDecisionRulePlaceAndWhatWouldChangeIt) {
  const Asker dev{.groups = {"dev"}}, rita{.subject = "rita@example.com"};
  EXPECT_THAT(explained(dev, "trust/verify").text(), HasSubstr("trust/verify: allow\n  by rule dev-reads, p.yaml:3:3"));
  const std::string refused = explained(dev, "trust_sign", R"({"type":"image","force":false})").text();
  EXPECT_THAT(refused, HasSubstr("trust/sign: refuse (remedy: argument)"));
  EXPECT_THAT(refused, HasSubstr("type is \"report\": fails"));
  EXPECT_THAT(refused, HasSubstr("would change it: arguments for rule dev-reports, where type is \"report\""));
  EXPECT_THAT(explained(dev, "trust/sign").text(), HasSubstr("type is \"report\": cannot be told"));
  EXPECT_THAT(explained(dev, "trust/sign", R"({"type":"report","force":true})").text(),
              HasSubstr("arguments that rule no-force does not forbid"));
  EXPECT_THAT(explained({}, "trust/verify").text(),
              HasSubstr("being among group dev: rule dev-reads (p.yaml:3:3) would allow it"));
  EXPECT_THAT(explained({}, "pay/refund").text(), HasSubstr("none does, for anybody"));
  EXPECT_THAT(explained({}, "pay/close").text(), HasSubstr("narrow rule no-closing"));
  EXPECT_THAT(explained({}, "pay/close").text(), HasSubstr("it is off in the configuration"));
  EXPECT_THAT(explained(rita, "trust/sign").text(), HasSubstr("the caller's yes to just this call"));
  EXPECT_THAT(explained(dev, "trust/sgn").text(), HasSubstr("there is no trust/sgn; did you mean trust/sign?"));
  Asker narrow = dev;
  narrow.allowedTools = std::vector<std::string>{};
  EXPECT_THAT(explained(narrow, "trust/verify").text(), HasSubstr("a credential whose allowed_tools contain trust/verify"));
}

TEST(Explain, AResourceOutsideOfTheCredentialIsHiddenAndSaysWhatItWouldTake) {
  const auto policy = policyOf("rules: {r: {effect: allow, who: everyone, resources: [trust/*]}}");
  simdjson::dom::parser parser;
  const Asker narrow{.allowedTools = std::vector<std::string>{"trust/verify"}};
  const auto none = parser.parse(std::string("{}")).value();
  const std::string text = explain(*policy, narrow.caller(), ItemKind::Resource, "log://entries/recent", none).text();
  EXPECT_THAT(text, HasSubstr("trust/log://entries/recent: hidden (remedy: scope)\n"));
  EXPECT_THAT(text, HasSubstr("would change it: a credential whose allowed_tools contain trust/log://entries/recent"));
}

TEST(Explain, AToolThatIsSwitchedOffIsNeverAllowed) {
  const auto policy = policyOf("rules: {r: {effect: allow, who: everyone, tools: [pay/close]}}");
  simdjson::dom::parser parser;
  const Asker somebody;
  const Explanation said =
      explain(*policy, somebody.caller(), ItemKind::Tool, "pay/close", parser.parse(std::string("{}")).value());
  EXPECT_TRUE(said.off);
  EXPECT_THAT(said.text(), HasSubstr("pay/close: off; switched on it would be: allow\n"));
  EXPECT_THAT(said.text(), HasSubstr("would change it: switching the tool on: it is off in the configuration, where "
                                     "modules.pay.tools.close.enabled is false"));
  const json out = json::parse(said.json());
  EXPECT_EQ(out["decision"], "off");
  EXPECT_EQ(out["if_switched_on"], "allow");
}

TEST(Explain, SaysTheSameToMachines) {
  const json out = json::parse(explained({.groups = {"dev"}}, "trust/sign", R"({"type":"report"})").json());
  EXPECT_EQ(out["decision"], "allow");
  EXPECT_EQ(out["rule"]["name"], "dev-reports");
  EXPECT_EQ(out["rule"]["where"], "p.yaml:4:3");
  EXPECT_EQ(out["considered"].size(), 3u);
  EXPECT_EQ(out["considered"][0]["rule"], "no-force");
  EXPECT_EQ(json::parse(explained({}, "trust/none").json())["known"], false);
}

CaseReport reportOf(const std::string& yaml) {
  std::vector<Finding> findings;
  const CaseFile file = readCases(yaml, "c.yaml", findings);
  EXPECT_EQ(textOf(findings), "");
  CaseReport out;
  runCases(*policyOf(kPolicy), file, out);
  return out;
}

TEST(Cases, PassWhenEverythingIsAsExpected) {
  const CaseReport report = reportOf(R"(
callers:
  dora: {subject: dora@example.com, groups: [dev]}
  narrow: {subject: dora@example.com, groups: [dev], allowed_tools: [trust/sign]}
cases:
  verifies: {as: dora, tool: trust/verify, expect: allow, rule: dev-reads}
  signs a report: {as: dora, tool: trust/sign, arguments: {type: report}, expect: allow}
  signs no image: {as: dora, tool: trust/sign, arguments: {type: image}, expect: refuse, remedy: argument}
  out of scope: {as: narrow, tool: trust/verify, expect: refuse, remedy: scope}
  is asked: {as: rita@example.com, tool: trust/sign, expect: confirm}
  reads nothing: {as: dora, resource: "trust/log://entries/recent", expect: hidden}
  gets no prompt: {as: dora, prompt: trust/audit, expect: hidden}
)");
  EXPECT_EQ(report.text(), "7 passed, 0 failed\n");
}

TEST(Cases, FailWithWhatWasDecidedInstead) {
  const CaseReport report = reportOf(R"(
callers: {dora: {subject: dora@example.com, groups: [dev]}}
cases:
  wrong verdict: {as: dora, tool: trust/verify, expect: hidden}
  wrong rule: {as: dora, tool: trust/verify, expect: allow, rule: dev-reports}
  wrong remedy: {as: dora, tool: trust/sign, expect: refuse, remedy: scope}
  no such caller: {as: dorra, tool: trust/verify, expect: allow}
  no such tool: {as: dora, tool: trust/verfy, expect: hidden}
  two targets: {as: dora, tool: trust/verify, prompt: trust/audit, expect: allow}
  no target: {as: dora, expect: allow}
)");
  EXPECT_EQ(report.passed, 0u);
  ASSERT_EQ(report.failures.size(), 7u);
  EXPECT_THAT(report.text(), HasSubstr("c.yaml:4:3: cases.wrong verdict: expected hidden; decided was\n"));
  EXPECT_THAT(report.text(), HasSubstr("by rule dev-reads, p.yaml:3:3"));
  EXPECT_THAT(report.text(), HasSubstr("expected allow, by rule dev-reports"));
  EXPECT_THAT(report.text(), HasSubstr("no caller dorra; did you mean dora?"));
  EXPECT_THAT(report.text(), HasSubstr("did you mean trust/verify?"));
  EXPECT_THAT(report.text(), HasSubstr("exactly one of tool, resource and prompt"));
  EXPECT_EQ(json::parse(report.json())["failed"], 7);
}

TEST(Cases, ACallerWithNamesThatThePolicyDoesNotKnowIsAFailure) {
  const CaseReport report = reportOf(R"(
callers: {dora: {subject: dora@example.com, groups: [dev, dvv], tenant: acmee, allowed_tools: [trust/sing, trust_sign, trust/*]}}
cases: {sees nothing: {as: dora, tool: pay/refund, expect: hidden}}
)");
  EXPECT_EQ(report.passed, 1u);
  EXPECT_EQ(report.failures.size(), 2u) << report.text() << "the policy declares no tenant, so it asks for none";
  EXPECT_THAT(report.text(),
              HasSubstr("c.yaml:2:59: callers.dora.groups[1]: the policy knows no group dvv; did you mean dev?"));
  EXPECT_THAT(report.text(),
              HasSubstr("callers.dora.allowed_tools[0]: trust/sing names no tool that is loaded; did you mean trust/sign?"));
}

TEST(Cases, AnUnknownTenantIsAFailureWhereThePolicyDeclaresSome) {
  std::vector<Finding> findings;
  const CaseFile file = readCases(
      "callers: {a: {subject: a, tenant: acmee}, b: {subject: b, tenant: acme}}\n"
      "cases: {n: {as: a, tool: trust/verify, expect: hidden}}\n",
      "c.yaml", findings);
  CaseReport report;
  runCases(*policyOf("tenants: {acme: {}}\nrules: {r: {effect: allow, who: {tenants: [acme]}, tools: [trust/verify]}}"),
           file, report);
  ASSERT_EQ(report.failures.size(), 1u) << report.text();
  EXPECT_THAT(report.text(), HasSubstr("callers.a.tenant: the policy knows no tenant acmee; did you mean acme?"));
}

TEST(Cases, ArgumentsThatTheToolRefusesComeToNoRule) {
  std::vector<Finding> findings;
  const CaseFile file = readCases(
      "callers: {dora: {subject: dora@example.com, groups: [dev]}}\n"
      "cases:\n  a: {as: dora, tool: trust/verify, arguments: {artifct: 1}, expect: allow}\n"
      "  b: {as: dora, tool: trust_verify, arguments: {artifact: x}, expect: allow}\n"
      "  c: {as: dora, prompt: trust/audit, arguments: {artifct: 1}, expect: hidden}\n",
      "c.yaml", findings);
  CaseReport report;
  runCases(*policyOf(kPolicy), file, report, [](const CatalogueItem& tool, simdjson::dom::element arguments) {
    return simdjson::dom::object(arguments)["artifct"].error() ? std::nullopt
                                                               : std::optional("no artifct in " + tool.fullName());
  });
  EXPECT_EQ(report.passed, 2u) << report.text();
  EXPECT_THAT(
      report.text(),
      HasSubstr(
          "c.yaml:3:3: cases.a: the tool refuses these arguments before any rule is asked: no artifct in trust/verify"));
}

TEST(CallerNames, AGroupThatNoCredentialMayNameHasNoEffectUnlessTheFilesSayIt) {
  const auto policy = policyOf(kPolicy);
  const std::vector<std::string> groups = {"release", "dev", "none"};
  const auto found = groupsWithoutEffect(*policy, {"dora@example.com", {}, groups, nullptr});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].key, "groups[0]");
  EXPECT_EQ(found[0].message, "group release is not claimed: true, so a credential that names it does not count");
  EXPECT_TRUE(groupsWithoutEffect(*policy, {"rita@example.com", {}, groups, nullptr}).empty());
}

TEST(Cases, AFileWithoutCasesOrWithUnknownKeysIsAnError) {
  std::vector<Finding> findings;
  readCases("callers: {}", "c.yaml", findings);
  readCases("cases: {a: {as: x, tol: y}}", "d.yaml", findings);
  EXPECT_THAT(textOf(findings), HasSubstr("c.yaml: cases: no case stands here"));
  EXPECT_THAT(textOf(findings), HasSubstr("did you mean tool?"));
  EXPECT_THAT(textOf(findings), HasSubstr("expect is missing"));
}

TEST(Explain, OfWhatOnlyConditionalDeniesAreAboutNamesNoRule) {
  const auto policy =
      policyOf("rules:\n  d: {effect: deny, who: everyone, tools: [trust/sign], when: {force: {equals: true}}}\n");
  simdjson::dom::parser parser;
  const Explanation out =
      explain(*policy, Asker{}.caller(), ItemKind::Tool, "trust/sign", parser.parse(std::string_view("{}")).value());
  EXPECT_THAT(out.text(), HasSubstr("no rule decides it"));
  EXPECT_THAT(out.text(), HasSubstr("none does, for anybody"));
  EXPECT_FALSE(json::parse(out.json()).contains("rule"));
}

}  // namespace
}  // namespace certus::rules
