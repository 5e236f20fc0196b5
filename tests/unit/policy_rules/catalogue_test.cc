// What a catalogue file is refused for, and what its schemas say of arguments.
#include "policy/rules/catalogue.h"

#include "tests/unit/policy_rules/policy_of.h"

namespace certus::rules {
namespace {

using ::testing::HasSubstr;

TEST(CatalogueReader, RefusesWhatIsNoCatalogue) {
  const std::pair<const char*, const char*> table[] = {
      {"", "not valid JSON"},
      {"{", "not valid JSON"},
      {"5", "neither a list"},
      {"{}", "neither a list"},
      {R"({"tools": 5})", "tools is not a list"},
      {R"([5])", "tools[0] is not an object"},
      {R"([{"name": "a_b"}])", "has no inputSchema"},
      {R"([{"inputSchema": {}}])", "has no name"},
      {R"([{"name": "verify", "inputSchema": {}}])", "does not say its service"},
      {R"({"tools": [], "resources": [{"name": "x"}]})", "has no uri"},
      {R"([{"name": "a_b", "inputSchema": {}}, {"name": "a_b", "inputSchema": {}}])", "a/b stands in it twice"},
  };
  for (const auto& [json, says] : table) {
    const auto out = readCatalogue(json);
    ASSERT_FALSE(out) << json;
    EXPECT_THAT(out.error().message, HasSubstr(says)) << json;
  }
  EXPECT_THAT(readCatalogue(std::string(200, '[') + std::string(200, ']')).error().message, HasSubstr("deeper"));
  EXPECT_THAT(readCatalogue(std::string(kMaxCatalogueBytes + 1, ' ')).error().message, HasSubstr("larger"));
}

TEST(CatalogueReader, TakesTheServiceFromTheEntryOrItsName) {
  const auto out = readCatalogue(R"([{"name": "trust_get_stats", "inputSchema": {}},
    {"name": "verify", "service": "trust", "inputSchema": {}, "enabled": false},
    {"name": "x_sign", "service": "trust", "tool": "sign", "inputSchema": {}}])");
  ASSERT_TRUE(out);
  EXPECT_EQ((*out)[0].fullName(), "trust/get_stats");
  EXPECT_EQ((*out)[1].fullName(), "trust/verify");
  EXPECT_FALSE((*out)[1].enabled);
  EXPECT_EQ((*out)[2].fullName(), "trust/sign");
  EXPECT_EQ((*out)[2].listBytes, std::string(R"({"name":"x_sign","inputSchema":{}})").size());
}

TEST(ArgumentSchema, FollowsReferencesAndCombinations) {
  const auto catalogue = readCatalogue(R"([{"name": "a_t", "inputSchema": {"type": "object",
    "properties": {"to": {"$ref": "#/$defs/to"}, "cycle": {"$ref": "#/properties/cycle"}, "odd": {"$ref": "http://x"},
      "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "object", "properties": {"deep": {"const": 5}}}]},
      "many": {"type": "array"}, "never": false, "map": {"type": "object", "additionalProperties": {"type": "integer"}}},
    "allOf": [{"properties": {"extra": {"type": ["string", "null"]}}}], "then": {"properties": {"late": true}},
    "$defs": {"to": {"oneOf": [{"type": "string", "maxLength": 3}, {"type": "object", "properties": {"id": {"type": "number"}}}]}}}}])");
  ASSERT_TRUE(catalogue);
  const auto errors = [&](const std::string& when) {
    std::vector<Finding> findings;
    const Source source =
        readSource("rules: {r: {effect: allow, who: everyone, tools: [a/t], when: {" + when + "}}}", "p", findings);
    return textOf(findings) + compile({source}, *catalogue).text();
  };
  for (const char* right :
       {"to: {equals: abc}", "to.id: {at_least: 5}", "extra: {equals: x}", "late: {equals: 5}", "odd.any: {equals: 1}",
        "\"pair[].deep\": {equals: 5}", "\"many[].x\": {equals: 1}", "map.any: {equals: 3}", "to: {pattern: 'a.*'}"})
    EXPECT_EQ(errors(right), "") << right;
  for (const char* wrong :
       {"to: {equals: abcd}", "to: {equals: 5}", "to.di: {equals: 5}", "extra: {equals: 5}", "map.any: {equals: x}",
        "\"pair[].deep\": {equals: 6}", "zzz: {equals: 6}", "cycle.x: {equals: 1}"})
    EXPECT_NE(errors(wrong), "") << wrong;
}

}  // namespace
}  // namespace certus::rules
