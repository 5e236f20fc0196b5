// The small parts of the catalogue on their own: URI templates, header annotations, projections, pages.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gateway/tools/list_pages.h"
#include "gateway/tools/parameter_headers.h"
#include "gateway/tools/schema_projection.h"
#include "gateway/tools/uri_template.h"

namespace certus::gateway {
namespace {

using Json = nlohmann::ordered_json;

TEST(UriTemplate, MatchesWhatItsVariablesMayStandFor) {
  struct Row {
    const char* pattern;
    const char* uri;
    bool matches;
  };
  const Row rows[] = {{"test://template/{id}/data", "test://template/123/data", true},
                      {"test://template/{id}/data", "test://template//data", false},
                      {"test://template/{id}/data", "test://template/1/2/data", false},
                      {"test://template/{id}/data", "test://template/1/data?x", false},
                      {"file:///{+path}", "file:///a/b/c", true},
                      {"x://a{?q,r}", "x://a?q=1&r=2", true},
                      {"x://a{?q,r}", "x://a", true},
                      {"x://a.b/{c}", "x://aXb/1", false},
                      {"x://{a}.{b}", "x://1.2", true},
                      {"x://(a)/{b}", "x://(a)/\xC3\xA9", true}};
  for (const Row& row : rows)
    EXPECT_EQ(UriTemplate::parse(row.pattern)->matches(row.uri), row.matches) << row.pattern << " " << row.uri;
}

TEST(UriTemplate, RefusesUnbalancedBraces) {
  for (const char* bad : {"x://{a", "x://a}", "x://{a{b}}", "x://{}", "}{"}) EXPECT_FALSE(UriTemplate::parse(bad)) << bad;
  EXPECT_FALSE(UriTemplate::parse(std::string(2000, 'x')));
}

TEST(UriTemplate, LongUrisCostLinearTime) {
  const auto pattern = UriTemplate::parse("x://{+a}{+b}{+c}{+d}{+e}z");
  EXPECT_FALSE(pattern->matches("x://" + std::string(100'000, 'y')));
}

TEST(ParameterHeaders, AreFoundUnderPropertiesOnly) {
  const auto found = findParameterHeaders(Json::parse(
      R"({"type":"object","properties":{"a":{"type":"string","x-mcp-header":"Region"},"b":{"type":"object","properties":{"c":{"type":"integer","x-mcp-header":"N"}}}}})"));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].header, "Region");
  EXPECT_EQ((*found)[1].path, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ((*found)[1].type, ParameterHeader::Type::Integer);
}

TEST(ParameterHeaders, MisplacedOrMalformedOnesAreErrors) {
  for (const char* bad :
       {R"({"x-mcp-header":"A","type":"object"})", R"({"properties":{"a":{"type":"number","x-mcp-header":"A"}}})",
        R"({"properties":{"a":{"x-mcp-header":"A"}}})", R"({"properties":{"a":{"type":"string","x-mcp-header":"A b"}}})",
        R"({"properties":{"a":{"type":"string","x-mcp-header":""}}})",
        R"({"properties":{"a":{"type":"string","x-mcp-header":5}}})",
        R"({"properties":{"a":{"type":"string","x-mcp-header":"X"},"b":{"type":"string","x-mcp-header":"x"}}})",
        R"({"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}})",
        R"({"$defs":{"a":{"type":"string","x-mcp-header":"A"}}})",
        R"({"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]})"}) {
    EXPECT_FALSE(findParameterHeaders(Json::parse(bad))) << bad;
  }
}

TEST(SchemaProjection, BooleanSchemasBecomeObjectsWhereverSchemasStand) {
  EXPECT_EQ(
      withoutBooleanSchemas(Json::parse(
          R"({"type":"object","properties":{"a":true,"b":{"items":false}},"additionalProperties":false,"const":true,"anyOf":[true]})")),
      Json::parse(
          R"({"type":"object","properties":{"a":{},"b":{"items":{"not":{}}}},"additionalProperties":false,"const":true,"anyOf":[{}]})"));
}

TEST(SchemaProjection, WrappingMovesReferencesToTheirNewPlace) {
  const Json wrapped = wrappedAsResult(Json::parse(
      R"({"$schema":"s","type":"array","items":{"$ref":"#/$defs/n"},"$defs":{"n":{"anyOf":[{"$ref":"#"},{"$ref":"#name"}]}}})"));
  EXPECT_EQ(
      wrapped,
      Json::parse(
          R"({"type":"object","$schema":"s","properties":{"result":{"type":"array","items":{"$ref":"#/properties/result/$defs/n"},
    "$defs":{"n":{"anyOf":[{"$ref":"#/properties/result"},{"$ref":"#name"}]}}}},"required":["result"]})"));
  EXPECT_EQ(wrappedAsResult(true)["properties"]["result"], Json::object());
  EXPECT_EQ(wrappedAsResult(Json::parse(R"({"$id":"x:y","$ref":"#/$defs/n"})"))["properties"]["result"]["$ref"],
            "#/$defs/n");
}

TEST(ListPages, ACursorBelongsToItsContent) {
  const std::vector<std::string> items = {"1", "2", "3"};
  const ListPages pages("n", items, 1, ""), same("n", items, 1, ""), other("n", {"1", "2", "4"}, 1, "");
  const std::string cursor = Json::parse(pages.first())["nextCursor"];
  EXPECT_EQ(*same.at(cursor), *pages.at(cursor));
  EXPECT_EQ(Json::parse(*pages.at(cursor))["n"], Json::array({2}));
  EXPECT_FALSE(other.at(cursor));
  EXPECT_FALSE(ListPages("n", items, 0, "").at(cursor));
  EXPECT_EQ(ListPages("n", {}, 5, ",\"x\":1").first(), R"({"n":[],"x":1})");
}

}  // namespace
}  // namespace certus::gateway
