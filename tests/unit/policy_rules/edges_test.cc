// Files, names and catalogues at their limits: too many, too long, too deep, unreadable.
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "policy/rules/cases.h"
#include "policy/rules/glob.h"
#include "policy/rules/refusal.h"
#include "policy/rules/row_cache.h"
#include "tests/unit/policy_rules/policy_of.h"

namespace certus::rules {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Globs, MatchToTheirEnd) {
  EXPECT_TRUE(globMatches("trust/verify*", "trust", "verify"));
  EXPECT_TRUE(globMatches("trust/verify**", "trust", "verify"));
  EXPECT_FALSE(globMatches("trust/verify_all", "trust", "verify"));
  EXPECT_FALSE(globMatches("trust", "trust", "verify"));
  EXPECT_THAT(*checkGlob("trust_get_stats"), HasSubstr("did you mean trust/get_stats?"));
  for (const char* wrong : {"trust", "_x", "x_", "a b_c", "/a_b"})
    EXPECT_THAT(*checkGlob(wrong), HasSubstr("for example")) << wrong;
  EXPECT_THAT(*checkGlob("a_" + std::string(1100, 'b')), HasSubstr("for example"));
  for (const char* wrong : {"", "trust", "/x", "x/", "a b/c", "a/\n"}) EXPECT_TRUE(checkGlob(wrong)) << wrong;
  EXPECT_TRUE(checkGlob("a/" + std::string(1100, 'b')));
  EXPECT_FALSE(checkGlob("*/*"));
}

std::string errorsOf(const std::string& yaml) { return textOf(compileText(yaml).errors); }

TEST(Names, OfRulesAndGroupsArePlain) {
  const auto rule = [](const std::string& name) {
    return errorsOf("rules: {\"" + name + "\": {effect: allow, who: everyone, tools: [trust/verify]}}");
  };
  for (const std::string& right : {std::string("Az09-_"), std::string(64, 'Z')}) EXPECT_EQ(rule(right), "") << right;
  for (const std::string& wrong : {std::string(), std::string(65, 'a'), std::string("a{"), std::string("a["),
                                   std::string("a@"), std::string("a/"), std::string("a:")})
    EXPECT_NE(rule(wrong), "") << wrong;
  EXPECT_EQ(errorsOf("groups: {\"a.b:c/d@E\": {claimed: true}, \"CN=Release Team,OU=ops\": {claimed: true}}"), "");
  for (const char* wrong : {"\" a\"", "\"a \"", "\"a\\tb\"", "\"a\\x7fb\""})
    EXPECT_THAT(errorsOf("groups: {" + std::string(wrong) + ": {claimed: true}}"),
                HasSubstr("not a group's or tenant's name"));
  EXPECT_THAT(errorsOf("groups: {" + std::string(255, 'a') + ": {claimed: true}}"), HasSubstr("254 characters"));
  EXPECT_THAT(errorsOf("subjects: {ann: {groups: [\"\"]}}"), HasSubstr("not a group's or tenant's name"));
  EXPECT_THAT(errorsOf("groups: {a: {claimed: true, description: " + std::string(1001, 'x') + "}}"),
              HasSubstr("1000 bytes"));
}

TEST(Names, OfCallersMayHaveSpacesInQuotes) {
  const auto policy = policyOf(
      "groups: {\"Release Team\": {subjects: [\"Ann Lee\"]}}\nrules:\n"
      "  r: {effect: allow, who: {groups: [\"Release Team\"], subjects: ['Ann Lee']}, tools: [trust/verify]}\n");
  ASSERT_TRUE(policy);
  EXPECT_EQ(decided(*policy, {.subject = "Ann Lee"}, "trust/verify"), "allow by r");
  EXPECT_THAT(errorsOf("groups: {dev: {subjects: [ann ben]}}"),
              HasSubstr("in quotes if it is one name, or a comma between two"));
  EXPECT_THAT(errorsOf("subjects: {\" ann\": {}}"), HasSubstr("not a subject"));
}

TEST(Sources, PutWhatIsNotSaidWhereItsNearestParentStands) {
  Source source;
  EXPECT_EQ(source.placeOf("rules.r.tools[0]").line, 0);
  source.places["rules.r"] = {7, 3, ""};
  EXPECT_EQ(source.placeOf("rules.r.tools[0]").line, 7);
}

TEST(People, OfSeveralFilesAreMergedAndManyAreNotAllListed) {
  const Compilation out = compileAll({{"a.yaml", "tenants: {acme: {}}\nsubjects: {ann: {tenant: acme}}"},
                                      {"b.yaml", "tenants: {acme: {}}\nsubjects: {ann: {tenant: acme}}"}});
  EXPECT_EQ(textOf(out.errors), "");
  std::string groups;
  for (int i = 10; i < 40; ++i) groups += (groups.empty() ? "" : ", ") + ("group" + std::to_string(i)) + ": {claimed: true}";
  const std::string text = errorsOf("groups: {" + groups + "}\nsubjects: {ann: {groups: [zzzzzzzzzzzz]}}");
  EXPECT_THAT(text, HasSubstr("group21, ..."));
  EXPECT_THAT(text, Not(HasSubstr("group22")));
}

TEST(Rules, SayBrieflyWhomTheyAreAbout) {
  const auto policy = policyOf(
      "groups: {dev: {claimed: true}, ops: {claimed: true}}\nsubjects: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: "
      "{}}\nrules:\n"
      "  r: {effect: allow, who: {subjects: [a, b, c, d, e, f, g], groups: [dev, ops]}, tools: [trust/verify]}\n");
  EXPECT_EQ(policy->rules()[0].whoText, "a, b, c, d, e, f, ..., or groups dev, ops");
}

TEST(Rules, AreRefusedForEveryConditionThatIsWrongInItself) {
  const auto with = [](const std::string& rest) {
    return errorsOf("rules: {r: {effect: allow, who: everyone, " + rest + "}}");
  };
  EXPECT_THAT(with("tools: [trust/sign], when: {type: {equals: sbom, one_of: [sbom]}}"),
              HasSubstr("rules.r.when.type.equals: stands beside one_of"));
  EXPECT_THAT(with("tools: [trust/sign], when: {type: {}}"), HasSubstr("says nothing about the argument"));
  EXPECT_THAT(with("prompts: [trust/audit], when: {x: {equals: word}}"), HasSubstr("conditions are about arguments"));
  EXPECT_THAT(with("tools: [trust/verify, pay/refund, pay/close], when: {artifact: {equals: x}}"),
              HasSubstr("no such argument"));
  EXPECT_THAT(with("tools: [\"*/*\"], when: {type: {equals: sbom}}"), HasSubstr("more of the rule's tools"));
}

TEST(Rules, AreRefusedForConditionsThatCannotHoldTogether) {
  const auto with = [](const std::string& when) {
    return errorsOf("rules: {r: {effect: allow, who: everyone, tools: [trust/sign], when: {" + when + "}}}");
  };
  EXPECT_THAT(with("metadata: {present: false}, metadata.commit: {equals: x}"),
              HasSubstr("rules.r.when.metadata.commit: can never hold: metadata must be left out"));
  EXPECT_EQ(with("metadata: {present: false}, metadata.commit: {present: false}"), "");
  EXPECT_EQ(with("metadata: {present: true}, metadata.commit.id: {equals: x}"), "");
  EXPECT_THAT(with("metadata.commit: {equals: x}, metadata.commit.id.short: {equals: x}"),
              HasSubstr("metadata.commit must be a single value"));
  EXPECT_THAT(with("metadata.commit: {equals: x}, \"metadata.\\\"commit\\\"\": {equals: z}"),
              HasSubstr("is the argument of metadata.commit again"));
}

TEST(Rules, ThatLostTheirLimitsAreRefused) {
  const std::string head = "tenants: {acme: {}}\ngroups: {dev: {claimed: true}}\nrules: {r: {effect: allow, ";
  for (const char* body :
       {"who: {groups: [], tenants: [acme]}, tools: [trust/sign]", "who: {groups: [dev], tenants: []}, tools: [trust/sign]",
        "who: {groups: [dev], subjects: }, tools: [trust/sign]", "who: everyone, tools: [trust/sign], when: {}",
        "who: everyone, tools: [trust/sign], when: ", "who: everyone, tools: [], prompts: [trust/audit]",
        "who: everyone, tools: [trust/sign], resources: []", "who: everyone, tools: [trust/sign], prompts: []"})
    EXPECT_THAT(errorsOf(head + body + "}}"), HasSubstr("none would mean any; write at least one, or remove the line"))
        << body;
}

TEST(Files, ThatSayNothingAreMistakes) {
  for (const char* blank : {"", "# freeze lifted?\n", "---\n", "~"})
    EXPECT_THAT(errorsOf(blank), HasSubstr("nothing stands here")) << blank;
  for (const char* key : {"tenants", "groups", "subjects", "rules"})
    EXPECT_THAT(errorsOf(std::string(key) + ":\n"),
                HasSubstr("p.yaml:1:1: " + std::string(key) + ": nothing stands here; write {}"));
  EXPECT_EQ(errorsOf("{}"), "");
  EXPECT_EQ(errorsOf("rules: {}"), "");
}

TEST(Policies, ThatAllowNothingAreTold) {
  for (const char* nothing : {"{}", "rules: {d: {effect: deny, who: everyone, tools: [trust/sign]}}"}) {
    const Compilation out = compileText(nothing);
    EXPECT_TRUE(out.policy);
    EXPECT_THAT(textOf(out.warnings), HasSubstr("p.yaml: rules: no rule of any file allows anybody anything"));
  }
  EXPECT_EQ(compileText("rules: {c: {effect: confirm, who: everyone, tools: [trust/sign]}}").text(), "");
  EXPECT_TRUE(compile({}, catalogueOf()).warnings.empty());
}

TEST(Conditions, ReportAllThatIsWrongWithThem) {
  const auto wrong = [](const ConditionSource& source) {
    std::string out;
    EXPECT_FALSE(Condition::compile(source, [&](const std::string& key, const std::string&) { out += key + ";"; }));
    return out;
  };
  ConditionSource source;
  source.path = "a";
  source.equals = "[1]";
  source.pattern = "(";
  source.atLeast = "[1]";
  source.atMost = "\"5\"";
  EXPECT_EQ(wrong(source), "equals;pattern;at_least;at_most;");
  source.pattern = "x.*";
  EXPECT_EQ(wrong(source), "equals;at_least;at_most;");
  source.atLeast = "1";
  source.atMost = "2";
  EXPECT_EQ(wrong(source), "equals;");
  source.equals = "";
  source.oneOf = {"null", "\"x\""};
  EXPECT_EQ(wrong(source), "one_of[0];");
}

TEST(Compiler, TakesNoMoreRulesThanItCanDecideQuickly) {
  Source source;
  source.file = "p.yaml";
  RuleSource rule;
  rule.effect = "allow";
  rule.who.everyone = true;
  rule.tools = {"trust/verify"};
  for (int i = 0; i <= 20'000; ++i) {
    rule.name = "r" + std::to_string(i);
    source.rules.push_back(rule);
  }
  EXPECT_THAT(compile({source}, catalogueOf()).text(), HasSubstr("more than 20000 rules"));
}

class PolicyFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() / ("certus-edges-" + std::to_string(::getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  void TearDown() override { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& text) { std::ofstream(path_ / name) << text; }
  std::string errors() {
    std::vector<Finding> findings;
    files_ = readPolicyFolder(path_.string(), findings);
    return textOf(findings);
  }

  std::filesystem::path path_;
  PolicyFiles files_;
};

TEST_F(PolicyFolder, LeavesHiddenFilesAlone) {
  write(".10.yaml.swp", "x");
  write(".hidden.yaml", "rules: [");
  write("10.yaml", "rules: {}");
  EXPECT_EQ(errors(), "");
  EXPECT_EQ(files_.files.size(), 1u);
}

TEST_F(PolicyFolder, WithAFileThatFailsWhileItIsReadIsAnError) {
  std::filesystem::create_symlink("/proc/self/mem", path_ / "10.yaml");
  EXPECT_THAT(errors(), HasSubstr("cannot be read"));
}

TEST_F(PolicyFolder, TellsOfWhatOnlyLooksAsIfItWereRead) {
  write("10.yaml", "rules: {}");
  for (const char* name : {"20.YAML", "20.Yml", "20.yml"}) {
    write(name, "rules: {}");
    EXPECT_THAT(errors(), HasSubstr(std::string(name) + ": is not read; rename it to *.yaml")) << name;
    std::filesystem::remove(path_ / name);
  }
  std::filesystem::create_directories(path_ / "teams");
  write("teams/20.YAML", "rules: {}");
  EXPECT_THAT(errors(), HasSubstr("is not read, as it is in a sub-folder"));
  std::filesystem::remove_all(path_ / "teams");
  std::filesystem::remove(path_ / "10.yaml");
  std::filesystem::create_directory(path_ / "10.yaml");
  EXPECT_THAT(errors(), HasSubstr("10.yaml: is a folder, so no rule is read from it"));
  EXPECT_THAT(errors(), Not(HasSubstr("holds no *.yaml file")));
}

TEST_F(PolicyFolder, HoldsABoundedNumberOfFilesAndBytes) {
  for (std::size_t i = 0; i <= kMaxPolicyFiles; ++i) write(std::to_string(i) + ".yaml", "");
  EXPECT_THAT(errors(), HasSubstr("more than 256"));
  EXPECT_TRUE(files_.digest.empty()) << "what is not read whole has no digest";
  std::filesystem::remove_all(path_);
  std::filesystem::create_directory(path_);
  for (int i = 0; i < 17; ++i) write(std::to_string(i) + ".yaml", std::string(1 << 20, '#'));
  EXPECT_THAT(errors(), HasSubstr("is larger than"));
}

TEST(Catalogues, AreReadLenientlyWhereNothingDependsOnIt) {
  const auto out = readCatalogue(R"({"tools": [
    {"name": "a_x", "service": 5, "enabled": "yes", "inputSchema": {}}, {"name": "a_y", "enabled": true, "inputSchema": {}}]})");
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ((*out)[0].fullName(), "a/x");
  EXPECT_TRUE((*out)[0].enabled && (*out)[1].enabled);
  EXPECT_THAT(readCatalogue(R"([{"name": "a_x", "inputSchema": 5}])").error().message, HasSubstr("no inputSchema"));
  EXPECT_THAT(readCatalogue(R"([{"name": "a_", "inputSchema": {}}])").error().message, HasSubstr("does not say"));
  std::string many = R"([{"name":"a_b","inputSchema":{}})";
  for (std::size_t i = 0; i < kMaxCatalogueItems; ++i) many += R"(,{"name":"a_c","inputSchema":{}})";
  EXPECT_THAT(readCatalogue(many + "]").error().message, HasSubstr("more than 10000"));
}

std::string caseErrors(const std::string& yaml) {
  std::vector<Finding> findings;
  readCases(yaml, "c.yaml", findings);
  return textOf(findings);
}

TEST(CaseFiles, NameTheirCasesInOneShortLine) {
  for (const std::string& name : {std::string(201, 'n'), std::string("two\\nlines")})
    EXPECT_THAT(caseErrors("cases: {\"" + name + "\": {as: x, tool: a/b, expect: allow}}"), HasSubstr("not a case's name"))
        << name;
  EXPECT_THAT(caseErrors("cases: {a: {as: \"\", tool: a/b, expect: allow}}"), HasSubstr("not a case's name"));
  EXPECT_THAT(caseErrors("cases: ["), HasSubstr("not valid YAML"));
}

TEST(CaseFiles, FailOnArgumentsThatAreNoJson) {
  CaseFile file;
  file.file = "made.yaml";
  file.callers.push_back({.name = "ann", .subject = "ann", .tenant = "", .groups = {}, .allowedTools = {}});
  file.cases.emplace_back();
  file.cases[0].name = "odd";
  file.cases[0].as = "ann";
  file.cases[0].tool = "trust/verify";
  file.cases[0].argumentsJson = "{";
  CaseReport report;
  runCases(*policyOf("rules: {}"), file, report);
  EXPECT_THAT(report.text(), HasSubstr("cases.odd: arguments are not usable as JSON"));
}

TEST(Refusals, NameAFewOfManyRulesThatWouldAllow) {
  std::string rules = "rules:\n";
  for (const char* type : {"image", "sbom", "report"})
    rules += std::string("  ") + type +
             ": {effect: allow, who: everyone, tools: [trust/sign], when: {type: {equals: " + type + "}}}\n";
  rules += "  forced: {effect: allow, who: everyone, tools: [trust/sign], when: {force: {equals: true}}}\n";
  const auto policy = policyOf(rules);
  const Id sign = *policy->item(ItemKind::Tool, "trust/sign");
  simdjson::dom::parser parser;
  const auto arguments = parser.parse(std::string_view("{}")).value();
  RowCache cache(policy);
  EXPECT_EQ(&cache.policy(), policy.get());
  const Caller caller{"ann", {}, {}, nullptr};
  const auto row = cache.of(caller);
  const Decision decision = policy->decide(*row, nullptr, sign, arguments);
  const std::string text = refusalText(*policy, *row, sign, decision, "trust_sign", arguments);
  EXPECT_THAT(text, HasSubstr("(rule \"image\"); or where type is \"sbom\" (rule \"sbom\"); or where"));
  EXPECT_THAT(text, Not(HasSubstr("forced")));
  const Decision bare{Verdict::Refused, Remedy::Argument, nullptr};
  EXPECT_THAT(refusalText(*policy, *row, sign, bare, "trust_sign", arguments), HasSubstr("These arguments are not allowed"));
}

TEST(Decisions, OfTwoConfirmsTheFirstAsks) {
  const auto policy = policyOf(
      "groups: {dev: {claimed: true}}\nrules:\n  a: {effect: confirm, who: {groups: [dev]}, tools: [trust/sign], when: "
      "{force: {equals: true}}}\n"
      "  b: {effect: confirm, who: everyone, tools: [trust/sign], when: {type: {equals: sbom}}}\n");
  const Asker dev{.groups = {"dev"}};
  EXPECT_EQ(decided(*policy, dev, "trust/sign", R"({"force":true,"type":"sbom"})"), "confirm confirmation by a");
  EXPECT_EQ(decided(*policy, dev, "trust/sign", R"({"force":false,"type":"sbom"})"), "confirm confirmation by b");
}

}  // namespace
}  // namespace certus::rules
