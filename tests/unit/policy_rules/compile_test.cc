// What a policy is refused for, each mistake with its place and the right form.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "policy/rules/cases.h"
#include "tests/unit/policy_rules/policy_of.h"

namespace certus::rules {
namespace {

using ::testing::HasSubstr;

std::string ruleWith(const std::string& rest) {
  return "groups: {dev: {claimed: true}}\nrules:\n  r: {effect: allow, who: everyone, " + rest + "}\n";
}

struct Mistake {
  const char* what;
  std::string yaml;
  std::vector<std::string> says;  // all of these, in the text of the errors
};

std::vector<Mistake> mistakes() {
  return {
      {"an unknown tool",
       ruleWith("tools: [trust/verfy]"),
       {"p.yaml:3:45: rules.r.tools[0]: tool trust/verfy does not exist", "did you mean trust/verify?"}},
      {"a glob that matches nothing", ruleWith("tools: [\"trus/*\"]"), {"tool trus/* does not exist", "can never match"}},
      {"a tool without service", ruleWith("tools: [verify]"), {"rules.r.tools[0]: not a service/name", "trust/verify"}},
      {"an unknown resource",
       ruleWith("resources: [\"trust/log://entry/7\"]"),
       {"resource trust/log://entry/7 does not exist"}},
      {"an unknown prompt", ruleWith("prompts: [trust/audot]"), {"did you mean trust/audit?"}},
      {"a rule about nothing", ruleWith("description: x"), {"is about nothing"}},
      {"a misspelt argument",
       ruleWith("tools: [trust/sign], when: {tipe: {equals: sbom}}"),
       {"rules.r.when.tipe: trust/sign: no such argument; did you mean type?"}},
      {"a misspelt nested argument",
       ruleWith("tools: [trust/sign], when: {\"labels[].nam\": {equals: x}}"),
       {"no such argument; did you mean labels[].name?"}},
      {"an argument below a text", ruleWith("tools: [trust/sign], when: {type.x: {equals: z}}"), {"no such argument"}},
      {"an argument of a tool that takes none",
       ruleWith("tools: [pay/close], when: {zzzzzzzz: {equals: z}}"),
       {"no such argument"}},
      {"an argument that only some tools have",
       ruleWith("tools: [\"trust/*\"], when: {type: {equals: sbom}}"),
       {"trust/verify: no such argument", "write one rule for those that have the argument"}},
      {"a text for a number",
       ruleWith("tools: [trust/sign], when: {count: {equals: '5'}}"),
       {"can never come: the argument is integer"}},
      {"a number for a text", ruleWith("tools: [trust/sign], when: {artifact: {equals: 555}}"), {"put it in quotes: '555'"}},
      {"a fraction for an integer", ruleWith("tools: [trust/sign], when: {count: {equals: 1.5}}"), {"can never come"}},
      {"a switch for a text", ruleWith("tools: [trust/sign], when: {artifact: {equals: true}}"), {"the argument is string"}},
      {"a value outside the enum",
       ruleWith("tools: [trust/sign], when: {type: {one_of: [sbom, imag]}}"),
       {"rules.r.when.type.one_of[1]", "\"imag\" can never come", "did you mean \"image\"?"}},
      {"a value outside the bounds", ruleWith("tools: [trust/sign], when: {count: {equals: 101}}"), {"outside the bounds"}},
      {"a text too short", ruleWith("tools: [trust/sign], when: {artifact: {equals: ab}}"), {"outside the bounds"}},
      {"a bound above the maximum",
       ruleWith("tools: [trust/sign], when: {count: {at_least: 101}}"),
       {"above what the tool takes"}},
      {"a bound below the minimum",
       ruleWith("tools: [trust/sign], when: {count: {at_most: 0}}"),
       {"below what the tool takes"}},
      {"a bound on a text", ruleWith("tools: [trust/sign], when: {type: {at_least: 5}}"), {"a bound is for numbers"}},
      {"an upper bound on a text", ruleWith("tools: [trust/sign], when: {type: {at_most: 5}}"), {"when.type.at_most"}},
      {"a pattern on a number",
       ruleWith("tools: [trust/sign], when: {count: {pattern: '[0-9]+'}}"),
       {"a pattern is for texts"}},
      {"a pattern that no value has",
       ruleWith("tools: [trust/sign], when: {type: {pattern: 'x.*'}}"),
       {"matches none of the values"}},
      {"leaving out what is required", ruleWith("tools: [trust/sign], when: {type: {present: false}}"), {"never left out"}},
      {"conditions on resources",
       ruleWith("resources: [\"trust/log://*\"], when: {id: {equals: x}}"),
       {"conditions are about arguments"}},
      {"an empty list of values",
       ruleWith("tools: [trust/sign], when: {type: {one_of: []}}"),
       {"an empty list stands here"}},
      {"a list for a value", ruleWith("tools: [trust/sign], when: {type: {equals: [a]}}"), {"a list stands here"}},
      {"no value", ruleWith("tools: [trust/sign], when: {type: {equals: }}"), {"nothing stands here", "remove the line"}},
      {"an odd switch", ruleWith("tools: [trust/sign], when: {force: {equals: yes}}"), {"is not a switch; write true"}},
      {"an unknown key", ruleWith("tool: [trust/sign]"), {"rules.r.tool: unknown key; did you mean tools?"}},
      {"an unknown effect", "rules: {r: {effect: alow, who: everyone, tools: [trust/sign]}}", {"did you mean allow?"}},
      {"no effect and no who", "rules: {r: {tools: [trust/sign]}}", {"effect is missing", "who is missing"}},
      {"nobody", "rules: {r: {effect: allow, who: {}, tools: [trust/sign]}}", {"names nobody"}},
      {"everybody misspelt", "rules: {r: {effect: allow, who: everyon, tools: [trust/sign]}}", {"did you mean everyone?"}},
      {"an unknown group",
       "groups: {dev: {claimed: true}}\nrules: {r: {effect: allow, who: {groups: [deb]}, tools: [trust/sign]}}",
       {"p.yaml:2:43: rules.r.who.groups[0]: no group deb; did you mean dev?"}},
      {"an unknown tenant",
       "tenants: {acme: {}}\nrules: {r: {effect: deny, who: {tenants: [acne]}, tools: [trust/sign]}}",
       {"no tenant acne; did you mean acme?"}},
      {"an unknown subject",
       "rules: {r: {effect: deny, who: {subjects: [alice]}, tools: [trust/sign]}}",
       {"no subject alice; none is declared"}},
      {"an empty group", "groups: {dev: {}}", {"p.yaml:1:10: groups.dev: has no members", "claimed: true"}},
      {"a subject of unknown group and tenant", "subjects: {a: {groups: [x], tenant: y}}", {"no group x", "no tenant y"}},
      {"a bad rule name", "rules: {\"a b\": {effect: allow, who: everyone, tools: [trust/sign]}}", {"not a rule's name"}},
      {"a bad group name", "groups: {\" a\": {claimed: true}}", {"not a group's or tenant's name"}},
      {"a bad argument path", ruleWith("tools: [trust/sign], when: {\"a..b\": {equals: x}}"), {"not an argument's path"}},
      {"advice over two lines", ruleWith("tools: [trust/sign], advice: \"a\\nb\""), {"write one line"}},
      {"a duplicate key", "groups: {dev: {claimed: true}, dev: {}}", {"duplicate key"}},
      {"no YAML", "rules: [", {"not valid YAML"}},
  };
}

TEST(Compiler, RefusesEveryMistakeWithItsPlaceAndTheRightForm) {
  for (const Mistake& mistake : mistakes()) {
    SCOPED_TRACE(mistake.what);
    const Compilation out = compileText(mistake.yaml);
    EXPECT_EQ(out.policy, nullptr);
    for (const std::string& part : mistake.says) EXPECT_THAT(out.text(), HasSubstr(part));
  }
}

TEST(Compiler, ReportsAllMistakesAtOnceInTheOrderOfTheFiles) {
  const Compilation out =
      compileAll({{"a.yaml", "rules:\n  one: {effect: allow, who: everyone, tools: [trust/sing, trust/verfy]}\n"},
                  {"b.yaml", "groups: {dev: {}}\nrules:\n  one: {effect: deny, who: everyone, tools: [pay/refnd]}\n"}});
  ASSERT_EQ(out.errors.size(), 5u) << out.text();
  EXPECT_THAT(out.text(),
              ::testing::ContainsRegex("a.yaml:2:[^\n]*sing(.|\n)*a.yaml:2:[^\n]*verfy(.|\n)*b.yaml:1:[^\n]*no members"
                                       "(.|\n)*b.yaml:3:3: rules.one: a rule of this name already stands in a.yaml:2:3"));
}

struct Dead {
  const char* what;
  const char* rules;
  const char* says;  // "" : none is dead
};

TEST(Compiler, RefusesRulesThatCanNeverDecide) {
  const Dead table[] = {
      {"denied altogether",
       "a: {effect: allow, who: {groups: [dev]}, tools: [trust/sign]}\n  d: {effect: deny, who: everyone, tools: "
       "[\"trust/*\"]}",
       "rules.a: can never take effect: rule d (p.yaml:6:3) denies all of it"},
      {"denied in two parts",
       "a: {effect: allow, who: {groups: [dev]}, tools: [\"trust/*\"]}\n  d: {effect: deny, who: everyone, tools: "
       "[trust/sign]}\n"
       "  e: {effect: deny, who: {groups: [dev, ops]}, tools: [trust/verify]}",
       "rules.a: can never take effect"},
      {"denied for some only",
       "a: {effect: allow, who: {groups: [dev, ops]}, tools: [trust/sign]}\n  d: {effect: deny, who: {groups: [dev]}, "
       "tools: [trust/sign]}",
       ""},
      {"denied under a condition",
       "a: {effect: allow, who: {groups: [dev]}, tools: [trust/sign]}\n  d: {effect: deny, who: everyone, tools: "
       "[trust/sign], when: {force: {equals: true}}}",
       ""},
      {"denied in part",
       "a: {effect: allow, who: everyone, tools: [\"trust/*\"]}\n  d: {effect: deny, who: everyone, tools: [trust/sign]}",
       ""},
      {"denied under the same condition",
       "a: {effect: allow, who: {groups: [dev]}, tools: [trust/sign], when: {type: {equals: sbom}}}\n  d: {effect: deny, "
       "who: everyone, tools: [trust/sign], when: {type: {one_of: [sbom]}}}",
       "rules.a: can never take effect: rule d"},
      {"denied under fewer conditions",
       "a: {effect: allow, who: {groups: [dev]}, tools: [trust/sign], when: {type: {equals: sbom}, count: {at_least: 2}}}\n"
       "  d: {effect: deny, who: everyone, tools: [trust/sign], when: {type: {equals: sbom}}}",
       "rules.a: can never take effect: rule d"},
      {"denied under more conditions",
       "a: {effect: allow, who: {groups: [dev]}, tools: [trust/sign], when: {type: {equals: sbom}}}\n  d: {effect: deny, "
       "who: everyone, tools: [trust/sign], when: {type: {equals: sbom}, count: {at_most: 2}}}",
       ""},
      {"said twice under one condition",
       "a: {effect: allow, who: everyone, tools: [trust/sign], when: {artifact: {pattern: 'a.*'}}}\n  b: {effect: allow, "
       "who: "
       "everyone, tools: [trust/sign], when: {artifact: {pattern: 'a.*'}}}",
       "rules.b: says nothing new: rule a"},
      {"said under a condition more",
       "a: {effect: allow, who: everyone, tools: [trust/sign], when: {type: {equals: sbom}, force: {present: false}}}\n  b: "
       "{effect: allow, who: everyone, tools: [trust/sign], when: {type: {equals: sbom}}}",
       "rules.a: says nothing new: rule b"},
      {"said twice",
       "a: {effect: allow, who: everyone, tools: [trust/sign]}\n  b: {effect: allow, who: everyone, tools: [trust/sign]}",
       "rules.b: says nothing new: rule a (p.yaml:5:3)"},
      {"a condition where all is allowed",
       "a: {effect: allow, who: {groups: [dev]}, tools: [trust/sign], when: {type: {equals: sbom}}}\n  b: {effect: allow, "
       "who: everyone, tools: [trust/sign]}",
       "rules.a: says nothing new"},
      {"allowed where all is confirmed",
       "a: {effect: allow, who: {groups: [dev]}, tools: [trust/sign]}\n  c: {effect: confirm, who: everyone, tools: "
       "[trust/sign]}",
       "asks for confirmation first"},
      {"confirmed where some is allowed",
       "a: {effect: allow, who: everyone, tools: [trust/sign]}\n  c: {effect: confirm, who: {groups: [dev]}, tools: "
       "[trust/sign]}",
       ""},
      {"a member of a group that has it",
       "a: {effect: allow, who: {subjects: [olga]}, tools: [trust/sign]}\n  b: {effect: allow, who: {groups: [ops]}, tools: "
       "[trust/sign]}",
       "rules.a: says nothing new"},
      {"no member of the group that has it",
       "a: {effect: allow, who: {subjects: [dave]}, tools: [trust/sign]}\n  b: {effect: allow, who: {groups: [ops]}, tools: "
       "[trust/sign]}",
       ""},
      {"of a tenant where all tenants have it",
       "a: {effect: allow, who: {tenants: [acme]}, tools: [trust/sign]}\n  b: {effect: allow, who: {tenants: [acme, "
       "globex]}, tools: [trust/sign]}",
       "rules.a: says nothing new"},
      {"of every tenant where one has it",
       "a: {effect: allow, who: {groups: [dev]}, tools: [trust/sign]}\n  b: {effect: allow, who: {groups: [dev], tenants: "
       "[acme]}, tools: [trust/sign]}",
       "rules.b: says nothing new"},
      {"a tenant and a group",
       "a: {effect: allow, who: {tenants: [acme]}, tools: [trust/sign]}\n  b: {effect: allow, who: {groups: [dev]}, tools: "
       "[trust/sign]}",
       ""},
  };
  for (const Dead& dead : table) {
    SCOPED_TRACE(dead.what);
    const Compilation out = compileText(
        "tenants: {acme: {}, globex: {}}\ngroups: {dev: {claimed: true}, ops: {subjects: [olga]}}\n"
        "subjects: {dave: {}}\nrules:\n  " +
        std::string(dead.rules) + "\n");
    if (std::string_view(dead.says).empty()) {
      EXPECT_EQ(out.text(), "");
    } else {
      ASSERT_EQ(out.errors.size(), 1u) << out.text();
      EXPECT_THAT(out.text(), HasSubstr(dead.says));
    }
  }
}

TEST(Compiler, MergesGroupsAndSubjectsOfSeveralFiles) {
  const Compilation out = compileAll(
      {{"a.yaml", "tenants: {acme: {}, globex: {}}\ngroups: {dev: {subjects: [ann]}}\nsubjects: {ann: {tenant: acme}}"},
       {"b.yaml",
        "groups: {dev: {subjects: [ben]}, ops: {claimed: true}}\nsubjects: {ann: {groups: [ops]}}\n"
        "rules: {r: {effect: allow, who: {groups: [dev], tenants: [acme]}, tools: [trust/verify]}}"}});
  ASSERT_EQ(out.text(), "");
  EXPECT_EQ(decided(*out.policy, {.subject = "ann"}, "trust/verify"), "allow by r");
  EXPECT_EQ(decided(*out.policy, {.subject = "ben"}, "trust/verify"), "hidden");
  EXPECT_EQ(decided(*out.policy, {.subject = "ben", .tenant = "acme"}, "trust/verify"), "allow by r");
  const Compilation torn = compileAll({{"a.yaml", "tenants: {acme: {}, globex: {}}\nsubjects: {ann: {tenant: acme}}"},
                                       {"b.yaml", "subjects: {ann: {tenant: globex}}"}});
  EXPECT_THAT(torn.text(), HasSubstr("b.yaml:1:26: subjects.ann.tenant: already has the tenant acme"));
}

TEST(Compiler, AToolThatItsModuleWithdrewIsAWarningWhereThePolicyIsInForce) {
  std::vector<Finding> findings;
  const Source source = readSource(
      "rules:\n  a: {effect: allow, who: everyone, tools: [trust/verify, trust/gone]}\n"
      "  b: {effect: allow, who: everyone, tools: [gone/too]}\n",
      "p.yaml", findings);
  const Compilation out = compile({source}, catalogueOf(), Unmatched::AreWarnings);
  ASSERT_TRUE(out.policy);
  EXPECT_EQ(out.warnings.size(), 2u);
  EXPECT_EQ(out.policy->rules().size(), 1u);
}

TEST(Compiler, ThePolicysDigestIsOfWhatItSays) {
  const std::string rule = "rules: {r: {effect: allow, who: {groups: [dev]}, tools: [trust/sign]}}\n";
  const auto digest = [&](const std::string& people) { return policyOf(people + rule)->digest(); };
  const std::string base = digest("groups: {dev: {subjects: [ann]}}\n");
  EXPECT_EQ(base, digest("# a comment\ngroups:\n  dev:\n    subjects: [ann]\n"));
  EXPECT_NE(base, digest("groups: {dev: {subjects: [ben]}}\n"));
  EXPECT_NE(base, digest("groups: {dev: {subjects: [ann], claimed: true}}\n"));
}

class Folder : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() / ("certus-policy-" + std::to_string(::getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  void TearDown() override { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& text) { std::ofstream(path_ / name) << text; }
  std::string read() { return compileFolder(path_.string(), catalogueOf()).text(); }

  std::filesystem::path path_;
};

TEST_F(Folder, MissingOrEmptyIsAnErrorAndNeverNoPolicy) {
  EXPECT_THAT(read(), HasSubstr("holds no *.yaml file"));
  write("notes.txt", "x");
  EXPECT_THAT(read(), HasSubstr("holds no *.yaml file"));
  write("a.yml", "rules: {}");
  EXPECT_THAT(read(), HasSubstr("rename it to *.yaml"));
  std::filesystem::remove_all(path_);
  EXPECT_THAT(read(), HasSubstr("No such file"));
}

TEST_F(Folder, IsReadInOrderAndItsDigestFollowsItsBytes) {
  write("20.yaml", "rules: {b: {effect: allow, who: everyone, tools: [trust/sign]}}");
  write("10.yaml", "rules: {a: {effect: allow, who: everyone, tools: [trust/verify]}}");
  std::filesystem::create_directory(path_ / "tests");
  const Compilation out = compileFolder(path_.string(), catalogueOf());
  ASSERT_EQ(out.text(), "");
  EXPECT_EQ(out.policy->rules()[0].name, "a");
  std::vector<Finding> findings;
  const std::string before = readPolicyFolder(path_.string(), findings).digest;
  EXPECT_EQ(readPolicyFolder(path_.string(), findings).digest, before);
  write("10.yaml", "rules: {a: {effect: allow, who: everyone, tools: [trust/sign]}}");
  EXPECT_NE(readPolicyFolder(path_.string(), findings).digest, before);
  std::filesystem::remove(path_ / "10.yaml");
  EXPECT_EQ(readPolicyFolder(path_.string(), findings).files.size(), 1u);
  EXPECT_EQ(textOf(findings), "");
}

TEST_F(Folder, YamlInASubFolderIsAnErrorUnlessItIsATestCaseOrHidden) {
  write("10.yaml", "rules: {a: {effect: allow, who: everyone, tools: [trust/verify]}}");
  for (const char* below : {"tests", ".git", "notes", "teams/release"}) std::filesystem::create_directories(path_ / below);
  write("tests/cases.yaml", "cases: {}");
  write(".git/config.yaml", "x");
  write("notes/readme.md", "x");
  std::filesystem::create_directories(path_ / "notes/.hidden");
  write("notes/.hidden/40.yaml", "x");
  std::filesystem::create_directories(path_ / "notes/named.yaml");  // a folder, whatever it is called
  EXPECT_EQ(read(), "");
  std::vector<Finding> findings;
  EXPECT_EQ(listCaseFiles(path_.string(), findings), std::vector<std::string>{(path_ / "tests/cases.yaml").string()});
  for (const char* lost : {"notes/20-deny.yaml", "teams/release/30.yml"}) {
    write(lost, "rules: {b: {effect: deny, who: everyone, tools: [trust/verify]}}");
    EXPECT_THAT(read(), HasSubstr((path_ / lost).string() + ": is not read, as it is in a sub-folder; move it up, or away"));
    std::filesystem::remove(path_ / lost);
  }
}

TEST_F(Folder, ASubFolderThatCannotBeSearchedIsAnError) {
  write("10.yaml", "rules: {a: {effect: allow, who: everyone, tools: [trust/verify]}}");
  std::filesystem::create_directories(path_ / "below");
  std::filesystem::create_symlink("/nowhere", path_ / "below/20.yaml");
  EXPECT_THAT(read(), AllOf(HasSubstr("below/20.yaml: is not read"), HasSubstr("No such file")));
}

TEST_F(Folder, AFileThatIsNoFileOrTooLargeIsAnError) {
  write("10.yaml", std::string((1 << 20) + 1, '#'));
  EXPECT_THAT(read(), HasSubstr("larger than"));
  std::filesystem::remove(path_ / "10.yaml");
  std::filesystem::create_symlink("/nowhere", path_ / "10.yaml");
  EXPECT_THAT(read(), HasSubstr("cannot be read: No such file"));
  std::filesystem::remove(path_ / "10.yaml");
  std::filesystem::create_symlink("10.yaml", path_ / "10.yaml");  // to itself: even stat fails
  EXPECT_THAT(read(), HasSubstr("cannot be read: Too many levels of symbolic links"));
}

}  // namespace
}  // namespace certus::rules
