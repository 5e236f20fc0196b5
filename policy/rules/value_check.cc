#include "policy/rules/value_check.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <span>

#include "base/nearest_word.h"

namespace certus::rules {
namespace {

using Json = nlohmann::json;
using Schemas = std::vector<const Json*>;

bool typeAllows(const Json& schema, std::string_view type) {
  const auto found = schema.find("type");
  if (found == schema.end()) return true;
  const auto fits = [&](const Json& said) { return said == type || (said == "number" && type == "integer"); };
  return found->is_array() ? std::any_of(found->begin(), found->end(), fits) : fits(*found);
}

std::string typesOf(const Schemas& schemas) {  // each of which names its type
  std::string out;
  for (const Json* schema : schemas) {
    const auto found = schema->find("type");
    for (const Json& type : found->is_array() ? *found : Json::array({*found})) {
      if (type.is_string() && out.find(type.get<std::string>()) == out.npos)
        out += (out.empty() ? "" : " or ") + type.get<std::string>();
    }
  }
  return out.empty() ? "something else" : out;
}

std::vector<std::string> valuesOf(const Schemas& schemas) {
  std::vector<std::string> out;
  for (const Json* schema : schemas) {
    if (const auto one = schema->find("const"); one != schema->end()) out.push_back(one->dump());
    if (const auto list = schema->find("enum"); list != schema->end() && list->is_array()) {
      for (const Json& value : *list) out.push_back(value.dump());
    }
  }
  return out;
}

std::string_view typeOf(const Literal& literal) {
  if (literal.kind == Literal::Kind::Text) return "string";
  if (literal.kind == Literal::Kind::Switch) return "boolean";
  return std::floor(literal.number) == literal.number ? "integer" : "number";
}

std::optional<long double> numberAt(const Json& schema, const char* keyword) {
  const auto found = schema.find(keyword);
  if (found == schema.end() || !found->is_number()) return std::nullopt;
  return Literal::of(found->dump())->number;
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool listAllows(const Json& schema, const Literal& literal) {
  const Schemas one = {&schema};
  const auto values = valuesOf(one);
  if (values.empty()) return true;
  return std::any_of(values.begin(), values.end(), [&](const std::string& json) {
    const auto value = Literal::of(json);
    return value && value->kind == literal.kind && value->text == literal.text && value->number == literal.number &&
           value->truth == literal.truth;
  });
}

bool isMultiple(long double value, long double of) {
  if (of <= 0) return true;
  const long double times = value / of;
  return std::fabs(times - std::round(times)) <= 1e-9L * std::max(1.0L, std::fabs(times));  // 0.3 is 3 times 0.1
}

struct Keyword {
  const char* name;
  bool (*allows)(long double value, long double said);
};
constexpr Keyword kOfNumbers[] = {{"minimum", [](long double value, long double said) { return value >= said; }},
                                  {"maximum", [](long double value, long double said) { return value <= said; }},
                                  {"exclusiveMinimum", [](long double value, long double said) { return value > said; }},
                                  {"exclusiveMaximum", [](long double value, long double said) { return value < said; }},
                                  {"multipleOf", isMultiple}};
constexpr Keyword kOfLengths[] = {{"minLength", [](long double value, long double said) { return value >= said; }},
                                  {"maxLength", [](long double value, long double said) { return value <= said; }}};

bool keywordsAllow(const Json& schema, std::span<const Keyword> keywords, long double value) {
  return std::all_of(keywords.begin(), keywords.end(), [&](const Keyword& keyword) {
    const auto said = numberAt(schema, keyword.name);
    return !said || keyword.allows(value, *said);
  });
}

// A pattern of JSON Schema may match anywhere; one that is not of RE2's syntax is taken to allow all.
bool formAllows(const Json& schema, const Literal& literal) {
  const auto found = schema.find("pattern");
  if (literal.kind != Literal::Kind::Text || found == schema.end() || !found->is_string()) return true;
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 form(found->get<std::string>(), options);
  return !form.ok() || RE2::PartialMatch(literal.text, form);
}

bool sizeAllows(const Json& schema, const Literal& literal) {
  if (literal.kind == Literal::Kind::Number) return keywordsAllow(schema, kOfNumbers, literal.number);
  if (literal.kind != Literal::Kind::Text) return true;
  return keywordsAllow(schema, kOfLengths, static_cast<long double>(characters(literal.text)));
}

bool anyOf(const Schemas& schemas, const std::function<bool(const Json&)>& allows) {
  return std::any_of(schemas.begin(), schemas.end(), [&](const Json* s) { return !s->is_object() || allows(*s); });
}

std::string whyNever(const Literal& literal, const Schemas& schemas) {
  if (!anyOf(schemas, [&](const Json& s) { return typeAllows(s, typeOf(literal)); })) {
    std::string message = literal.json + " can never come: the argument is " + typesOf(schemas);
    if (literal.kind == Literal::Kind::Number && typesOf(schemas) == "string")
      message += "; put it in quotes: '" + literal.json + "'";
    return message;
  }
  if (!anyOf(schemas, [&](const Json& s) { return listAllows(s, literal); })) {
    const auto values = valuesOf(schemas);
    const auto nearest = nearestWord(literal.json, values);
    std::string message = literal.json + " can never come: the argument is one of ";
    for (std::size_t i = 0; i < values.size() && i < 12; ++i) message += (i == 0 ? "" : ", ") + values[i];
    return message + (nearest ? "; did you mean " + *nearest + "?" : "");
  }
  if (!anyOf(schemas, [&](const Json& s) { return formAllows(s, literal); }))
    return literal.json + " can never come: it is not of the form that the tool's schema gives for it";
  return literal.json + " can never come: it is outside the bounds of the tool's schema";
}

bool mayCome(const Literal& literal, const Schemas& schemas) {
  return anyOf(schemas, [&](const Json& s) {
    return typeAllows(s, typeOf(literal)) && listAllows(s, literal) && sizeAllows(s, literal) && formAllows(s, literal);
  });
}

bool patternMayMatch(const RE2& pattern, const Schemas& schemas) {
  return anyOf(schemas, [&](const Json& s) {
    const Schemas one = {&s};
    const auto values = valuesOf(one);
    return values.empty() || std::any_of(values.begin(), values.end(), [&](const std::string& json) {
             const auto value = Literal::of(json);
             return value && value->kind == Literal::Kind::Text && RE2::FullMatch(value->text, pattern);
           });
  });
}

constexpr long double kEndless = std::numeric_limits<long double>::infinity();

// Distance between the numbers that the schema allows, where they are whole. 0: there are others.
long double stepOf(const Json& schema) {
  const auto multiple = numberAt(schema, "multipleOf");
  if (multiple && *multiple > 0 && std::floor(*multiple) == *multiple) return *multiple;
  return typeAllows(schema, "number") ? 0 : 1;
}

// Whether some number from `least` to `most` fits the schema.
bool takesNumberWithin(const Json& schema, long double least, long double most) {
  if (!typeAllows(schema, "integer")) return false;  // takes no number at all
  const Schemas one = {&schema};
  if (const auto values = valuesOf(one); !values.empty()) {
    return std::any_of(values.begin(), values.end(), [&](const std::string& json) {
      const auto value = Literal::of(json);
      return value && value->kind == Literal::Kind::Number && value->number >= least && value->number <= most;
    });
  }
  for (const char* keyword : {"minimum", "exclusiveMinimum"})
    least = std::max(least, numberAt(schema, keyword).value_or(least));
  for (const char* keyword : {"maximum", "exclusiveMaximum"})
    most = std::min(most, numberAt(schema, keyword).value_or(most));
  const long double step = stepOf(schema);
  if (step == 0) return least < most || (least == most && keywordsAllow(schema, kOfNumbers, least));
  if (std::isinf(least)) return true;
  const long double first = std::ceil(least / step) * step;
  const auto fits = [&](long double number) { return number <= most && keywordsAllow(schema, kOfNumbers, number); };
  return fits(first) || fits(first + step);  // the first may be the excluded minimum
}

}  // namespace

std::vector<std::pair<std::string, std::string>> checkValues(const Condition& condition, const Schemas& schemas) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto& literals = condition.literals();
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (mayCome(literals[i], schemas)) continue;
    out.emplace_back(literals.size() == 1 ? "equals" : "one_of[" + std::to_string(i) + "]", whyNever(literals[i], schemas));
  }
  const auto wrongType = [&](const char* type) {
    return !anyOf(schemas, [&](const Json& s) { return typeAllows(s, type); });
  };
  if (condition.pattern() && wrongType("string")) {
    out.emplace_back("pattern", "a pattern is for texts, and the argument is " + typesOf(schemas));
  } else if (condition.pattern() && !patternMayMatch(*condition.pattern(), schemas)) {
    out.emplace_back("pattern", "matches none of the values that the tool takes");
  }
  if ((condition.atLeast() || condition.atMost()) && wrongType("integer")) {  // a number may be an integer
    out.emplace_back(condition.atLeast() ? "at_least" : "at_most",
                     "a bound is for numbers, and the argument is " + typesOf(schemas));
    return out;
  }
  const auto mayHold = [&](const std::optional<Literal>& least, const std::optional<Literal>& most) {
    const long double from = least ? least->number : -kEndless, to = most ? most->number : kEndless;
    return anyOf(schemas, [&](const Json& s) { return takesNumberWithin(s, from, to); });
  };
  const auto& least = condition.atLeast();
  const auto& most = condition.atMost();
  if (least && !mayHold(least, std::nullopt)) {
    out.emplace_back("at_least", least->json + " is above what the tool takes, so no call can match");
  } else if (most && !mayHold(std::nullopt, most)) {
    out.emplace_back("at_most", most->json + " is below what the tool takes, so no call can match");
  } else if (least && most && !mayHold(least, most)) {
    out.emplace_back("at_least", "no number that the tool takes is from " + least->json + " to " + most->json);
  }
  return out;
}

}  // namespace certus::rules
