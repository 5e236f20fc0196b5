#include "gateway/mcp/json_document.h"

#include <gtest/gtest.h>

#include "gateway/mcp/json_escape.h"

namespace certus::gateway {
namespace {

class JsonDocumentTest : public ::testing::Test {
 protected:
  std::string refusal(std::string_view text, JsonLimits limits = {}) {
    const auto value = document.parse(text, memory, limits);
    return value ? "" : value.error().message;
  }
  JsonDocument document;
  JsonMemory memory;
};

TEST_F(JsonDocumentTest, SlicesAreTheSendersBytes) {
  const std::string_view text = R"( {"a" : { "x":[1, 2 ,{"y":"}"}] } ,"n": -1.50e+3 , "s":"q\"uo\\", "t":true ,"z":null} )";
  const auto root = document.parse(text, memory, {});
  ASSERT_TRUE(root);
  EXPECT_EQ(root->raw, text.substr(1, text.size() - 2));
  EXPECT_EQ(document.find(*root, "a")->raw, R"({ "x":[1, 2 ,{"y":"}"}] })");
  EXPECT_EQ(document.find(*root, "n")->raw, "-1.50e+3");
  EXPECT_EQ(document.find(*root, "s")->raw, R"("q\"uo\\")");
  EXPECT_EQ(document.text(*document.find(*root, "s")), "q\"uo\\");
  EXPECT_EQ(document.find(*root, "t")->raw, "true");
  EXPECT_EQ(document.find(*root, "z")->kind, JsonKind::Null);
  EXPECT_FALSE(document.find(*root, "x"));
  auto items = document.members(*document.find(*document.find(*root, "a"), "x"));
  EXPECT_EQ(items.next()->value.raw, "1");
  EXPECT_EQ(items.next()->value.raw, "2");
  EXPECT_EQ(items.next()->value.raw, R"({"y":"}"})");
  EXPECT_FALSE(items.next());
}

TEST_F(JsonDocumentTest, MembersWalkEmptyContainersAndEndThere) {
  const auto root = document.parse(R"({"a":{},"b":[],"c":{"d":[[],{}]}})", memory, {});
  ASSERT_TRUE(root);
  EXPECT_FALSE(document.members(*document.find(*root, "a")).next());
  EXPECT_FALSE(document.members(*document.find(*root, "b")).next());
  EXPECT_FALSE(document.find(*document.find(*root, "a"), "d"));
  std::string names;
  auto members = document.members(*root);
  while (const auto member = members.next()) names += member->name;
  EXPECT_EQ(names, "abc");
}

TEST_F(JsonDocumentTest, RootsOfEveryKindHaveTheirSlice) {
  for (const std::string_view text : {"1", "\"x\"", "true", "false", "null", "[]", "{}", "-0.5"}) {
    const auto root = document.parse(text, memory, {});
    ASSERT_TRUE(root) << text;
    EXPECT_EQ(root->raw, text);
  }
  EXPECT_EQ(document.parse("  7\n ", memory, {})->raw, "7");
}

TEST_F(JsonDocumentTest, KeysAreComparedUnescaped) {
  const auto root = document.parse(R"({"na\u006de":1,"\ud83d\ude00":2})", memory, {});
  ASSERT_TRUE(root);
  EXPECT_EQ(document.find(*root, "name")->raw, "1");
  EXPECT_EQ(document.find(*root, "\xF0\x9F\x98\x80")->raw, "2");
}

TEST_F(JsonDocumentTest, RepeatedNamesAreRefusedAtEveryDepthAndInEverySpelling) {
  for (const char* text : {R"({"a":1,"a":2})", R"({"a":{"b":1,"b":1}})", R"([[{"x":{"y":[{"k":0,"l":0,"k":0}]}}]])",
                           R"({"a":1,"\u0061":2})", R"({"":1,"":2})", R"({"x":"\\","a\/b":1,"a/b":2})"}) {
    EXPECT_NE(refusal(text).find("twice"), std::string::npos) << text;
  }
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  EXPECT_EQ(refusal(many + "\"k\":0}"), "");
  EXPECT_NE(refusal(many + "\"k57\":0}").find("twice"), std::string::npos);
}

TEST_F(JsonDocumentTest, TheSameNameInDifferentObjectsIsFine) {
  EXPECT_EQ(refusal(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}],"c":{"b":"a"}})"), "");
}

TEST_F(JsonDocumentTest, WhatIsNotOneValidTextIsRefusedWithItsReason) {
  const std::pair<std::string, const char*> rows[] = {{"", "empty"},
                                                      {"  ", "empty"},
                                                      {"{", "JSON"},
                                                      {"{} {}", "JSON"},
                                                      {"{\"a\":01}", "number"},
                                                      {"{\"a\":+1}", "JSON"},
                                                      {"{\"a\":1,}", "JSON"},
                                                      {"{'a':1}", "JSON"},
                                                      {"[1 2]", "JSON"},
                                                      {"\xEF\xBB\xBF{}", "byte order mark"},
                                                      {"{\"a\":\"\xff\"}", "UTF-8"},
                                                      {"{\"a\":\"\xed\xa0\x80\"}", "UTF-8"},
                                                      {"{\"a\":\"\xc0\xaf\"}", "UTF-8"},
                                                      {"{\"a\":\"\\ud800\"}", "surrogate"},
                                                      {"{\"a\":\"\\udc00\"}", "surrogate"},
                                                      {"{\"a\":\"\\ud800\\u0041\"}", "surrogate"},
                                                      {"{\"\\udc00\":1}", "surrogate"},
                                                      {"{\"a\":\"\\x\"}", "escape"},
                                                      {"{\"a\":\"\n\"}", "control character"},
                                                      {"{\"a\":123456789012345678901234567890}", "64 bits"},
                                                      {std::string("{\"a\":\0}", 7), "JSON"},
                                                      {"{\"a\":1}\x01", "JSON"}};
  for (const auto& [text, part] : rows)
    EXPECT_NE(refusal(text).find(part), std::string::npos) << text << " -> " << refusal(text);
}

TEST_F(JsonDocumentTest, DepthAndSizeHaveCaps) {
  EXPECT_EQ(refusal(std::string(60, '[') + std::string(60, ']')), "");
  EXPECT_NE(refusal(std::string(200, '[') + std::string(200, ']')).find("deeper than 64"), std::string::npos);
  EXPECT_NE(refusal("[" + std::string(100, ' ') + "]", {.maxBytes = 50, .maxDepth = 64}).find("larger than 50"),
            std::string::npos);
}

TEST_F(JsonDocumentTest, ALargeTextAfterASmallOneAndASmallOneAfterThatAreRead) {
  EXPECT_EQ(refusal("[1]"), "");
  const std::string large = "[\"" + std::string(1'000'000, 'x') + "\"]";
  EXPECT_EQ(refusal(large), "");
  document.shrink();
  EXPECT_EQ(refusal("{\"a\":[1]}"), "");
}

TEST(JsonEscape, UnescapesEveryForm) {
  std::string out;
  unescapeJson(R"(a\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00z)", out);
  EXPECT_EQ(out, "a\"\\/\b\f\n\r\t\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");
}

TEST(JsonEscape, ABackslashBeforeTheLetterUIsNoUnicodeEscape) {
  EXPECT_FALSE(hasLoneSurrogate(R"("\\udc00")"));
  EXPECT_TRUE(hasLoneSurrogate(R"("\\\udc00")"));
  EXPECT_FALSE(hasLoneSurrogate(R"("\ud83d\ude00\ud83d\ude00")"));
}

}  // namespace
}  // namespace certus::gateway
