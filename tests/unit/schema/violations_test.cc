// What a model reads after a refused call.
#include <gmock/gmock.h>

#include "tests/unit/schema/schema_testing.h"

namespace certus::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::string_view kVerify = R"json({
  "type": "object", "required": ["artifact", "limit"], "additionalProperties": false,
  "properties": {
    "artifact": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "description": "The digest of the image",
      "examples": ["sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"]},
    "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10},
    "kind": {"enum": ["image", "sbom", "attestation"]},
    "filters": {"type": "array", "maxItems": 2, "items": {"type": "object", "properties": {"name": {"type": "string", "minLength": 2}}}}
  }
})json";

TEST(Violations, APatternNamesTheArgumentTheRuleARightExampleAndWhatWasSent) {
  const auto found = only(violations(kVerify, R"({"artifact": "nginx", "limit": 1})"));
  EXPECT_EQ(found.path, "/artifact");
  EXPECT_EQ(found.rule, "pattern");
  EXPECT_EQ(found.message,
            "`artifact` must match ^sha256:[0-9a-f]{64}$, for example "
            "\"sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f\"; got \"nginx\"");
}

TEST(Violations, AMissingArgumentIsNamedWithItsTypeExampleAndDescription) {
  const auto found = only(violations(kVerify, R"({"limit": 1})"));
  EXPECT_EQ(found.rule, "required");
  EXPECT_EQ(found.path, "");
  EXPECT_THAT(found.message, HasSubstr("`artifact` is required but missing; add it as a string, for example \"sha256:0f"));
  EXPECT_THAT(found.message, HasSubstr("(The digest of the image)"));
}

TEST(Violations, AMisspeltArgumentIsAnsweredWithTheNearestKnownOne) {
  const auto found = violations(kVerify, R"({"artefact": "x", "artifact": "nginx", "limit": 1})");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].rule, "additionalProperties");
  EXPECT_EQ(found[0].path, "/artefact");
  EXPECT_THAT(found[0].message, HasSubstr("did you mean `artifact`? Known: `artifact`, `limit`, `kind`, `filters`"));
}

TEST(Violations, ANumberInQuotesIsToldToLoseThem) {
  const auto found = only(violations(
      kVerify, R"({"artifact": "sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", "limit": "10"})"));
  EXPECT_EQ(found.rule, "type");
  EXPECT_EQ(found.message, "`limit` must be an integer, for example 10; got \"10\"; write 10 without quotes");
}

TEST(Violations, AWrongChoiceListsTheRightOnesAndTheNearest) {
  const auto found = only(violations(R"({"properties": {"kind": {"enum": ["image", "sbom"]}}})", R"({"kind": "imgae"})"));
  EXPECT_EQ(found.message, "`kind` must be one of \"image\", \"sbom\"; got \"imgae\"; did you mean \"image\"?");
}

TEST(Violations, AllOfThemComeAtOnceInTheOrderOfTheDocument) {
  const auto found =
      violations(kVerify, R"({"limit": 1000, "artifact": 7, "kind": "x", "filters": [{"name": ""}, {"name": 1}, {}]})");
  ASSERT_THAT(found, SizeIs(6));
  EXPECT_EQ(found[0].path, "/limit");
  EXPECT_EQ(found[0].rule, "maximum");
  EXPECT_EQ(found[1].path, "/artifact");
  EXPECT_EQ(found[2].path, "/kind");
  EXPECT_EQ(found[3].rule, "maxItems");
  EXPECT_EQ(found[4].path, "/filters/0/name");
  EXPECT_THAT(found[4].message, HasSubstr("`filters[0].name` must have at least 2 characters"));
  EXPECT_EQ(found[5].path, "/filters/1/name");
}

TEST(Violations, NoMoreThanTheCapAreReported) {
  SchemaLimits limits;
  limits.maxViolations = 3;
  const auto schema = compiled(R"({"items": {"type": "string"}})", {}, limits);
  EXPECT_THAT(violations(*schema, "[1, 2, 3, 4, 5, 6]"), SizeIs(3));
}

TEST(Violations, PathsEscapeWhatJsonPointerReserves) {
  const auto found = only(violations(R"({"additionalProperties": {"type": "null"}})", R"({"a/b~c": 1})"));
  EXPECT_EQ(found.path, "/a~1b~0c");
}

TEST(Violations, WhatWasSentIsQuotedShortlyAtACharactersEdge) {
  std::string sent;
  for (int i = 0; i < 100'000; ++i) sent += "\u00e9";
  const auto found = only(violations(R"({"pattern": "^x$"})", '"' + sent + '"'));
  EXPECT_LT(found.message.size(), 200U);
  EXPECT_THAT(found.message, HasSubstr("\u00e9...\""));
}

TEST(Violations, ControlCharactersOfTheSenderDoNotReachTheMessage) {
  const auto found = only(violations(R"({"enum": ["a"]})", R"("\u0000\n\"\u001b[31m")"));
  EXPECT_THAT(found.message, HasSubstr(R"(got "\u0000\u000a\"\u001b[31m")"));
}

TEST(Violations, ALongMemberNameIsCutInPathAndMessage) {
  const std::string name(200'000, 'n');
  const auto found = only(violations(R"({"additionalProperties": false})", "{\"" + name + "\": 1}"));
  EXPECT_LT(found.path.size(), 400U);
  EXPECT_LT(found.message.size(), 400U);
}

TEST(Violations, AnyOfSaysWhatEachFormWouldHaveNeeded) {
  const auto found = only(violations(
      R"({"properties": {"x": {"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 2}]}}})", R"({"x": "abc"})"));
  EXPECT_EQ(found.rule, "anyOf");
  EXPECT_EQ(found.message,
            "`x` fits none of the 2 allowed forms: `x` must be an integer; got \"abc\"; or `x` must have at most 2 "
            "characters; got 3");
}

TEST(Violations, OneOfSaysWhenTooManyFormsFit) {
  const auto found = only(violations(R"({"oneOf": [{"type": "integer"}, {"minimum": 2}]})", "3"));
  EXPECT_EQ(found.rule, "oneOf");
  EXPECT_THAT(found.message, HasSubstr("must fit exactly one of the 2 allowed forms; it fits 2"));
}

struct Broken {
  std::string_view schema, value, rule, says;
  friend std::ostream& operator<<(std::ostream& out, const Broken& broken) { return out << broken.schema; }
};

class EveryRule : public testing::TestWithParam<Broken> {};

TEST_P(EveryRule, IsReportedUnderItsOwnName) {
  const auto found = violations(GetParam().schema, GetParam().value);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].rule, GetParam().rule);
  EXPECT_THAT(found[0].message, HasSubstr(std::string(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Keywords, EveryRule,
    testing::Values(
        Broken{R"({"const": 5})", "6", "const", "must be 5; got 6"},
        Broken{R"({"minLength": 2, "maxLength": 3})", R"("a")", "minLength", "between 2 and 3 characters; got 1"},
        Broken{R"({"maxLength": 1})", R"("ab")", "maxLength", "at most 1 character; got 2"},
        Broken{R"({"minimum": 0.5})", "0.25", "minimum", "at least 0.5; got 0.25"},
        Broken{R"({"exclusiveMinimum": 1})", "1", "exclusiveMinimum", "greater than 1"},
        Broken{R"({"exclusiveMaximum": 1})", "1.0", "exclusiveMaximum", "less than 1"},
        Broken{R"({"multipleOf": 0.01})", "0.075", "multipleOf", "a multiple of 0.01"},
        Broken{R"({"minProperties": 1})", "{}", "minProperties", "at least 1 member; got 0"},
        Broken{R"({"maxProperties": 0})", R"({"a":1})", "maxProperties", "must have no members; got 1"},
        Broken{R"({"propertyNames": {"pattern": "^[a-z]+$"}})", R"({"A":1})", "propertyNames", "a name must match ^[a-z]+$"},
        Broken{R"({"dependentRequired": {"a": ["b"]}})", R"({"a":1})", "dependentRequired", "`b` is required because `a`"},
        Broken{R"({"minItems": 2, "maxItems": 2})", "[1]", "minItems", "exactly 2 items; got 1"},
        Broken{R"({"contains": {"const": 1}})", "[2]", "contains", "at least 1 item of the described kind; found 0"},
        Broken{R"({"contains": true, "maxContains": 1})", "[1,2]", "maxContains", "found 2"},
        Broken{R"({"contains": {"const": 1}, "minContains": 2})", "[1]", "minContains", "found 1"},
        Broken{R"({"uniqueItems": true})", R"([{"a":1,"b":2},3,{"b":2,"a":1.0}])", "uniqueItems", "0 and 2 are both"},
        Broken{R"({"not": {"type": "string"}})", R"("x")", "not", "must not be"},
        Broken{R"({"properties": {"a": false}})", R"({"a":1})", "false", "`a` is not allowed here"},
        Broken{R"({"unevaluatedProperties": false})", R"({"a":1})", "unevaluatedProperties",
               "`a` is not known here; leave it out"},
        Broken{R"({"unevaluatedItems": false})", "[1]", "false", "`[0]` is not allowed here"},
        Broken{R"({"if": {"minimum": 5}, "then": {"multipleOf": 5}})", "6", "multipleOf", "a multiple of 5"},
        Broken{R"({"dependentSchemas": {"a": {"required": ["c"]}}})", R"({"a":1})", "required", "`c` is required"}));

}  // namespace
}  // namespace certus::test
