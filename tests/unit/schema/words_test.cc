// The validator's words: numbers, URI references, patterns.
#include <gmock/gmock.h>

#include "gateway/schema/number.h"
#include "gateway/schema/pattern.h"
#include "gateway/schema/uri.h"
#include "tests/unit/schema/schema_testing.h"

namespace certus::test {
namespace {

using gateway::schema::compare;
using gateway::schema::isMultiple;
using gateway::schema::Number;
using gateway::schema::Pattern;
using gateway::schema::re2FromEcma;
using gateway::schema::resolveUri;
using gateway::schema::SimplePattern;
using testing::HasSubstr;

Number whole(std::int64_t value) { return Number::of(value); }
Number big(std::uint64_t value) { return Number::of(value); }
Number real(double value) { return Number::of(value); }

TEST(Number, IntegersAndDoublesCompareWithoutRounding) {
  EXPECT_EQ(compare(whole(1), real(1.0)), 0);
  EXPECT_EQ(compare(whole(9007199254740993), real(9007199254740992.0)), 1);
  EXPECT_EQ(compare(whole(-1), big(18446744073709551615U)), -1);
  EXPECT_EQ(compare(big(18446744073709551615U), real(18446744073709551616.0)), -1);
  EXPECT_EQ(compare(whole(INT64_MIN), real(-9223372036854775808.0)), 0);
  EXPECT_EQ(compare(whole(INT64_MIN), real(-1e300)), 1);
  EXPECT_EQ(compare(real(0.5), whole(0)), 1);
  EXPECT_EQ(compare(real(-0.5), whole(0)), -1);
  EXPECT_EQ(compare(real(-0.0), whole(0)), 0);
}

TEST(Number, MultiplesAreThoseOfTheDecimalsAsWritten) {
  EXPECT_TRUE(isMultiple(real(0.0075), real(0.0001)));
  EXPECT_FALSE(isMultiple(real(0.00751), real(0.0001)));
  EXPECT_TRUE(isMultiple(real(0.3), real(0.1)));
  EXPECT_TRUE(isMultiple(real(1e308), real(0.5)));
  EXPECT_TRUE(isMultiple(whole(12391239123), real(1e-8)));
  EXPECT_TRUE(isMultiple(big(18446744073709551615U), whole(5)));
  EXPECT_FALSE(isMultiple(big(18446744073709551615U), whole(2)));
  EXPECT_TRUE(isMultiple(whole(0), real(0.7)));
  EXPECT_TRUE(isMultiple(real(-4.5), real(1.5)));
  EXPECT_FALSE(isMultiple(real(0.5), whole(2)));
  EXPECT_TRUE(isMultiple(whole(INT64_MIN), whole(2)));
}

TEST(Number, AnIntegerBeyondSixtyFourBitsInASchemaIsRefusedByTheParser) {
  EXPECT_THAT(compileError(R"({"maximum": 18446744073709551616})"), HasSubstr("schema is not JSON"));
}

TEST(Uri, ReferencesResolveAsTheExamplesOfRfc3986) {
  constexpr std::string_view kBase = "http://a/b/c/d;p?q";
  const std::map<std::string, std::string> expected = {{"g:h", "g:h"},
                                                       {"g", "http://a/b/c/g"},
                                                       {"./g", "http://a/b/c/g"},
                                                       {"g/", "http://a/b/c/g/"},
                                                       {"/g", "http://a/g"},
                                                       {"//g", "http://g"},
                                                       {"?y", "http://a/b/c/d;p?y"},
                                                       {"g?y", "http://a/b/c/g?y"},
                                                       {"#s", "http://a/b/c/d;p?q#s"},
                                                       {"", "http://a/b/c/d;p?q"},
                                                       {".", "http://a/b/c/"},
                                                       {"..", "http://a/b/"},
                                                       {"../g", "http://a/b/g"},
                                                       {"../..", "http://a/"},
                                                       {"../../g", "http://a/g"},
                                                       {"../../../g", "http://a/g"},
                                                       {"/./g", "http://a/g"},
                                                       {"/../g", "http://a/g"},
                                                       {"g;x=1/../y", "http://a/b/c/y"}};
  for (const auto& [reference, resolved] : expected) EXPECT_EQ(resolveUri(kBase, reference), resolved) << reference;
  EXPECT_EQ(resolveUri("", "a.json"), "a.json");
  EXPECT_EQ(resolveUri("urn:uuid:1", "#a"), "urn:uuid:1#a");
}

// The quick matcher must agree with RE2 wherever it takes a pattern on.
struct Match {
  std::string pattern;
  std::string text;
  bool matches;
};

class SimplePatterns : public testing::TestWithParam<Match> {};

TEST_P(SimplePatterns, AreMatchedWithoutAnEngine) {
  const auto simple = SimplePattern::parse(GetParam().pattern);
  ASSERT_TRUE(simple) << GetParam().pattern;
  EXPECT_EQ(simple->matches(GetParam().text), GetParam().matches) << GetParam().pattern << " on " << GetParam().text;
  const auto general = Pattern::compile("(?:" + GetParam().pattern + ")");  // a group is beyond the quick one
  ASSERT_TRUE(general);
  EXPECT_EQ(general->matches(GetParam().text), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(Shapes, SimplePatterns,
                         testing::Values(Match{"^a{2,3}b$", "aab", true}, Match{"^a{2,3}b$", "ab", false},
                                         Match{"^a{2,3}b$", "aaaab", false}, Match{"^x-", "x-a", true},
                                         Match{"^x-", "ax-", false}, Match{"[0-9]{2,}", "a1b23", true},
                                         Match{"[0-9]{2,}", "a1b2", false}, Match{"^[\\w.-]+@[a-z]+$", "a.b-c_D@x", true},
                                         Match{"^[\\w.-]+@[a-z]+$", "@x", false}, Match{"^a?b*c$", "c", true},
                                         Match{"^a?b*c$", "abbc", true}, Match{"^a?b*c$", "aac", false},
                                         Match{"^$", "", true}, Match{"^$", "\n", false}, Match{"^a$", "a\n", false},
                                         Match{"^\\d{4}-\\d{2}$", "2026-11", true},
                                         Match{"^\\d{4}-\\d{2}$", "\u0662026-11", false}, Match{"^[a-z]+$", "\u00e9", false},
                                         Match{"a*", "", true}, Match{"^a+", "b", false}));

TEST(SimplePattern, DeclinesWhatCouldBeReadInTwoWays) {
  for (const char* pattern : {"^a*a$", "^a?b*a$", "^[a-z]+b$", "a|b", "^(a)$", "^.$", "^[^a]$", "ab$", "ab", "^a+?$",
                              "^a{2}{3}$", "^\\s$", "^\\ud83d$", "", "^[a-\\d]$", "^a{,2}$", "^[\\w-a]$", "^\u00e9$"}) {
    EXPECT_FALSE(SimplePattern::parse(pattern)) << pattern;
  }
}

class EcmaPatterns : public testing::TestWithParam<Match> {};

TEST_P(EcmaPatterns, MeanWhatEcma262Says) {
  const auto pattern = Pattern::compile(GetParam().pattern);
  ASSERT_TRUE(pattern) << GetParam().pattern << ": " << pattern.error().message;
  EXPECT_EQ(pattern->matches(GetParam().text), GetParam().matches) << GetParam().pattern << " on " << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Dialect, EcmaPatterns,
    testing::Values(Match{"^\\s$", "\u00a0", true}, Match{"^\\s$", "\v", true}, Match{"^\\S$", "\u2003", false},
                    Match{"^[\\S]$", "\u2003", false}, Match{"^[\\S]$", "x", true}, Match{"^[\\sx]$", "\ufeff", true},
                    Match{"^.$", "\u2028", false}, Match{"^.$", "\r", false}, Match{"a$", "a\n", false},
                    Match{"^\\u0041$", "A", true}, Match{"^\\u{1F600}$", "\U0001F600", true},
                    Match{"^\\ud83d\\ude00$", "\U0001F600", true}, Match{"^\\x41$", "A", true},
                    Match{"^\\cA$", "\x01", true}, Match{"^[[:]a:]$", "[a:]", true}, Match{"^[^]$", "\n", true},
                    Match{"[]", "a", false}, Match{"^\\p{Letter}$", "\u00e9", true}, Match{"^\\P{Lu}$", "A", false},
                    Match{"^\\p{Script=Greek}$", "\u03b1", true}, Match{"^\\/$", "/", true}, Match{"^(?<y>a)$", "a", true},
                    Match{"^[\\b]$", "\b", true}, Match{"^\\w$", "\u00e9", false}, Match{"^\\d$", "\u0667", false},
                    Match{"", "anything", true}));

TEST(EcmaPattern, RefusesWhatEcma262DoesNotKnow) {
  for (const char* pattern : {"\\a", "\\Z", "\\Qx\\E", "(?i)x", "(?P<n>x)", "\\u12", "\\ud800", "\\c1", "[a", "\\",
                              "\\p{Nonsense}", "\\pL", "\\xg1", "\\u{110000}", "(?<=a)b", "(?<!a)b", "(?!a)b"}) {
    const auto translated = Pattern::compile(pattern);
    EXPECT_FALSE(translated) << pattern;
    EXPECT_TRUE(translated || !translated.error().message.empty());
  }
}

}  // namespace
}  // namespace certus::test
