#include "gateway/tools/schema_portability.h"

#include <array>
#include <string>

#include <nlohmann/json.hpp>

namespace certus::gateway {
namespace {

using Json = nlohmann::ordered_json;

// Keywords whose value is one schema, a list of schemas, or a map of schemas.
constexpr std::array kSchemas = {"items",
                                 "additionalProperties",
                                 "not",
                                 "if",
                                 "then",
                                 "else",
                                 "contains",
                                 "propertyNames",
                                 "unevaluatedItems",
                                 "unevaluatedProperties",
                                 "prefixItems",
                                 "allOf",
                                 "anyOf",
                                 "oneOf"};
constexpr std::array kSchemaMaps = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"};

Result<void> checkNode(const Json& node, const std::string& place) {
  if (!node.is_object()) return {};
  const auto type = node.find("type");
  if (type != node.end() && type->is_array()) {
    return fail(ErrorCode::InvalidArgument,
                place + ": \"type\" is a list; give one type per schema (clients and model APIs refuse lists)");
  }
  if (type != node.end() && *type == "array" && !node.contains("items")) {
    return fail(ErrorCode::InvalidArgument,
                place + ": an array needs \"items\" (one client refuses every request that holds such a tool)");
  }
  for (const char* keyword : kSchemas) {
    const auto found = node.find(keyword);
    if (found == node.end()) continue;
    const std::string inner = place + '/' + keyword;
    if (found->is_array()) {
      for (std::size_t i = 0; i < found->size(); ++i) {
        if (auto ok = checkNode((*found)[i], inner + '/' + std::to_string(i)); !ok) return ok;
      }
    } else if (auto ok = checkNode(*found, inner); !ok) {
      return ok;
    }
  }
  for (const char* keyword : kSchemaMaps) {
    const auto found = node.find(keyword);
    if (found == node.end() || !found->is_object()) continue;
    for (const auto& [name, child] : found->items()) {
      if (auto ok = checkNode(child, place + '/' + keyword + '/' + name); !ok) return ok;
    }
  }
  return {};
}

}  // namespace

Result<void> checkPortability(const Json& schema) {
  if (!schema.is_object() || schema.value("type", Json()) != "object") {
    return fail(ErrorCode::InvalidArgument, "#: the root must say \"type\": \"object\"; arguments are always an object");
  }
  return checkNode(schema, "#");
}

std::string portabilityWarning(const Json& schema) {
  for (const char* keyword : {"oneOf", "anyOf", "allOf"}) {
    if (!schema.contains(keyword)) continue;
    return std::string("#: \"") + keyword +
           "\" at the root makes some clients hide the tool; state the rule per property, or check it in the module";
  }
  return {};
}

}  // namespace certus::gateway
