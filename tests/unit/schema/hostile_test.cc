// Schemas and values made to exhaust: each ends quickly, in a refusal or a plain answer.
#include <chrono>
#include <ctime>

#include <gmock/gmock.h>

#include "tests/unit/schema/schema_testing.h"

namespace certus::test {
namespace {

using testing::HasSubstr;

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

// Of this thread on a processor: what else runs there does not count.
std::chrono::nanoseconds ownTime() {
  std::timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

TEST(Hostile, ASchemaTenThousandLevelsDeepIsRefused) {
  EXPECT_THAT(compileError(repeated(R"({"not":)", 10'000) + "true" + std::string(10'000, '}')),
              HasSubstr("nested deeper than"));
}

TEST(Hostile, ASchemaBeyondTheByteLimitIsRefusedWithBothNumbers) {
  SchemaLimits limits;
  limits.maxSchemaBytes = 100;
  EXPECT_THAT(compileError("{\"description\": \"" + std::string(200, 'x') + "\"}", {}, limits),
              HasSubstr("219 bytes; at most 100"));
}

TEST(Hostile, ASchemaWithTooManySubschemasIsRefused) {
  SchemaLimits limits;
  limits.maxSubschemas = 50;
  EXPECT_THAT(compileError("{\"allOf\": [" + repeated("{},", 60) + "{}]}", {}, limits),
              HasSubstr("more than 50 subschemas"));
}

TEST(Hostile, AValueNestedBeyondTheLimitIsRefused) {
  const auto schema = compiled(R"({"items": {"$ref": "#"}})");
  EXPECT_TRUE(violations(*schema, std::string(60, '[') + std::string(60, ']')).empty());
  EXPECT_EQ(only(violations(*schema, std::string(1000, '[') + std::string(1000, ']'))).rule, "limit");
}

TEST(Hostile, AValueNestedBelowWhatTheSchemaLooksAtIsNotRefused) {
  EXPECT_TRUE(accepts(R"({"type": "array"})", std::string(1000, '[') + std::string(1000, ']')));
}

TEST(Hostile, ABranchingSchemaThatWouldTakeExponentialTimeEndsAtTheStepLimit) {
  std::string definitions;
  for (int i = 0; i < 40; ++i) {
    const std::string next = "{\"$ref\":\"#/$defs/d" + std::to_string(i + 1) + "\"}";
    definitions += "\"d" + std::to_string(i) + "\":{\"anyOf\":[" + next + "," + next + "]},";
  }
  const auto schema = compiled("{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + definitions + "\"d40\":false}}");
  const auto found = only(violations(*schema, "1"));
  EXPECT_EQ(found.rule, "limit");
  EXPECT_THAT(found.message, HasSubstr("takes more work"));
}

TEST(Hostile, APatternThatBacktrackersChokeOnIsAnsweredInLinearTime) {
  const auto schema = compiled(R"({"anyOf": [{"pattern": "^(a+)+$"}, {"pattern": "^(a|b)*c$"}, {"pattern": "(x+x+)+y"}]})");
  const auto before = ownTime();
  EXPECT_FALSE(violations(*schema, '"' + std::string(200'000, 'a') + "!\"").empty());
  EXPECT_FALSE(violations(*schema, '"' + std::string(200'000, 'x') + "\"").empty());
  EXPECT_LT(ownTime() - before, std::chrono::seconds(5));
}

TEST(Hostile, APatternThatWouldNeedMuchMemoryIsRefused) {
  EXPECT_THAT(compileError(R"({"pattern": "((a{1000}){1000}){1000}"})"), HasSubstr("cannot be used"));
}

TEST(Hostile, ALongStringIsCountedInCodePoints) {
  const std::string text = '"' + repeated("\u00e9", 100'000) + '"';
  EXPECT_TRUE(accepts(R"({"minLength": 100000, "maxLength": 100000})", text));
  EXPECT_FALSE(accepts(R"({"maxLength": 99999})", text));
}

TEST(Hostile, AHugeEnumIsFoundByHash) {
  std::string values;
  for (int i = 0; i < 20'000; ++i) values += (i == 0 ? "" : ",") + ("\"v" + std::to_string(i) + "\"");
  const auto schema = compiled("{\"enum\":[" + values + "]}");
  EXPECT_TRUE(violations(*schema, R"("v19999")").empty());
  EXPECT_LT(only(violations(*schema, R"("v20000")")).message.size(), 400U);
}

TEST(Hostile, AHugeEnumComparesAsJsonDoes) {
  std::string values;
  for (int i = 0; i < 100; ++i) values += std::to_string(i) + ",";
  const auto schema = compiled("{\"enum\":[" + values + R"({"a":[1],"b":null}]})");
  EXPECT_TRUE(violations(*schema, "7.0").empty());
  EXPECT_TRUE(violations(*schema, R"({"b":null,"a":[1.0]})").empty());
  EXPECT_FALSE(violations(*schema, "7.5").empty());
  EXPECT_FALSE(violations(*schema, "true").empty());
}

TEST(Hostile, ManyItemsThatMustDifferAreComparedByHash) {
  std::string items;
  for (int i = 0; i < 50'000; ++i) items += (i == 0 ? "" : ",") + std::to_string(i);
  EXPECT_TRUE(accepts(R"({"uniqueItems": true})", "[" + items + "]"));
  EXPECT_EQ(only(violations(R"({"uniqueItems": true})", "[" + items + ",49999.0]")).rule, "uniqueItems");
}

TEST(Hostile, LargeObjectsInAnotherOrderAreNotComparedForEver) {
  std::string forth, back;
  for (int i = 0; i < 5'000; ++i) {
    const std::string member = "\"m" + std::to_string(i) + "\":1";
    forth += (i == 0 ? "" : ",") + member;
    back = member + (i == 0 ? "" : ",") + back;
  }
  const auto found = violations(R"({"uniqueItems": true})", "[{" + forth + "},{" + back + "}]");
  EXPECT_EQ(only(found).rule, "limit");
}

TEST(Hostile, MoreMembersThanTheInlineTrackingHoldsAreAllTracked) {
  std::string members;
  for (int i = 0; i < 1'000; ++i) members += (i == 0 ? "" : ",") + ("\"x" + std::to_string(i) + "\":1");
  constexpr std::string_view kSchema = R"({"allOf": [{"patternProperties": {"^x": true}}], "unevaluatedProperties": false})";
  EXPECT_TRUE(accepts(kSchema, "{" + members + "}"));
  EXPECT_EQ(only(violations(kSchema, "{" + members + ",\"y\":1}")).path, "/y");
}

TEST(Hostile, MoreRequiredMembersThanTheInlineTrackingHoldsAreAllMissed) {
  std::string names, members;
  for (int i = 0; i < 600; ++i) {
    names += (i == 0 ? "" : ",") + ("\"r" + std::to_string(i) + "\"");
    members += (i == 0 ? "" : ",") + ("\"r" + std::to_string(i) + "\":1");
  }
  const std::string schema = "{\"required\":[" + names + "]}";
  EXPECT_TRUE(accepts(schema, "{" + members + "}"));
  EXPECT_THAT(only(violations(schema, "{" + members.substr(0, members.rfind(',')) + "}")).message,
              HasSubstr("`r599` is required"));
}

TEST(Hostile, NamesThatDifferInTheirMiddleOnlyAreToldApart) {
  std::string properties, members;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "\"samehead" + std::to_string(1000 + i) + "sametail\"";
    properties += (i == 0 ? "" : ",") + name + ":{\"const\":" + std::to_string(i) + "}";
    members += (i == 0 ? "" : ",") + name + ":" + std::to_string(i);
  }
  const std::string schema = "{\"additionalProperties\":false,\"properties\":{" + properties + "}}";
  EXPECT_TRUE(accepts(schema, "{" + members + "}"));
  EXPECT_FALSE(accepts(schema, "{\"samehead9999sametail\":1}"));
}

}  // namespace
}  // namespace certus::test
