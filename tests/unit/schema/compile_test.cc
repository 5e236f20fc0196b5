// What a schema's author reads, and what a schema may ask for.
#include <gmock/gmock.h>

#include "tests/unit/schema/schema_testing.h"

namespace certus::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Wrong {
  std::string_view schema, place, says;
  friend std::ostream& operator<<(std::ostream& out, const Wrong& wrong) { return out << wrong.schema; }
};

class WrongSchema : public testing::TestWithParam<Wrong> {};

TEST_P(WrongSchema, IsRefusedWithItsPlaceAndTheRightForm) {
  const std::string message = compileError(GetParam().schema);
  EXPECT_THAT(message, StartsWith(std::string(GetParam().place)));
  EXPECT_THAT(message, HasSubstr(std::string(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Schemas, WrongSchema,
    testing::Values(
        Wrong{"{", "schema is not JSON", ""}, Wrong{"3", "schema at #: ", "an object, true or false"},
        Wrong{R"({"properties": {"a": {"type": "strng"}}})", "schema at #/properties/a/type: ", "did you mean \"string\"?"},
        Wrong{R"({"type": []})", "schema at #/type: ", "a name or a list of names"},
        Wrong{R"({"type": ["null", 3]})", "schema at #/type: ", "a name or a list of names"},
        Wrong{R"({"minimum": "1"})", "schema at #/minimum: ", "is a number"},
        Wrong{R"({"multipleOf": 0})", "schema at #/multipleOf: ", "greater than 0"},
        Wrong{R"({"minLength": -1})", "schema at #/minLength: ", "a whole number, 0 or more"},
        Wrong{R"({"maxItems": 1.5})", "schema at #/maxItems: ", "a whole number, 0 or more"},
        Wrong{R"({"required": "a"})", "schema at #/required: ", "a list of member names"},
        Wrong{R"({"required": ["a", "a"]})", "schema at #/required: ", "\"a\" is listed twice"},
        Wrong{R"({"enum": 1})", "schema at #/enum: ", "a list of values"},
        Wrong{R"({"uniqueItems": 1})", "schema at #/uniqueItems: ", "true or false"},
        Wrong{R"({"pattern": 1})", "schema at #/pattern: ", "a regular expression"},
        Wrong{R"({"properties": []})", "schema at #/properties: ", "an object of schemas"},
        Wrong{R"({"properties": {"a": 1}})", "schema at #/properties/a: ", "an object, true or false"},
        Wrong{R"({"patternProperties": {"(": true}})", "schema at #/patternProperties/(: ", "the pattern cannot be used"},
        Wrong{R"({"dependentSchemas": 1})", "schema at #/dependentSchemas: ", "an object of schemas"},
        Wrong{R"({"dependentRequired": {"a": 1}})", "schema at #/dependentRequired: ", "a list of member names"},
        Wrong{R"({"allOf": []})", "schema at #/allOf: ", "a list of at least one schema"},
        Wrong{R"({"anyOf": [1]})", "schema at #/anyOf: ", "an object, true or false"},
        Wrong{R"({"not": 1})", "schema at #/not: ", "an object, true or false"},
        Wrong{R"({"type": "string", "type": "null"})", "schema at #/type: ", "occurs twice"},
        Wrong{R"({"properties": {"a": true, "a": false}})", "schema at #/properties/a: ", "occurs twice"},
        Wrong{R"({"$id": 1})", "schema at #/$id: ", "a URI reference"},
        Wrong{R"({"$id": "http://a/b#c"})", "schema at #/$id: ", "has no fragment"},
        Wrong{R"({"$anchor": "1a"})", "schema at #/$anchor: ", "starting with a letter"},
        Wrong{R"({"$anchor": "a", "not": {"$anchor": "a"}})", "schema at #/not/$anchor: ", "already taken"},
        Wrong{R"({"$defs": {"a": {"$id": "x:a"}, "b": {"$id": "x:a"}}})",
              "schema at #/$defs/b/$id: ", "already names another schema"},
        Wrong{R"({"$schema": "http://json-schema.org/draft-07/schema#"})",
              "schema at #/$schema: ", "write \"https://json-schema.org/draft/2020-12/schema\""},
        Wrong{R"({"$ref": 1})", "schema at #/$ref: ", "a URI reference"},
        Wrong{R"({"items": {"$ref": "https://elsewhere.example/s.json"}})", "schema at #/items: ", "nothing is fetched"},
        Wrong{R"({"$ref": "#/$defs/a"})", "schema at #: ", "there is no \"$defs\""},
        Wrong{R"({"$ref": "#nowhere"})", "schema at #: ", "an anchor that does not exist"},
        Wrong{R"({"$ref": "#/a~2"})", "schema at #: ", "not a JSON Pointer"}));

TEST(Schema, APatternThatNeedsLookaroundIsRefusedByName) {
  EXPECT_THAT(compileError(R"({"properties": {"a": {"pattern": "^(?=x)y$"}}})"),
              StartsWith("schema at #/properties/a/pattern: the pattern `^(?=x)y$` cannot be used: `(?=` (lookaround)"));
  EXPECT_THAT(compileError(R"({"pattern": "(a)\\1"})"), HasSubstr("`\\1` (a back reference)"));
}

TEST(Schema, AReferenceThatNeverLooksIntoTheValueIsRefused) {
  EXPECT_THAT(compileError(R"({"$ref": "#"})"), HasSubstr("refers back to itself"));
  EXPECT_THAT(
      compileError(
          R"({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}})"),
      HasSubstr("refers back to itself"));
  EXPECT_THAT(compileError(R"({"dependentSchemas": {"x": {"$ref": "#"}}})"), HasSubstr("refers back to itself"));
}

TEST(Schema, AReferenceThatMakesProgressIsARecursiveType) {
  constexpr std::string_view kTree = R"({"type": "object", "additionalProperties": {"$ref": "#"}})";
  EXPECT_TRUE(accepts(kTree, R"({"a": {"b": {}}})"));
  EXPECT_FALSE(accepts(kTree, R"({"a": {"b": 1}})"));
}

TEST(Schema, ADynamicReferenceWithoutProgressIsStoppedWhenItRuns) {
  const auto schema = compiled(R"({"$id": "x:a", "$dynamicAnchor": "n", "anyOf": [{"$dynamicRef": "#n"}]})");
  EXPECT_EQ(only(violations(*schema, "1")).rule, "limit");
}

TEST(Schema, ARefusalUnderNotIsStillARefusalWhenALimitCausedIt) {
  const auto schema =
      compiled(R"({"$id": "x:a", "not": {"$id": "x:b", "$dynamicAnchor": "n", "allOf": [{"$dynamicRef": "#n"}]}})");
  EXPECT_EQ(only(violations(*schema, "1")).rule, "limit");
}

TEST(Schema, DocumentsGivenAlongAreFoundByTheirUri) {
  const Documents documents = {{"https://certus.example/digest", R"({"type": "string", "pattern": "^sha256:"})"}};
  const auto schema = compiled(R"({"properties": {"d": {"$ref": "https://certus.example/digest"}}})", documents);
  EXPECT_TRUE(violations(*schema, R"({"d": "sha256:1"})").empty());
  EXPECT_EQ(only(violations(*schema, R"({"d": "x"})")).rule, "pattern");
}

TEST(Schema, AnErrorInAnotherDocumentNamesThatDocument) {
  EXPECT_THAT(compileError(R"({"$ref": "x:other"})", {{"x:other", R"({"items": {"type": 1}})"}}),
              StartsWith("schema at x:other#/items/type: "));
  EXPECT_THAT(compileError(R"({"$ref": "x:other"})", {{"x:other", "nonsense"}}),
              StartsWith("schema document x:other is not JSON"));
}

TEST(Schema, TheMetaschemaIsKnownWithoutANetwork) {
  constexpr std::string_view kMeta = R"({"$ref": "https://json-schema.org/draft/2020-12/schema"})";
  EXPECT_TRUE(accepts(kMeta, R"({"properties": {"a": {"minLength": 1}}})"));
  EXPECT_EQ(violations(kMeta, R"({"properties": {"a": {"minLength": -1}}})")[0].path, "/properties/a/minLength");
}

TEST(Schema, AnUnknownVocabularyThatMustBeUnderstoodIsRefused) {
  const Documents documents = {{"x:meta", R"({"$vocabulary": {"x:vocab": true}})"}};
  EXPECT_THAT(compileError(R"({"$schema": "x:meta"})", documents), HasSubstr("requires the unknown vocabulary \"x:vocab\""));
}

TEST(Schema, AMetaschemaThatRequiresFormatsToBeAssertedIsRefused) {
  const Documents documents = {
      {"x:meta", R"({"$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/format-assertion": true}})"}};
  EXPECT_THAT(compileError(R"({"$schema": "x:meta"})", documents), HasSubstr("vocab/format-assertion\""));
}

TEST(Schema, KeywordsOfAVocabularyThatIsNotNamedMeanNothing) {
  const Documents documents = {{"x:meta", R"({"$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": true}})"}};
  const auto schema = compiled(R"({"$schema": "x:meta", "type": "string"})", documents);
  EXPECT_TRUE(violations(*schema, "1").empty());
}

TEST(Schema, AFormatIsAnAnnotation) { EXPECT_TRUE(accepts(R"({"format": "ipv4"})", R"("no address")")); }

TEST(Schema, BooleansAreSchemas) {
  EXPECT_TRUE(accepts("true", "{}"));
  EXPECT_FALSE(accepts("false", "{}"));
}

}  // namespace
}  // namespace certus::test
