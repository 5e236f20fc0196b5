// What every known client accepts of a schema: one bad one makes some of them drop the whole list of tools.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "trust_host.h"

namespace certus::trust {
namespace {

void expectPortable(const Json& schema, const std::string& where) {
  ASSERT_TRUE(schema.is_object()) << where;
  for (const char* composed : {"oneOf", "anyOf", "allOf", "if", "$ref", "const"})
    EXPECT_FALSE(schema.contains(composed)) << where << composed;
  ASSERT_TRUE(schema.contains("type") && schema["type"].is_string()) << where << ": one type a node";
  if (schema["type"] == "array") {
    ASSERT_TRUE(schema.contains("items")) << where;
    expectPortable(schema["items"], where + "/items");
  }
  if (schema["type"] == "object") {
    ASSERT_TRUE(schema.contains("properties")) << where;
    for (const auto& [name, property] : schema["properties"].items()) expectPortable(property, where + "/" + name);
    for (const Json& name : schema.value("required", Json::array()))
      EXPECT_TRUE(schema["properties"].contains(name)) << where << name;
  }
}

TEST(TrustTools, AreTheFiveOfTheProposal) {
  const FakeHost host(moduleTable<TrustModule>());
  std::set<std::string> names;
  for (std::uint32_t i = 0; i < host.catalog().tool_count; ++i) names.emplace(view(host.catalog().tools[i].name));
  EXPECT_EQ(names, (std::set<std::string>{"get_provenance", "get_stats", "query_transparency", "sign", "verify"}));
  EXPECT_GT(host.catalog().instructions.size, 100U);
  EXPECT_LT(host.catalog().instructions.size, 1'200U);
}

TEST(TrustTools, HavePortableSchemas) {
  const FakeHost host(moduleTable<TrustModule>());
  for (std::uint32_t i = 0; i < host.catalog().tool_count; ++i) {
    const certus_tool& tool = host.catalog().tools[i];
    const std::string name(view(tool.name));
    const Json input = Json::parse(view(tool.input_schema));
    const Json output = Json::parse(view(tool.output_schema));
    EXPECT_EQ(input["type"], "object") << name;
    EXPECT_EQ(input["additionalProperties"], false) << name;
    EXPECT_EQ(output["type"], "object") << name;
    EXPECT_TRUE(output["properties"].contains("summary")) << name;
    expectPortable(input, name + " input");
    expectPortable(output, name + " output");
  }
}

TEST(TrustTools, SayTruthfullyWhatTheyDo) {
  const FakeHost host(moduleTable<TrustModule>());
  for (std::uint32_t i = 0; i < host.catalog().tool_count; ++i) {
    const certus_tool& tool = host.catalog().tools[i];
    const bool isSign = view(tool.name) == "sign";
    EXPECT_EQ(tool.read_only, isSign ? CERTUS_NO : CERTUS_YES);
    EXPECT_EQ(tool.idempotent, isSign ? CERTUS_NO : CERTUS_YES);
    EXPECT_EQ(tool.open_world, isSign ? CERTUS_YES : CERTUS_NO);
    EXPECT_EQ(tool.destructive, CERTUS_NO);
  }
}

TEST(TrustTools, DescribeThemselvesWithinWhatClientsShow) {
  const FakeHost host(moduleTable<TrustModule>());
  for (std::uint32_t i = 0; i < host.catalog().tool_count; ++i) {
    const std::string description(view(host.catalog().tools[i].description));
    EXPECT_NE(description.find("When to use:"), std::string::npos);
    EXPECT_NE(description.find("Example"), std::string::npos);
    EXPECT_LT(description.size(), 2'000U);
  }
}

}  // namespace
}  // namespace certus::trust
