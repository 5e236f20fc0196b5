#include "tests/fuzz/jsonrpc_catalog.h"

#include <cstdlib>

using namespace certus::gateway;

namespace {

ToolDescriptor tool(const char* name, const char* inputSchema, const char* outputSchema = "") {
  ToolDescriptor descriptor;
  descriptor.name = name;
  descriptor.description = "A tool.";
  descriptor.inputSchema = inputSchema;
  descriptor.outputSchema = outputSchema;
  return descriptor;
}

}  // namespace

std::shared_ptr<const Catalog> fuzzCatalog() {
  ModuleDescriptor lab;
  lab.name = "lab";
  lab.completes = lab.subscribable = lab.logs = true;
  lab.tools = {
      tool("echo", R"({"type":"object"})"),
      tool(
          "strict",
          R"({"type":"object","properties":{"a":{"type":"string","maxLength":4},"n":{"type":"integer"}},"additionalProperties":false})",
          R"({"type":"object","properties":{"a":{"type":"string"}}})"),
      tool("region", R"({"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}})"),
      tool("list", R"({"type":"object"})", R"({"type":"array"})")};
  lab.tools.push_back(tool("ask", R"({"type":"object"})"));
  lab.tools.back().requiredCapabilities = 2;
  lab.prompts = {{"greet", "", "", {{"who", "", "", true}}}};
  lab.resources = {{"lab://static", "static", "", "", "", "", false}, {"lab://item/{id}", "item", "", "", "", "", true}};
  auto build = Catalog::build({lab}, {});
  if (!build.catalog) std::abort();
  return build.catalog;
}
