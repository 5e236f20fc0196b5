#include "gateway/schema/explain.h"

#include <array>
#include <utility>

#include "base/nearest_word.h"
#include "gateway/schema/quote.h"
#include "gateway/schema/uri.h"

namespace certus::gateway::schema {
namespace {

constexpr std::size_t kMaxPointer = 256;  // bytes of a path that are shown
constexpr std::size_t kMaxListed = 12;    // names or values listed in one message

constexpr std::array<std::pair<KindMask, std::string_view>, 7> kKindNames = {{{4, "an object"},
                                                                              {8, "an array"},
                                                                              {16, "a string"},
                                                                              {96, "a number"},
                                                                              {32, "an integer"},
                                                                              {2, "true or false"},
                                                                              {1, "null"}}};

std::string kindsText(KindMask kinds) {
  std::string text;
  for (const auto& [mask, name] : kKindNames) {
    const bool partOfNumber = mask == 32 && (kinds & 96) == 96;
    if ((kinds & mask) != mask || partOfNumber) continue;
    text += (text.empty() ? "" : " or ") + std::string(name);
  }
  return text;
}

std::string gotText(const Instance& got) {
  if (got.kind == Kind::Object) return "; got an object";
  if (got.kind == Kind::Array) return "; got an array";
  return "; got " + quoteValue(got);
}

// ", for example 10": what the schema itself offers as right.
std::string exampleText(const Node& node) {
  simdjson::dom::element value;
  if (node.source["examples"].at(0).get(value) == simdjson::SUCCESS) return ", for example " + quoteExample(value);
  if (node.source["default"].get(value) == simdjson::SUCCESS) return ", for example " + quoteExample(value);
  if (node.source["const"].get(value) == simdjson::SUCCESS) return ", for example " + quoteExample(value);
  if (node.source["enum"].at(0).get(value) == simdjson::SUCCESS) return ", for example " + quoteExample(value);
  return {};
}

std::string plural(std::uint64_t count, std::string_view word) {
  return std::to_string(count) + " " + std::string(word) + (count == 1 ? "" : "s");
}

// "at least 2 items", "between 1 and 3 items", "exactly 64 characters".
std::string rangeText(std::uint64_t least, std::uint64_t most, std::string_view word) {
  if (most == 0) return "no " + std::string(word) + "s";
  if (least == most) return "exactly " + plural(least, word);
  if (most == kNoMaximum) return "at least " + plural(least, word);
  if (least == 0) return "at most " + plural(most, word);
  return "between " + std::to_string(least) + " and " + plural(most, word);
}

std::string didYouMean(std::string_view word, const std::vector<std::string>& known, char quote) {
  if (word.size() > 100) return {};
  const auto near = nearestWord(word, known);
  return near ? "; did you mean " + (quote + *near) + quote + "?" : std::string{};
}

}  // namespace

std::string pointerOf(const Path& path) {
  std::string text;
  for (const Path* at = &path; at->parent != nullptr; at = at->parent) {
    text.insert(0, "/" + (at->isIndex ? std::to_string(at->index) : escapedToken(cutShort(at->name, kMaxPointer))));
  }
  return text;
}

std::string subjectOf(const Path& path) {
  if (path.parent == nullptr) return "the value";
  std::string text;
  for (const Path* at = &path; at->parent != nullptr; at = at->parent) {
    const char* const joint = text.empty() || text[0] == '[' ? "" : ".";
    text.insert(0, (at->isIndex ? "[" + std::to_string(at->index) + "]" : cutShort(at->name, 80)) + joint);
  }
  return "`" + cutShort(text, kMaxPointer) + "`";
}

std::string explainType(const Node& node, const Instance& got, const Path& path) {
  std::string text = subjectOf(path) + " must be " + kindsText(node.kinds) + exampleText(node) + gotText(got);
  const bool wantsNumber = (node.kinds & (maskOf(Kind::Integer) | maskOf(Kind::Fraction))) != 0;
  if (got.kind == Kind::String && wantsNumber && got.text.size() < 30 && isJsonNumber(got.text)) {
    text += "; write " + std::string(got.text) + " without quotes";
  }
  return text;
}

std::string explainValues(const AllowedValues& allowed, const Node&, const Instance& got, const Path& path) {
  std::string text = subjectOf(path) + " must be " + (allowed.values.size() > 1 ? "one of " : "");
  std::vector<std::string> words;
  for (std::size_t i = 0; i < allowed.values.size(); ++i) {
    if (i < kMaxListed) text += (i == 0 ? "" : ", ") + quoteValue(allowed.values[i]);
    if (allowed.values[i].kind == Kind::String && words.size() < 1000) words.emplace_back(allowed.values[i].text);
  }
  if (allowed.values.empty()) text += "(nothing is allowed)";
  if (allowed.values.size() > kMaxListed) text += " and " + std::to_string(allowed.values.size() - kMaxListed) + " more";
  text += gotText(got);
  return got.kind == Kind::String ? text + didYouMean(got.text, words, '"') : text;
}

std::string explainLength(const Node& node, std::size_t length, const Path& path) {
  return subjectOf(path) + " must have " + rangeText(node.strings->minLength, node.strings->maxLength, "character") +
         exampleText(node) + "; got " + std::to_string(length);
}

std::string explainPattern(const Node& node, const Instance& got, const Path& path) {
  return subjectOf(path) + " must match " + cutShort(node.strings->pattern->source(), 160) + exampleText(node) +
         gotText(got);
}

std::string explainNumber(std::string_view rule, Number bound, const Node& node, const Instance& got, const Path& path) {
  std::string text = subjectOf(path) + " must be ";
  if (rule == "minimum") text += "at least ";
  if (rule == "maximum") text += "at most ";
  if (rule == "exclusiveMinimum") text += "greater than ";
  if (rule == "exclusiveMaximum") text += "less than ";
  if (rule == "multipleOf") text += "a multiple of ";
  return text + toText(bound) + exampleText(node) + gotText(got);
}

std::string explainMemberCount(const ObjectRules& rules, std::size_t size, const Path& path) {
  return subjectOf(path) + " must have " + rangeText(rules.minProperties, rules.maxProperties, "member") + "; got " +
         std::to_string(size);
}

std::string explainMissing(const Node* property, const Path& path) {
  std::string text = subjectOf(path) + " is required but missing; add it";
  if (property == nullptr || property->verdict != Verdict::ByRules) return text;
  if (property->kinds != kAnyKind) text += " as " + kindsText(property->kinds);
  text += exampleText(*property);
  std::string_view description;
  if (property->source["description"].get(description) == simdjson::SUCCESS) text += " (" + cutShort(description, 160) + ")";
  return text;
}

std::string explainUnknownMember(const ObjectRules& rules, const Path& path) {
  std::vector<std::string> known;
  std::string listed;
  for (const std::string_view name : rules.properties.names()) {
    if (known.size() < kMaxListed) listed += (listed.empty() ? "`" : ", `") + cutShort(name, 80) + "`";
    known.emplace_back(name);
  }
  if (known.size() > kMaxListed) listed += " and " + std::to_string(known.size() - kMaxListed) + " more";
  std::string text = subjectOf(path) + " is not known here" + didYouMean(path.name, known, '`');
  return known.empty() ? text + "; leave it out" : text + " Known: " + listed;
}

std::string explainName(const Node& rule, std::string_view name) {
  std::string text = "the member name " + quoteText(name) + " is not allowed";
  if (rule.strings && rule.strings->pattern) text += "; a name must match " + cutShort(rule.strings->pattern->source(), 160);
  if (rule.strings && (rule.strings->minLength > 0 || rule.strings->maxLength != kNoMaximum)) {
    text += "; a name must have " + rangeText(rule.strings->minLength, rule.strings->maxLength, "character");
  }
  return text;
}

std::string explainDependent(std::string_view trigger, std::string_view missing, const Path& path) {
  const Path absent{&path, missing, 0, false, path.depth + 1};
  return subjectOf(absent) + " is required because `" + cutShort(trigger, 80) + "` is given; add it or leave out both";
}

std::string explainItemCount(const ArrayRules& rules, std::size_t size, const Path& path) {
  return subjectOf(path) + " must have " + rangeText(rules.minItems, rules.maxItems, "item") + "; got " +
         std::to_string(size);
}

std::string explainContains(const ArrayRules& rules, std::uint64_t matches, const Path& path) {
  return subjectOf(path) + " must hold " + rangeText(rules.minContains, rules.maxContains, "item") +
         " of the described kind; found " + std::to_string(matches);
}

std::string explainRepeated(std::size_t first, std::size_t second, const Instance& item, const Path& path) {
  return subjectOf(path) + " must not repeat an item; " + std::to_string(first) + " and " + std::to_string(second) +
         " are both " + quoteValue(item);
}

std::string explainNegated(const Node& node, const Instance& got, const Path& path) {
  return subjectOf(path) + " must not be what \"not\" describes" + exampleText(node) + gotText(got);
}

std::string explainNoBranch(const std::string& reasons, std::size_t branches, const Path& path) {
  std::string text = subjectOf(path) + " fits none of the " + std::to_string(branches) + " allowed forms";
  return reasons.empty() ? text : text + ": " + cutShort(reasons, 800);
}

std::string explainManyBranches(std::size_t matches, std::size_t branches, const Path& path) {
  return subjectOf(path) + " must fit exactly one of the " + std::to_string(branches) + " allowed forms; it fits " +
         std::to_string(matches) + ", so leave out what belongs to the others";
}

}  // namespace certus::gateway::schema
