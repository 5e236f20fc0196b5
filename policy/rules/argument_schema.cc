#include "policy/rules/argument_schema.h"

#include <algorithm>

#include "base/nearest_word.h"
#include "policy/rules/value_check.h"

namespace certus::rules {
namespace {

using Json = nlohmann::json;

constexpr int kBudget = 500;
constexpr std::size_t kMostPaths = 200;
constexpr int kMostDepth = 4;

bool mayBe(const Json& schema, const char* type) {
  const auto found = schema.find("type");
  if (found == schema.end()) return true;
  if (found->is_string()) return *found == type;
  return std::find(found->begin(), found->end(), type) != found->end();
}

}  // namespace

ArgumentSchema::ArgumentSchema(const std::string& json) : root_(Json::parse(json, nullptr, false)) {
  if (!root_.is_object()) root_ = true;
}

const ArgumentSchema::Json* ArgumentSchema::resolve(const std::string& reference) const {
  if (!reference.starts_with('#')) return nullptr;
  try {
    const Json::json_pointer pointer(reference.substr(1));
    return root_.contains(pointer) ? &root_.at(pointer) : nullptr;
  } catch (const Json::exception&) {
    return nullptr;
  }
}

// The schema itself where it says something, and whatever it is put together from.
void ArgumentSchema::expand(const Json& schema, Schemas& out, int& budget) const {
  if (--budget < 0) return;
  if (!schema.is_object()) return out.push_back(&schema);
  bool composed = false;
  if (const auto ref = schema.find("$ref"); ref != schema.end() && ref->is_string()) {
    static const Json anything = true;
    const Json* target = resolve(ref->get<std::string>());
    expand(target ? *target : anything, out, budget);
    composed = true;
  }
  for (const char* combinator : {"allOf", "anyOf", "oneOf"}) {
    const auto parts = schema.find(combinator);
    if (parts == schema.end() || !parts->is_array()) continue;
    for (const Json& part : *parts) expand(part, out, budget);
    composed = true;
  }
  for (const char* branch : {"then", "else"}) {
    if (const auto part = schema.find(branch); part != schema.end()) expand(*part, out, budget);
  }
  const bool says = schema.contains("type") || schema.contains("properties") || schema.contains("enum") ||
                    schema.contains("const") || schema.contains("items") || schema.contains("additionalProperties");
  if (says || !composed) out.push_back(&schema);
}

void ArgumentSchema::enter(const Json& schema, const PathStep& step, Spot& out) const {
  int budget = kBudget;
  const auto add = [&](const Json& inner) { expand(inner, out.schemas, budget); };
  if (schema.is_boolean()) {
    out.open = out.open || schema.get<bool>();
    return;
  }
  if (!mayBe(schema, step.everyItem ? "array" : "object")) return;
  if (step.everyItem) {
    const auto items = schema.find("items"), first = schema.find("prefixItems");
    if (first != schema.end() && first->is_array()) {
      for (const Json& item : *first) add(item);
    }
    if (items != schema.end()) return add(*items);
    out.open = out.open || first == schema.end();
    return;
  }
  const auto properties = schema.find("properties"), rest = schema.find("additionalProperties");
  const bool named = properties != schema.end() && properties->is_object();
  if (named && properties->contains(step.member)) return add(properties->at(step.member));
  if (rest != schema.end()) {
    if (rest->is_object()) add(*rest);
    out.open = out.open || (rest->is_boolean() && rest->get<bool>());
    return;
  }
  // Silence allows any name, but beside listed names it is far likelier that one is misspelt.
  out.open = out.open || !named || schema.contains("patternProperties");
}

ArgumentSchema::Spot ArgumentSchema::find(const ArgumentPath& path) const {
  Spot spot;
  int budget = kBudget;
  expand(root_, spot.schemas, budget);
  for (const PathStep& step : path) {
    Spot next;
    for (const Json* schema : spot.schemas) enter(*schema, step, next);
    if (next.open) return next;
    spot = std::move(next);
    if (spot.schemas.empty()) return spot;
  }
  for (const Json* schema : spot.schemas) spot.open = spot.open || (schema->is_boolean() && schema->get<bool>());
  return spot;
}

bool ArgumentSchema::isRequired(const ArgumentPath& path) const {
  if (path.size() != 1) return false;
  const auto required = root_.find("required");
  return required != root_.end() && required->is_array() &&
         std::find(required->begin(), required->end(), path[0].member) != required->end();
}

ArgumentSchema::Complaints ArgumentSchema::check(const Condition& condition) const {
  const Spot spot = find(condition.path());
  if (spot.open) return {};
  if (spot.schemas.empty()) {
    const auto known = paths();
    const auto nearest = nearestWord(condition.pathText(), known);
    std::string message = "no such argument";
    if (nearest) {
      message += "; did you mean " + *nearest + "?";
    } else if (known.empty()) {
      message += "; it takes none";
    } else {
      message += "; it takes ";
      for (std::size_t i = 0; i < known.size() && i < 12; ++i) message += (i == 0 ? "" : ", ") + known[i];
    }
    return {{"", message}};
  }
  if (condition.present() == false && isRequired(condition.path()))
    return {{"present", "the tool requires this argument, so it is never left out"}};
  return checkValues(condition, spot.schemas);
}

void ArgumentSchema::collect(const Json& schema, const std::string& prefix, int depth, std::vector<std::string>& out) const {
  Schemas schemas;
  int budget = kBudget;
  expand(schema, schemas, budget);
  for (const Json* each : schemas) {
    const auto properties = each->is_object() ? each->find("properties") : each->end();
    if (each->is_object() && properties != each->end() && properties->is_object()) {
      for (const auto& [name, inner] : properties->items()) {
        if (out.size() >= kMostPaths) return;
        out.push_back(prefix + memberText(name));
        if (depth < kMostDepth) collect(inner, out.back() + ".", depth + 1, out);
      }
    }
    if (each->is_object() && each->contains("items") && depth < kMostDepth && !prefix.empty())
      collect(each->at("items"), prefix.substr(0, prefix.size() - 1) + "[].", depth + 1, out);
  }
}

std::vector<std::string> ArgumentSchema::paths() const {
  std::vector<std::string> out;
  collect(root_, "", 1, out);
  return out;
}

}  // namespace certus::rules
