#include "config/json_schema.h"

#include <nlohmann/json.hpp>

#include "config/scalar.h"

namespace certus::config {
namespace {

using Json = nlohmann::ordered_json;

Json objectOf(const Shape& shape);

Json defaultOf(const Field& field) {
  switch (looksLike(field.fallback)) {
    case Looks::Integer: return *parseInteger(field.fallback);
    case Looks::Decimal: return std::stod(field.fallback);
    case Looks::Switch: return field.fallback == "true";
    default: break;
  }
  if (field.fallback.starts_with('"') || field.kind == Kind::List || field.kind == Kind::Free)
    return Json::parse(field.fallback);
  return field.fallback;
}

Json seconds(std::int64_t milliseconds) {
  if (milliseconds % 1000 == 0) return milliseconds / 1000;
  return static_cast<double>(milliseconds) / 1000;
}

Json text(const Field& field) {
  Json out = {{"type", "string"}};
  if (!field.pattern.empty()) out["pattern"] = field.pattern;
  return out;
}

Json typeOf(const Field& field) {
  switch (field.kind) {
    case Kind::Text: return text(field);
    case Kind::Integer: return {{"type", "integer"}, {"minimum", field.least}, {"maximum", field.most}};
    case Kind::Seconds: return {{"type", "number"}, {"minimum", seconds(field.least)}, {"maximum", seconds(field.most)}};
    case Kind::Switch: return {{"type", "boolean"}};
    case Kind::Word: return {{"enum", field.words}};
    case Kind::List: {
      Json out = {{"type", "array"}, {"items", text(field)}};
      if (field.empty == Empty::Refused) out["minItems"] = 1;
      return out;
    }
    case Kind::Section: return objectOf(*field.shape);
    case Kind::Free: return {{"type", "object"}};
    case Kind::Literal: return {{"type", {"string", "number", "boolean"}}};
    case Kind::Literals: return {{"type", "array"}, {"minItems", 1}, {"items", {{"type", {"string", "number", "boolean"}}}}};
    case Kind::Named: break;
  }
  Json out = {{"type", {"object", "null"}},
              {"propertyNames", {{"pattern", field.shape->namePattern}}},
              {"additionalProperties", objectOf(*field.shape)}};
  if (field.empty != Empty::LeftOut) out["type"] = "object";
  if (field.empty == Empty::Refused) out["minProperties"] = 1;
  return out;
}

Json objectOf(const Shape& shape) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Field& field : shape.fields) {
    Json type = typeOf(field);
    type["description"] = field.doc;
    const bool example = field.required || (field.kind == Kind::Text && !field.fallback.starts_with('"'));
    if (!field.fallback.empty() && !example) type["default"] = defaultOf(field);
    properties[field.key] = std::move(type);
    if (field.required) required.push_back(field.key);
  }
  Json out = {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) {
    out["required"] = std::move(required);
  } else if (!shape.neverBlank) {
    out["type"] = {"object", "null"};
  }
  if (shape.word.empty()) return out;
  return {{"oneOf", Json::array({Json{{"const", shape.word}, {"description", shape.wordDoc}}, std::move(out)})}};
}

}  // namespace

std::string jsonSchema(const Shape& shape, const std::string& title) {
  Json out = {{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title}};
  out.update(objectOf(shape));
  return out.dump(2) + "\n";
}

}  // namespace certus::config
