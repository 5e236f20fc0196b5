// Compiler: the keywords that judge a value by itself (validation vocabulary, section 6).
#include <algorithm>
#include <array>
#include <cmath>

#include "base/nearest_word.h"
#include "gateway/schema/compiler.h"

namespace certus::gateway::schema {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kComparedInTurn = 8;  // allowed values; beyond it they are hashed

struct TypeName {
  std::string_view name;
  KindMask kinds;
};
constexpr std::array<TypeName, 7> kTypes = {TypeName{"null", 1},   TypeName{"boolean", 2}, TypeName{"object", 4},
                                            TypeName{"array", 8},  TypeName{"string", 16}, TypeName{"integer", 32},
                                            TypeName{"number", 96}};

KindMask kindsNamed(std::string_view name) {
  for (const TypeName& type : kTypes) {
    if (type.name == name) return type.kinds;
  }
  return 0;
}

std::string notAType(std::string_view name) {
  std::vector<std::string> known;
  for (const TypeName& type : kTypes) known.emplace_back(type.name);
  std::string text = "\"" + std::string(name.substr(0, 40)) + "\" is not a type";
  if (const auto near = nearestWord(name, known)) return text + "; did you mean \"" + *near + "\"?";
  return text + " (null, boolean, object, array, string, integer, number)";
}

}  // namespace

Result<void> Compiler::type(const Work& work) {
  std::string_view name;
  KindMask kinds = 0;
  if (work.value.get(name) == simdjson::SUCCESS) {
    kinds = kindsNamed(name);
    if (kinds == 0) return wrong(work, notAType(name));
    node(work.id).kinds = kinds;
    return {};
  }
  dom::array names;
  if (work.value.get(names) != simdjson::SUCCESS || names.size() == 0)
    return wrong(work, "a type is a name or a list of names");
  for (const auto item : names) {
    if (item.get(name) != simdjson::SUCCESS) return wrong(work, "a type is a name or a list of names");
    if (kindsNamed(name) == 0) return wrong(work, notAType(name));
    kinds |= kindsNamed(name);
  }
  node(work.id).kinds = kinds;
  return {};
}

Result<void> Compiler::allowedValues(const Work& work) {
  auto allowed = std::make_unique<AllowedValues>();
  allowed->isConst = work.keyword == "const";
  dom::array values;
  if (allowed->isConst) {
    allowed->values.push_back(Instance::of(work.value));
  } else if (work.value.get(values) != simdjson::SUCCESS) {
    return wrong(work, "\"enum\" is a list of values");
  } else {
    for (const auto value : values) allowed->values.push_back(Instance::of(value));
  }
  if (allowed->values.size() > kComparedInTurn) {
    Budget unlimited(SIZE_MAX);
    for (std::uint32_t i = 0; i < allowed->values.size(); ++i)
      allowed->byHash.emplace_back(hashOf(allowed->values[i], unlimited), i);
    std::sort(allowed->byHash.begin(), allowed->byHash.end());
  }
  (allowed->isConst ? node(work.id).constant : node(work.id).enumeration) = std::move(allowed);
  return {};
}

Result<void> Compiler::numberBound(const Work& work) {
  if (!work.value.is_number()) return wrong(work, "\"" + std::string(work.keyword) + "\" is a number");
  const Number bound = Number::of(work.value);
  NumberRules& rules = numbers(work.id);
  if (work.keyword == "minimum") rules.minimum = bound;
  if (work.keyword == "maximum") rules.maximum = bound;
  if (work.keyword == "exclusiveMinimum") rules.exclusiveMinimum = bound;
  if (work.keyword == "exclusiveMaximum") rules.exclusiveMaximum = bound;
  if (work.keyword == "multipleOf") {
    if (compare(bound, Number::of(std::int64_t{0})) <= 0) return wrong(work, "\"multipleOf\" is greater than 0");
    rules.multipleOf = bound;
  }
  return {};
}

Result<void> Compiler::count(const Work& work) {
  const std::string_view word = work.keyword;
  const bool usable = work.value.is_number() && isIntegral(Number::of(work.value)) &&
                      compare(Number::of(work.value), Number::of(std::int64_t{0})) >= 0;
  if (!usable) return wrong(work, "\"" + std::string(word) + "\" is a whole number, 0 or more");
  const Number number = Number::of(work.value);
  constexpr double kBeyondAnyCount = 9e18;
  std::uint64_t value = number.asUnsigned;  // for Signed too: it is not negative
  if (number.kind == Number::Kind::Real)
    value = number.asReal > kBeyondAnyCount ? kNoMaximum : static_cast<std::uint64_t>(number.asReal);
  if (word == "minLength") strings(work.id).minLength = value;
  if (word == "maxLength") strings(work.id).maxLength = value;
  if (word == "minItems") arrays(work.id).minItems = value;
  if (word == "maxItems") arrays(work.id).maxItems = value;
  if (word == "minContains") arrays(work.id).minContains = value;
  if (word == "maxContains") arrays(work.id).maxContains = value;
  if (word == "minProperties") objects(work.id).minProperties = value;
  if (word == "maxProperties") objects(work.id).maxProperties = value;
  return {};
}

Result<void> Compiler::pattern(const Work& work) {
  std::string_view text;
  if (work.value.get(text) != simdjson::SUCCESS) return wrong(work, "a pattern is a regular expression in a string");
  auto compiled = Pattern::compile(text);
  if (!compiled) {
    return wrong(work, "the pattern `" + std::string(text.substr(0, 120)) + "` cannot be used: " + compiled.error().message);
  }
  strings(work.id).pattern = std::move(*compiled);
  return {};
}

Result<void> Compiler::uniqueItems(const Work& work) {
  bool unique = false;
  if (work.value.get(unique) != simdjson::SUCCESS) return wrong(work, "\"uniqueItems\" is true or false");
  arrays(work.id).unique = unique;
  return {};
}

}  // namespace certus::gateway::schema
