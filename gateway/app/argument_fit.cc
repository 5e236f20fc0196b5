#include "gateway/app/argument_fit.h"

#include <vector>

#include <nlohmann/json.hpp>

namespace certus::app {
namespace {

using Json = nlohmann::json;
using gateway::CompiledSchema;
using gateway::Violation;

void askForNothing(Json& schema);

void askForNothingIn(Json& parts) {
  if (!parts.is_structured()) return;
  for (Json& part : parts) askForNothing(part);
}

// The schema without what asks for arguments that are not there, or depends on whether they are.
void askForNothing(Json& schema) {
  if (!schema.is_object()) return;
  if (schema.contains("if")) schema.erase("unevaluatedProperties");
  if (schema.contains("oneOf") && !schema.contains("anyOf")) schema["anyOf"] = schema["oneOf"];
  for (const char* keyword : {"required", "dependentRequired", "dependentSchemas", "dependencies", "minProperties", "if",
                              "then", "else", "oneOf", "not", "contains"})
    schema.erase(keyword);
  for (const char* keyword : {"properties", "patternProperties", "$defs", "definitions", "allOf", "anyOf", "prefixItems"}) {
    if (const auto found = schema.find(keyword); found != schema.end()) askForNothingIn(*found);
  }
  for (const char* keyword : {"items", "additionalProperties"}) {
    if (const auto found = schema.find(keyword); found != schema.end()) askForNothing(*found);
  }
}

std::vector<Violation> violationsOf(const CompiledSchema* schema, simdjson::dom::element arguments) {
  std::vector<Violation> out;
  if (schema != nullptr) schema->validate(arguments, &out);
  return out;
}

}  // namespace

std::optional<std::string> ArgumentFit::stated(const rules::CatalogueItem& tool, simdjson::dom::element arguments) {
  const auto [at, added] = stated_.try_emplace(tool.inputSchema);
  if (added) {
    Json schema = Json::parse(tool.inputSchema, nullptr, false);
    askForNothing(schema);
    at->second = CompiledSchema::compile(schema.dump()).value_or(nullptr);
  }
  std::string out;
  for (const Violation& each : violationsOf(at->second.get(), arguments)) out += (out.empty() ? "" : " ") + each.message;
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

std::optional<std::string> ArgumentFit::whole(const rules::CatalogueItem& tool, simdjson::dom::element arguments) {
  const auto [at, added] = whole_.try_emplace(tool.inputSchema);
  if (added) at->second = CompiledSchema::compile(tool.inputSchema).value_or(nullptr);
  std::string out;
  for (const Violation& each : violationsOf(at->second.get(), arguments))
    out += (out.empty() ? "" : ", ") + each.message.substr(0, each.message.find("; "));  // what follows says how to write it
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

}  // namespace certus::app
