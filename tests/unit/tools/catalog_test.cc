#include "gateway/tools/catalog.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace certus::gateway {
namespace {

ToolDescriptor tool(std::string name, std::string schema = R"({"type":"object"})") {
  ToolDescriptor descriptor;
  descriptor.name = std::move(name);
  descriptor.description = "Does it.";
  descriptor.inputSchema = std::move(schema);
  return descriptor;
}

ModuleDescriptor module(std::string name, std::vector<ToolDescriptor> tools) {
  ModuleDescriptor descriptor;
  descriptor.name = std::move(name);
  descriptor.tools = std::move(tools);
  return descriptor;
}

config::Module options(std::string name, std::optional<std::string> prefix) {
  config::Module result;
  result.name = std::move(name);
  result.prefix = std::move(prefix);
  return result;
}

std::string messages(const CatalogBuild& build) {
  std::string text;
  for (const CatalogProblem& problem : build.problems) text += problem.path + ": " + problem.message + "\n";
  return text;
}

std::vector<std::string> names(const Route& route) {
  std::vector<std::string> result;
  for (const ToolEntry& entry : route.tools()) result.push_back(entry.name);
  return result;
}

TEST(Catalog, ComposesWithPrefixesAndOffersEachModuleBare) {
  config::Gateway config;
  config.modules = {options("alpha", std::nullopt), options("beta", "b-"), options("gamma", "")};
  const auto build = Catalog::build({module("alpha", {tool("one")}), module("beta", {tool("one")}),
                                     module("gamma", {tool("one")}), module("free", {tool("one")})},
                                    config);
  ASSERT_TRUE(build.catalog) << messages(build);
  EXPECT_EQ(names(build.catalog->composed()), (std::vector<std::string>{"alpha_one", "b-one", "one", "free_one"}));
  EXPECT_EQ(names(*build.catalog->route("/mcp/beta")), std::vector<std::string>{"one"});
  EXPECT_EQ(build.catalog->route("/mcp/beta"), build.catalog->moduleRoute("beta"));
  EXPECT_EQ(build.catalog->route("/mcp/beta")->find("one")->module, 1u);
  EXPECT_EQ(build.catalog->route("/mcp")->find("b-one")->module, 1u);
  EXPECT_EQ(build.catalog->route("/mcp/nobody"), nullptr);
  EXPECT_EQ(build.catalog->route("/mcp/"), nullptr);
  EXPECT_EQ(build.catalog->moduleRoute("nobody"), nullptr);
  EXPECT_EQ(build.catalog->modules()[2].name, "gamma");
}

TEST(Catalog, TextsNameToolsAsTheClientCallsThem) {
  ToolDescriptor one = tool("one", R"({"type":"object","properties":{"key":{"type":"string","description":"From `two`."}}})");
  one.description = "Call `two` first, then `one`; `twofold` and two are no tools.";
  ModuleDescriptor alpha = module("alpha", {one, tool("two")});
  alpha.instructions = "Begin with `two`.";
  const auto build = Catalog::build({alpha, module("beta", {tool("two")})}, {});
  ASSERT_TRUE(build.catalog) << messages(build);
  const Route& composed = build.catalog->composed();
  const std::string listed(composed.texts(Revision::V2026_07_28).tools.first());
  EXPECT_NE(listed.find("Call `alpha_two` first, then `alpha_one`; `twofold` and two are no tools."), std::string::npos) << listed;
  EXPECT_NE(listed.find("From `alpha_two`."), std::string::npos) << listed;
  EXPECT_NE(composed.texts(Revision::V2026_07_28).discover.find("Begin with `alpha_two`."), std::string::npos);
  EXPECT_EQ(composed.exposed("Call `two`.", 1), "Call `beta_two`.");
  const Route& bare = *build.catalog->route("/mcp/alpha");
  EXPECT_NE(bare.texts(Revision::V2026_07_28).tools.first().find("Call `two` first, then `one`"), std::string::npos);
}

TEST(Catalog, ACollisionIsAnErrorThatNamesBothModules) {
  config::Gateway config;
  config.modules = {options("alpha", ""), options("beta", "")};
  const auto build = Catalog::build({module("alpha", {tool("one")}), module("beta", {tool("one")})}, config);
  EXPECT_FALSE(build.catalog);
  const std::string text = messages(build);
  EXPECT_NE(text.find("modules.beta.prefix: tool \"one\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"alpha\""), std::string::npos) << text;
}

TEST(Catalog, DisablingOneOfTwoResolvesACollision) {
  config::Gateway config;
  config.modules = {options("alpha", ""), options("beta", "")};
  config.modules[1].tools["one"].enabled = false;
  const auto build = Catalog::build({module("alpha", {tool("one")}), module("beta", {tool("one")})}, config);
  ASSERT_TRUE(build.catalog) << messages(build);
  EXPECT_EQ(build.catalog->composed().find("one")->module, 0u);
  EXPECT_TRUE(build.catalog->composed().find("one")->enabled);
  EXPECT_FALSE(build.catalog->moduleRoute("beta")->find("one")->enabled);
}

TEST(Catalog, NamesBeyondTheRuleAreErrors) {
  for (const std::string& name : {std::string(60, 'x'), std::string("a.b"), std::string("a/b"), std::string("")}) {
    config::Gateway config;
    config.modules = {options("alpha", "prefix_")};
    const auto build = Catalog::build({module("alpha", {tool(name)})}, config);
    if (name.empty()) continue;  // "prefix_" alone is a name; the bare route shows the fault below
    EXPECT_FALSE(build.catalog) << name;
  }
  EXPECT_FALSE(Catalog::build({module("alpha", {tool("")})}, {}).catalog);
  EXPECT_TRUE(Catalog::build({module("a", {tool(std::string(62, 'x'))})}, {}).catalog) << "64 with its prefix";
}

TEST(Catalog, OptionsOfToolsThatDoNotExistAreErrorsWithTheNearestName) {
  config::Gateway config;
  config.modules = {options("alpha", std::nullopt)};
  config.modules[0].tools["verfy"].enabled = false;
  const auto build = Catalog::build({module("alpha", {tool("verify")})}, config);
  EXPECT_FALSE(build.catalog);
  EXPECT_NE(messages(build).find("did you mean \"verify\"?"), std::string::npos) << messages(build);
  EXPECT_EQ(build.problems.size(), 1u);
}

TEST(Catalog, AModuleMayWithdrawAToolThatTheOperatorConfigured) {
  config::Gateway config;
  config.modules = {options("alpha", std::nullopt)};
  config.modules[0].tools["two"].enabled = true;
  const auto build = Catalog::build({module("alpha", {tool("one")})}, config, Catalog::UnknownOptions::AreWarnings);
  ASSERT_TRUE(build.catalog);
  EXPECT_EQ(names(build.catalog->composed()), std::vector<std::string>{"alpha_one"});
  EXPECT_NE(messages(build).find("module \"alpha\" has no tool \"two\""), std::string::npos) << messages(build);
}

TEST(Catalog, EveryProblemIsReportedNotTheFirst) {
  config::Gateway config;
  config.modules = {options("alpha", ""), options("beta", "")};
  config.modules[0].tools["none"].enabled = false;
  const auto build =
      Catalog::build({module("alpha", {tool("one"), tool("bad", "{"), tool("a.b")}), module("beta", {tool("one")})}, config);
  EXPECT_FALSE(build.catalog);
  EXPECT_GE(build.problems.size(), 4u) << messages(build);
}

TEST(Catalog, AToolThatClientsWouldChokeOnIsRefusedAloneAndAloud) {
  ToolDescriptor silent = tool("silent");
  silent.description.clear();
  const std::vector<ToolDescriptor> bad = {
      tool("list", R"({"type":"object","properties":{"a":{"type":"array"}}})"),
      tool("tuple", R"({"type":"object","properties":{"a":{"type":"array","prefixItems":[{"type":"string"}]}}})"),
      tool("types", R"({"type":"object","properties":{"a":{"type":["string","null"]}}})"),
      tool("nested", R"({"type":"object","$defs":{"d":{"anyOf":[{"type":"array"}]}}})"),
      tool("rootless", R"({"properties":{}})"),
      tool("rooted", R"({"type":"string"})"),
      tool("boolean", "true"),
      tool("remote", R"({"type":"object","properties":{"a":{"$ref":"https://example.org/x"}}})"),
      tool("twice", R"({"type":"object","properties":{"a":{}},"properties":{"b":{}}})"),
      tool("broken", "{"),
      tool("header", R"({"type":"object","properties":{"a":{"type":"object","x-mcp-header":"A"}}})"),
      silent};
  for (const ToolDescriptor& descriptor : bad) {
    const auto build = Catalog::build({module("alpha", {tool("good"), descriptor})}, {});
    ASSERT_TRUE(build.catalog) << descriptor.name;
    EXPECT_EQ(names(build.catalog->composed()), std::vector<std::string>{"alpha_good"}) << descriptor.name;
    ASSERT_EQ(build.problems.size(), 1u) << descriptor.name;
    EXPECT_EQ(build.problems[0].severity, CatalogProblem::Severity::Refused);
    EXPECT_EQ(build.problems[0].path, "modules.alpha.tools." + descriptor.name);
    EXPECT_NE(build.problems[0].message.find("\"" + descriptor.name + "\""), std::string::npos) << build.problems[0].message;
  }
}

TEST(Catalog, CompositionAtTheRootIsServedWithAWarning) {
  const auto build = Catalog::build(
      {module("alpha",
              {tool("x", R"({"type":"object","properties":{"a":{"type":"string"}},"allOf":[{"required":["a"]}]})")})},
      {});
  ASSERT_TRUE(build.catalog);
  ASSERT_EQ(build.problems.size(), 1u);
  EXPECT_EQ(build.problems[0].severity, CatalogProblem::Severity::Warning);
  EXPECT_NE(build.catalog->composed().find("alpha_x"), nullptr);
}

TEST(Catalog, ADoubledToolCountsOnce) {
  const auto build = Catalog::build({module("alpha", {tool("x"), tool("x")})}, {});
  ASSERT_TRUE(build.catalog);
  EXPECT_EQ(names(build.catalog->composed()).size(), 1u);
  EXPECT_EQ(build.problems.size(), 1u);
}

TEST(Catalog, SchemasAreListedWordForWordOnOneLine) {
  const char* schema =
      "{\n \"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"type\":\"object\",\n "
      "\"$defs\":{\"d\":{\"$anchor\":\"a\",\"type\":\"number\",\"minimum\":1.0}},"
      "\"properties\":{\"x\":{\"$ref\":\"#a\",\"description\":\"two\\nlines\"}},\"additionalProperties\":false}";
  const auto build = Catalog::build({module("alpha", {tool("x", schema)})}, {});
  ASSERT_TRUE(build.catalog) << messages(build);
  for (const Revision revision : {Revision::V2024_11_05, kModern}) {
    const std::string text(build.catalog->composed().texts(revision).tools.first());
    EXPECT_NE(text.find(R"("minimum":1.0)"), std::string::npos) << text;
    EXPECT_NE(text.find(R"("two\nlines")"), std::string::npos);
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
}

TEST(Catalog, AToolWithoutParametersStillListsItsProperties) {
  const auto build = Catalog::build({module("alpha", {tool("x")})}, {});
  const auto list = nlohmann::json::parse(build.catalog->composed().texts(kModern).tools.first());
  EXPECT_EQ(list["tools"][0]["inputSchema"], nlohmann::json({{"type", "object"}, {"properties", nlohmann::json::object()}}));
}

TEST(Catalog, TimeoutsComeFromTheOperatorThenTheToolThenTheGateway) {
  config::Gateway config;
  config.toolTimeout = Milliseconds(111);
  config.modules = {options("alpha", "")};
  config.modules[0].tools["c"].timeout = Milliseconds(333);
  ToolDescriptor own = tool("b"), overruled = tool("c");
  own.timeoutMs = overruled.timeoutMs = 222;
  const auto build = Catalog::build({module("alpha", {tool("a"), own, overruled})}, config);
  EXPECT_EQ(build.catalog->composed().find("a")->timeout, Milliseconds(111));
  EXPECT_EQ(build.catalog->composed().find("b")->timeout, Milliseconds(222));
  EXPECT_EQ(build.catalog->composed().find("c")->timeout, Milliseconds(333));
}

TEST(Catalog, PromptsAndResourcesCollideToo) {
  ModuleDescriptor first = module("alpha", {}), second = module("beta", {});
  first.prompts = second.prompts = {{"p", "", "", {}}};
  first.resources = second.resources = {{"x://y", "y", "", "", "", "", false}};
  config::Gateway config;
  config.modules = {options("alpha", ""), options("beta", "")};
  const auto build = Catalog::build({first, second}, config);
  EXPECT_FALSE(build.catalog);
  EXPECT_NE(messages(build).find("prompt \"p\""), std::string::npos) << messages(build);
  EXPECT_NE(messages(build).find("resource \"x://y\""), std::string::npos) << messages(build);
}

TEST(Catalog, SaysWhichListsDiffer) {
  ModuleDescriptor before = module("alpha", {tool("x")}), after = before;
  after.resources = {{"x://y", "y", "", "", "", "", false}};
  const auto first = Catalog::build({before}, {}).catalog, second = Catalog::build({after}, {}).catalog,
             same = Catalog::build({before}, {}).catalog;
  EXPECT_FALSE(same->toolsDiffer(*first) || same->promptsDiffer(*first) || same->resourcesDiffer(*first));
  EXPECT_TRUE(second->resourcesDiffer(*first));
  EXPECT_FALSE(second->toolsDiffer(*first));
  EXPECT_TRUE(Catalog::build({before, module("beta", {tool("x")})}, {}).catalog->toolsDiffer(*first));
}

TEST(Route, TheNearestNameIsTheOneACallerMeant) {
  const auto build = Catalog::build({module("alpha", {tool("verify"), tool("sign")})}, {});
  EXPECT_EQ(build.catalog->composed().nearestTool("verify"), "alpha_verify");
  EXPECT_EQ(build.catalog->composed().nearestTool("alpha_sgin"), "alpha_sign");
  EXPECT_EQ(build.catalog->moduleRoute("alpha")->nearestTool("alpha_sign"), "sign");
  EXPECT_EQ(build.catalog->composed().nearestTool("something else"), std::nullopt);
}

}  // namespace
}  // namespace certus::gateway
