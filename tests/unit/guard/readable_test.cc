// What a person is shown of a call that somebody else has made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "gateway/guard/readable.h"

namespace certus::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Readable, WritingFromAnyLanguageStaysAsItIs) {
  EXPECT_EQ(readable("plain, Grüße, 日本語, 🙂", 100), "plain, Grüße, 日本語, 🙂");
}

TEST(Readable, NothingTurnsAroundHidesOrBreaksTheLine) {
  EXPECT_EQ(readable("a\nb\x7f", 100), "a\\u000ab\\u007f");
  EXPECT_EQ(readable("\u202Egnp.exe\u200B\u2066", 100), "\\u202egnp.exe\\u200b\\u2066");
  EXPECT_EQ(readable("\U000E0041", 100), "\\U0e0041");
  EXPECT_EQ(readable("\xff", 100), "\\ufffd");
}

TEST(Readable, CutsBetweenCharactersAndSaysSo) {
  const std::string out = readable("ääääää", 5);
  EXPECT_EQ(out, "äää...");
  EXPECT_FALSE(firstInvalidUtf8(out));
}

TEST(Readable, ArgumentsStandOneALine) {
  EXPECT_EQ(readableArguments(R"({"artifact" : "a\nb", "deep": {"x": [1, true]}})"),
            "Its arguments:\n- artifact: \"a\\nb\"\n- deep: {\"x\":[1,true]}");
  EXPECT_EQ(readableArguments("{}"), "It has no arguments.");
}

TEST(Readable, WhatDoesNotFitIsCountedNeverLeftOutInSilence) {
  const std::string out = readableArguments(R"({"long":")" + std::string(5'000, 'x') + R"(","last":1})");
  EXPECT_THAT(out, HasSubstr("[NOT SHOWN: 4602 more bytes; SHA-256 of all 5002 bytes begins "));
  EXPECT_THAT(out, HasSubstr("\n- last: 1"));
  std::string many = "{\"a0\":0";
  for (int i = 1; i < 100; ++i) many += ",\"a" + std::to_string(i) + "\":0";
  EXPECT_THAT(readableArguments(many + "}"), HasSubstr("[NOT SHOWN: 76 more arguments;"));
  EXPECT_THAT(readableArguments(many + "}"), Not(HasSubstr("a24")));
}

}  // namespace
}  // namespace certus::gateway
