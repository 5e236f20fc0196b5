#include "gateway/tools/schema_projection.h"

#include <array>

#include <nlohmann/json.hpp>

namespace certus::gateway {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kSchemaMaps = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"};
constexpr std::array kSchemaLists = {"allOf", "anyOf", "oneOf", "prefixItems"};
constexpr std::array kSchemas = {"items", "not", "if", "then", "else", "contains", "propertyNames"};

Json project(const Json& schema);

Json projectNode(const Json& schema) {
  if (schema.is_boolean()) return schema.get<bool>() ? Json::object() : Json{{"not", Json::object()}};
  return project(schema);
}

Json project(const Json& schema) {
  if (!schema.is_object()) return schema;
  Json result = schema;
  for (const char* keyword : kSchemaMaps) {
    if (!result.contains(keyword) || !result[keyword].is_object()) continue;
    for (auto& child : result[keyword]) child = projectNode(child);
  }
  for (const char* keyword : kSchemaLists) {
    if (!result.contains(keyword) || !result[keyword].is_array()) continue;
    for (auto& child : result[keyword]) child = projectNode(child);
  }
  for (const char* keyword : kSchemas) {
    if (result.contains(keyword)) result[keyword] = projectNode(result[keyword]);
  }
  return result;
}

// "#" and "#/..." pointed at the old root, which is one step down now. "#anchor" still resolves.
void moveReferences(Json& node) {
  if (node.is_object()) {
    if (node.contains("$id")) return;  // a resource of its own: its references start there
    if (const auto ref = node.find("$ref"); ref != node.end() && ref->is_string()) {
      const auto text = ref->get<std::string>();
      if (text == "#" || text.rfind("#/", 0) == 0) *ref = "#/properties/result" + text.substr(1);
    }
  }
  for (auto& child : node) {
    if (child.is_structured()) moveReferences(child);
  }
}

}  // namespace

Json withoutBooleanSchemas(const Json& schema) { return project(schema); }

Json wrappedAsResult(const Json& schema) {
  Json inner = projectNode(schema);
  if (inner.is_structured()) moveReferences(inner);
  Json wrapped = {{"type", "object"}};
  if (inner.is_object() && inner.contains("$schema")) {
    wrapped["$schema"] = inner["$schema"];
    inner.erase("$schema");
  }
  wrapped["properties"] = {{"result", inner}};
  wrapped["required"] = Json::array({"result"});
  return wrapped;
}

}  // namespace certus::gateway
