// What a tool's schema says about one argument: schemas as people really write them, and as nobody should.
#include "policy/rules/argument_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certus::rules {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

ConditionSource on(std::string path, std::string json = "") {
  ConditionSource out;
  out.path = std::move(path);
  out.equals = std::move(json);
  return out;
}

std::string complaints(const std::string& schema, const ConditionSource& source) {
  std::string out;
  const auto condition = Condition::compile(source, [&](const std::string&, std::string message) { out += message; });
  if (!condition) return out;
  for (const auto& [key, message] : ArgumentSchema(schema).check(*condition)) out += key + ": " + message + "\n";
  return out;
}

std::string ofA(const std::string& schemaOfA, const std::string& path, const std::string& json) {
  return complaints(R"({"type":"object","properties":{"a":)" + schemaOfA + "}}", on(path, json));
}

TEST(ArgumentSchema, WithoutASchemaThatCanBeReadAnythingMayExist) {
  for (const char* schema : {"5", "{", "[]", "true"}) EXPECT_EQ(complaints(schema, on("a.b", "1")), "") << schema;
}

TEST(ArgumentSchema, IsLenientWhereASchemaIsOpen) {
  const std::pair<const char*, const char*> open[] = {
      {R"({"type":["object","null"]})", "a.x"},
      {R"({"anyOf":[true,true]})", "a.x"},
      {R"({"anyOf":[true,true]})", "a"},
      {R"({"anyOf":[{"type":"array"},{"type":"array"}]})", "a[].x"},
      {R"({"anyOf":[{"type":"object","additionalProperties":true},{"type":"object","additionalProperties":true}]})", "a.x"},
      {R"({"anyOf":[{"type":"object"},{"type":"object"}]})", "a.x"},
      {R"({"type":"object","properties":{"b":{}},"patternProperties":{"^x":{}}})", "a.x"},
      {R"({"type":"object","properties":[]})", "a.x"},
      {R"({"type":"array","prefixItems":5,"items":true})", "a[].x"},
      {R"({"$ref":"#/nowhere"})", "a"},
      {R"({"$ref":"#x"})", "a"},
      {R"({"$ref":5})", "a"},
      {R"({"allOf":5})", "a"},
      {R"({})", "a"},
      {R"({"additionalProperties":false})", "a"},
      {R"({"items":{}})", "a"},
  };
  for (const auto& [schema, path] : open) EXPECT_EQ(ofA(schema, path, "1"), "") << schema << " " << path;
}

TEST(ArgumentSchema, RefusesWhatAClosedSchemaRulesOut) {
  EXPECT_THAT(ofA("false", "a.x", "1"), HasSubstr("no such argument"));
  EXPECT_EQ(ofA("false", "a", "1"), "") << "it exists; what may stand there is for the tool to say";
  EXPECT_THAT(ofA(R"({"type":["string","null"]})", "a.x", "1"), HasSubstr("no such argument"));
  EXPECT_THAT(ofA(R"({"type":"object","properties":{"b.c":{}},"additionalProperties":false})", "a.x", "1"),
              HasSubstr("a.\"b.c\""));
  EXPECT_THAT(complaints(R"({"type":"object","additionalProperties":false})", on("a", "1")), HasSubstr("it takes none"));
}

TEST(ArgumentSchema, ListsTheFirstDozenOfMany) {
  std::string many = "{\"properties\":{";
  for (int i = 10; i < 40; ++i) many += std::string(i == 10 ? "" : ",") + "\"argument" + std::to_string(i) + "\":{}";
  const std::string text = complaints(many + "}}", on("zzzzzz", "1"));
  EXPECT_THAT(text, HasSubstr("argument21"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("argument22")));
}

TEST(ArgumentSchema, NamesPathsToACertainDepthAndNumber) {
  EXPECT_THAT(
      ArgumentSchema(R"({"properties":{"a":{"items":{"properties":{"b":{}}}}},"items":{"properties":{"c":{}}}})").paths(),
      ::testing::ElementsAre("a", "a[].b"));
  EXPECT_TRUE(ArgumentSchema(R"({"properties":5})").paths().empty());
  std::string deep = "{}", listed = R"({"properties":{"x":{}}})";
  for (int i = 0; i < 9; ++i) deep = R"({"properties":{"x":)" + deep + "}}";
  for (int i = 0; i < 9; ++i) listed = R"({"items":)" + listed + "}";
  EXPECT_EQ(ArgumentSchema(deep).paths().size(), 4u);
  EXPECT_THAT(ArgumentSchema(R"({"properties":{"l":)" + listed + "}}").paths(), ::testing::ElementsAre("l"));
  std::string many = "{\"properties\":{\"a0\":{}";
  for (int i = 1; i < 300; ++i) many += ",\"a" + std::to_string(i) + "\":{}";
  EXPECT_EQ(ArgumentSchema(many + "}}").paths().size(), 200u);
}

TEST(ArgumentSchema, LeavingOutIsImpossibleOnlyForWhatIsRequired) {
  ConditionSource absent = on("a");
  absent.present = false;
  EXPECT_EQ(complaints(R"({"properties":{"a":{"type":"string"}}})", absent), "");
  EXPECT_EQ(complaints(R"({"properties":{"a":{"type":"string"}},"required":5})", absent), "");
  EXPECT_THAT(complaints(R"({"properties":{"a":{"type":"string"}},"required":["a"]})", absent), HasSubstr("never left out"));
  absent.path = "a.b";
  EXPECT_EQ(complaints(R"({"properties":{"a":{"properties":{"b":{"type":"string"}},"required":["b"]}}})", absent), "");
}

TEST(ArgumentSchema, SaysWhichTypesAndValuesThereAre) {
  EXPECT_THAT(ofA(R"({"type":["string","string","null",5]})", "a", "true"), HasSubstr("the argument is string or null"));
  EXPECT_THAT(ofA(R"({"type":5})", "a", "1"), HasSubstr("the argument is something else"));
  EXPECT_THAT(ofA(R"({"type":"number"})", "a", "\"x\""), HasSubstr("the argument is number"));
  EXPECT_THAT(ofA(R"({"type":"boolean"})", "a", "1.5"), HasSubstr("the argument is boolean"));
  EXPECT_THAT(ofA(R"({"enum":[true,null,"x",2]})", "a", "false"), HasSubstr("is one of true, null, \"x\", 2"));
  EXPECT_THAT(ofA(R"({"enum":[[1]]})", "a", "1"), HasSubstr("can never come"));
  EXPECT_EQ(ofA(R"({"enum":5})", "a", "1"), "");
  EXPECT_EQ(ofA(R"({"enum":[true,null,"x",2]})", "a", "true"), "");
  EXPECT_EQ(ofA(R"({"enum":[1]})", "a", "1.0"), "");
  std::string many = R"({"enum":["v0")";
  for (int i = 1; i < 30; ++i) many += ",\"value" + std::to_string(i) + "\"";
  EXPECT_THAT(ofA(many + "]}", "a", "\"zzzzzzzzzzzz\""), HasSubstr("value11"));
  EXPECT_THAT(ofA(many + "]}", "a", "\"zzzzzzzzzzzz\""), ::testing::Not(HasSubstr("value12")));
}

TEST(ArgumentSchema, BoundsThatAreNoNumbersBindNobody) {
  EXPECT_EQ(ofA(R"({"type":"integer","minimum":"5"})", "a", "1"), "");
  EXPECT_THAT(ofA(R"({"type":"integer","minimum":5})", "a", "1"), HasSubstr("outside the bounds"));
  EXPECT_EQ(ofA(R"({"type":"integer","minimum":5,"maximum":9})", "a", "9"), "");
  EXPECT_THAT(ofA(R"({"type":"integer","minimum":5,"maximum":9})", "a", "10"), HasSubstr("outside the bounds"));
  ConditionSource bounded = on("a");
  bounded.atLeast = "5";
  EXPECT_EQ(complaints(R"({"properties":{"a":{"type":"number"}}})", bounded), "");
}

TEST(ArgumentSchema, AValueMustHaveTheFormAndStepOfTheSchema) {
  const char* digest = R"({"type":"string","pattern":"^sha256:[0-9a-f]{4}$"})";
  EXPECT_THAT(ofA(digest, "a", "\"not-a-digest\""), HasSubstr("not of the form"));
  EXPECT_EQ(ofA(digest, "a", "\"sha256:00ff\""), "");
  EXPECT_EQ(ofA(R"({"pattern":"^x"})", "a", "5"), "") << "a pattern is about texts";
  EXPECT_EQ(ofA(R"({"type":"string","pattern":"(?<=x)y"})", "a", "\"z\""), "") << "not of RE2's syntax";
  EXPECT_EQ(ofA(R"({"type":"string","pattern":5})", "a", "\"z\""), "");
  for (const char* schema : {R"({"type":"number","exclusiveMinimum":5})", R"({"type":"number","exclusiveMaximum":5})",
                             R"({"type":"integer","multipleOf":3})"})
    EXPECT_THAT(ofA(schema, "a", "5"), HasSubstr("outside the bounds")) << schema;
  for (const char* schema : {R"({"type":"number","exclusiveMinimum":4})", R"({"type":"number","exclusiveMaximum":6})",
                             R"({"type":"number","multipleOf":0.1})", R"({"type":"number","multipleOf":0})"})
    EXPECT_EQ(ofA(schema, "a", "5"), "") << schema;
}

TEST(ArgumentSchema, SomeNumberMustBeWithinBothBounds) {
  const auto of = [](const std::string& schema, std::string least, std::string most) {
    ConditionSource source = on("a");
    source.atLeast = std::move(least);
    source.atMost = std::move(most);
    return complaints(R"({"properties":{"a":)" + schema + "}}", source);
  };
  struct Case {
    const char *schema, *least, *most, *says;
  };
  const Case table[] = {
      {R"({"type":"integer","maximum":9})", "10", "", "at_least: 10 is above"},
      {R"({"type":"number","exclusiveMaximum":9})", "9", "", "at_least: 9 is above"},
      {R"({"type":"number","maximum":9})", "9", "", ""},
      {R"({"type":"number","maximum":9})", "10", "", "at_least: 10 is above"},
      {R"({"type":"integer","minimum":5})", "", "4", "at_most: 4 is below"},
      {R"({"type":"number","exclusiveMinimum":5})", "", "5", "at_most: 5 is below"},
      {R"({"type":"integer","exclusiveMinimum":5})", "", "5", "at_most: 5 is below"},
      {R"({"type":"integer","exclusiveMinimum":5})", "", "6", ""},
      {R"({"type":"integer"})", "3.2", "3.8", "at_least: no number that the tool takes is from 3.2 to 3.8"},
      {R"({"type":"integer"})", "3.2", "4", ""},
      {R"({"type":"number","multipleOf":5})", "6", "9", "no number"},
      {R"({"type":"number","multipleOf":5})", "6", "10", ""},
      {R"({"type":"number","multipleOf":0.5})", "6", "9", ""},
      {R"({"type":"number","multipleOf":-5})", "6", "9", ""},
      {R"({"enum":[1,"5",8]})", "2", "7", "no number"},
      {R"({"enum":[1,null,8]})", "9", "", "is above"},
      {R"({"enum":[1,null,8]})", "", "0", "is below"},
      {R"({"enum":[1,null,8]})", "8", "9", ""},
      {R"({"anyOf":[{"type":"string"},{"type":"integer","maximum":5}]})", "6", "", "is above"},
  };
  for (const Case& each : table) {
    const std::string said = of(each.schema, each.least, each.most);
    if (std::string_view(each.says).empty()) {
      EXPECT_EQ(said, "") << each.schema << each.least << each.most;
    } else {
      EXPECT_THAT(said, HasSubstr(each.says)) << each.schema << each.least << each.most;
    }
  }
}

TEST(ArgumentSchema, APatternMustMatchSomeValue) {
  ConditionSource source = on("a");
  source.pattern = "im.*";
  const auto of = [&](const std::string& a) { return complaints(R"({"properties":{"a":)" + a + "}}", source); };
  EXPECT_EQ(of(R"({"enum":["sbom",null,5,"image"]})"), "");
  EXPECT_THAT(of(R"({"enum":["sbom",null,5]})"), HasSubstr("matches none"));
  EXPECT_EQ(of(R"({"anyOf":[false,{"enum":["sbom"]}]})"), "") << "lenient about what is false";
}

}  // namespace
}  // namespace certus::rules
