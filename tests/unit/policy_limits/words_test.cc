// The small texts of the section: patterns, names, prefixes.
#include <gtest/gtest.h>

#include "policy/limits/glob.h"
#include "policy/limits/limits_shape.h"

namespace certus::limits {
namespace {

TEST(Glob, AStarStandsForAnythingOneOfTheServiceForAnythingButASlash) {
  for (const auto& [pattern, name] : {std::pair{"trust/sign", "trust/sign"},
                                      {"trust/*", "trust/sign"},
                                      {"*/*", "trust/sign"},
                                      {"*/get_*", "a/get_b"},
                                      {"t*t/s*n", "trust/sign"},
                                      {"trust/sign*", "trust/sign"},
                                      {"trust/*n**", "trust/sign"},
                                      {"*/*a*b", "x/aab"},
                                      {"trust/log://*", "trust/log://entry/{id}"},
                                      {"*/*/{id}", "trust/log://entry/{id}"}})
    EXPECT_TRUE(matchesGlob(pattern, name)) << pattern << " " << name;
  for (const auto& [pattern, name] : {std::pair{"trust/sign", "trust/signs"},
                                      {"trust/signs", "trust/sign"},
                                      {"*", "trust/sign"},
                                      {"*sign", "trust/sign"},
                                      {"trust/*", "scan/start"},
                                      {"trust/s*x", "trust/sign"},
                                      {"", "a"},
                                      {"*", ""},
                                      {"trust/*", "trust"},
                                      {"t*/a/b", "trust/x/a/b"},
                                      {"t*b", "trust/b"}})
    EXPECT_FALSE(matchesGlob(pattern, name)) << pattern << " " << name;
}

TEST(Words, PatternsOfToolsHaveTwoParts) {
  for (const char* text : {"trust/sign", "a-b/c_d", "*/*", "T0/get.it*"}) EXPECT_FALSE(checkToolPattern(text)) << text;
  for (const char* text : {"", "sign", "/sign", "trust/", "a/b/c", "a b/c", "a/{b}", "a/b:", "a/[b", "a/\x80"})
    EXPECT_TRUE(checkToolPattern(text)) << text;
  EXPECT_TRUE(checkToolPattern("a/" + std::string(65, 'b')));
}

TEST(Words, PatternsOfOtherItemsAreServiceAndUriOrName) {
  for (const char* text : {"trust/log://entry/{id}", "trust/log://*", "*/*", "trust/audit"})
    EXPECT_FALSE(checkItemPattern(text)) << text;
  for (const char* text : {"", "audit", "/audit", "trust/", "trust/a b", "trust/a\n"})
    EXPECT_TRUE(checkItemPattern(text)) << text;
  EXPECT_TRUE(checkItemPattern("a/" + std::string(1023, 'b')));
}

TEST(Words, NamesOfRulesAndPrefixesArePlain) {
  for (const char* text : {"a", "per-person", "night_2"}) EXPECT_FALSE(checkRuleName(text)) << text;
  for (const char* text : {"", "2nd", "Mine", "a b", "a.b", "a{", "_a", "{a"}) EXPECT_TRUE(checkRuleName(text)) << text;
  EXPECT_TRUE(checkRuleName(std::string(65, 'a')));
  for (const char* text : {"certus", "EU-1", "a_b.c"}) EXPECT_FALSE(checkRedisPrefix(text)) << text;
  for (const char* text : {"", "a b", "{a}", "a:b", "[a]"}) EXPECT_TRUE(checkRedisPrefix(text)) << text;
  EXPECT_TRUE(checkRedisPrefix(std::string(65, 'a')));
}

TEST(Words, SubjectsAreAnythingOnOneLine) {
  for (const char* text : {"alice@example.com", "CI bot", "J\xc3\xbcrgen"}) EXPECT_FALSE(checkWho(text)) << text;
  for (const char* text : {"", "a\nb", "a\x7f"}) EXPECT_TRUE(checkWho(text)) << text;
  EXPECT_TRUE(checkWho(std::string(513, 'a')));
}

TEST(Words, PartsOfAKeyWithoutANearestAreListed) {
  EXPECT_EQ(checkKeyPart("xyzzy"), "\"xyzzy\" is none of subject, tenant, group, tool, service, address");
}

}  // namespace
}  // namespace certus::limits
