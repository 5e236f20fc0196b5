// What YAML would let pass and we do not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/reading.h"

namespace certus::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(YamlReader, NamesLineAndColumnAndPathOfAnUnknownKeyAndTheNearestRightWord) {
  EXPECT_EQ(problemsOf("listeners:\n  mcp:\n    adress: 127.0.0.1\n"),
            "/etc/certus/gateway.yaml:3:5: listeners.mcp.adress: unknown key; did you mean address?\n");
}

TEST(YamlReader, ListsTheKnownKeysWhenNoneIsNear) {
  EXPECT_THAT(problemsOf("log: {zebra: 1}"), HasSubstr("log.zebra: unknown key; known here: level, calls"));
}

TEST(YamlReader, ReportsEveryProblemAtOnceInFileOrder) {
  const Reading reading = readText("threads: many\nlog:\n  level: loud\n  calls: 1\ncatalog:\n  page_size: -1\n");
  ASSERT_EQ(reading.problems.size(), 4u);
  EXPECT_EQ(reading.problems[0].path, "threads");
  EXPECT_EQ(reading.problems[1].path, "log.level");
  EXPECT_EQ(reading.problems[2].path, "log.calls");
  EXPECT_EQ(reading.problems[3].path, "catalog.page_size");
  EXPECT_EQ(reading.problems[3].place.line, 6);
}

TEST(YamlReader, RefusesADuplicateKeyAndNamesTheFirstOne) {
  EXPECT_EQ(problemsOf("threads: 1\nthreads: 2\n"),
            "/etc/certus/gateway.yaml:2:1: threads: duplicate key; it already stands in line 1, keep one\n");
}

TEST(YamlReader, RefusesADuplicateKeyInANestedFlowMap) {
  EXPECT_THAT(problemsOf("log: {level: info, level: debug}"), HasSubstr(":1:20: log.level: duplicate key"));
}

TEST(YamlReader, RefusesASecondDocument) {
  EXPECT_THAT(problemsOf("threads: 1\n---\nthreads: 2\n"), HasSubstr("a second document starts here"));
}

TEST(YamlReader, AcceptsADocumentStartAndEndMark) { EXPECT_EQ(problemsOf("---\nthreads: 1\n...\n"), ""); }

TEST(YamlReader, RefusesAMergeKey) {
  EXPECT_THAT(problemsOf("log:\n  <<: {level: debug}\n"), HasSubstr(":2:3: log.<<: a merge key (<<) is not allowed here"));
}

TEST(YamlReader, RefusesAnchorsAndAliases) {
  const std::string text = problemsOf("threads: &n 2\ncatalog: {page_size: *n}\n");
  EXPECT_THAT(text, AllOf(HasSubstr("threads: an anchor"), HasSubstr("catalog.page_size: an alias")));
  EXPECT_THAT(text, Not(HasSubstr("has no value")));
}

TEST(YamlReader, RefusesTags) {
  EXPECT_THAT(problemsOf("threads: !!int 2\n"), HasSubstr("threads: a tag (tag:yaml.org,2002:int) is not allowed here"));
}

TEST(YamlReader, RefusesALeadingZeroAndShowsTheNumberWithoutIt) {
  EXPECT_THAT(problemsOf("threads: 010"),
              HasSubstr("threads: \"010\" has a leading zero, which some YAML readers take as octal; write 10"));
  EXPECT_THAT(problemsOf("drain_seconds: 007.5"), HasSubstr("write 7.5"));
}

TEST(YamlReader, RefusesOddBooleansAndSaysWhichWordIsMeant) {
  EXPECT_THAT(problemsOf("require_pins: yes"), HasSubstr("require_pins: \"yes\" is not a switch; write true"));
  EXPECT_THAT(problemsOf("require_pins: Off"), HasSubstr("write false"));
  EXPECT_THAT(problemsOf("require_pins: 'true'"), HasSubstr("without quotes"));
}

TEST(YamlReader, RefusesATextThatReadsAsSomethingElseUnlessItIsQuoted) {
  EXPECT_THAT(problemsOf("instructions: no"), HasSubstr("put it in quotes: 'no'"));
  EXPECT_EQ(readText("instructions: 'no'").config.instructions, "no");
}

TEST(YamlReader, RefusesNulBytesAndOtherEncodings) {
  EXPECT_THAT(problemsOf(std::string("threads: 1\nlog\0: {}", 19)), HasSubstr(":2:4: a NUL byte"));
  EXPECT_THAT(problemsOf("instructions: \"caf\xe9\"\n"), HasSubstr(":1:19: not UTF-8"));
  EXPECT_THAT(problemsOf(std::string("\xff\xfet\0h\0", 6)), HasSubstr("NUL byte"));
}

TEST(YamlReader, AcceptsAByteOrderMarkOfUtf8) { EXPECT_EQ(problemsOf("\xef\xbb\xbfthreads: 2\n"), ""); }

TEST(YamlReader, RefusesAFileLargerThanAMegabyte) {
  EXPECT_THAT(problemsOf("# " + std::string(1 << 20, 'x')), HasSubstr("larger than 1048576 bytes"));
}

TEST(YamlReader, SurvivesDeepNesting) {
  EXPECT_THAT(problemsOf("modules: " + std::string(40, '[') + std::string(40, ']')),
              HasSubstr("nested deeper than 32 levels"));
  EXPECT_NE(problemsOf("modules: " + std::string(100'000, '[')), "");
  EXPECT_NE(problemsOf("modules: " + std::string(100'000, '{')), "");
}

TEST(YamlReader, GivesUpOnListingAfterAHundredProblems) {
  std::string yaml;
  for (int i = 0; i < 500; ++i) yaml += "zebra" + std::to_string(i) + ": 1\n";
  const Reading reading = readText(yaml);
  EXPECT_EQ(reading.problems.size(), 101u);
}

TEST(YamlReader, SaysWhereTextIsNoYaml) {
  EXPECT_THAT(problemsOf("log:\n  level: [info\nthreads: 2\n"),
              AllOf(HasSubstr("/etc/certus/gateway.yaml:"), HasSubstr("not valid YAML")));
  EXPECT_THAT(problemsOf("log:\n\tlevel: info\n"), HasSubstr(":2:"));
}

TEST(YamlReader, RefusesAKeyThatIsNoWord) {
  EXPECT_THAT(problemsOf("[a, b]: 1\n"), HasSubstr("a key must be a plain word"));
}

TEST(YamlReader, RefusesAnEmptyKey) { EXPECT_THAT(problemsOf("\"\": 1\n"), HasSubstr(":1:1: a key must be a plain word")); }

TEST(YamlReader, RefusesAnotherRootThanASection) {
  EXPECT_THAT(problemsOf("- a\n"), HasSubstr("a section with keys is expected here"));
  EXPECT_THAT(problemsOf("hello\n"), HasSubstr("not a single value"));
}

TEST(YamlReader, TakesAnEmptyFileAsAllDefaults) {
  for (const char* empty : {"", "\n", "# nothing\n", "---\n"}) EXPECT_EQ(problemsOf(empty), "") << empty;
}

TEST(YamlReader, NeverRepeatsASecret) {
  const std::string text = problemsOf(
      "services:\n  a: {url: 'http://u:hunter2@h', token: hunter2}\n  b: http://u:hunter2@h\n"
      "  c: {url: 'http://h', credential: {env: hunter2!}}\n"
      "modules: {m: {path: m.so, settings: {api_key: hunter2, at: 'https://u:hunter2@h/'}}}\nclient_secret: hunter2\n");
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text,
              AllOf(HasSubstr("services.a.token: a secret must not stand in this file"),
                    HasSubstr("services.a.url: user name or password"), HasSubstr("modules.m.settings.api_key: a secret"),
                    HasSubstr("modules.m.settings.at: user name or password"),
                    HasSubstr("client_secret: a secret must not stand"), HasSubstr("{env: NAME_OF_A_VARIABLE}")));
}

}  // namespace
}  // namespace certus::config
