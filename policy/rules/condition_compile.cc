// Condition::compile and wish: what needs no argument to be wrong, and how a condition reads.
#include "policy/rules/condition.h"

#include <algorithm>
#include <cstdio>

namespace certus::rules {
namespace {

constexpr std::size_t kMostPattern = 1000;
constexpr std::int64_t kPatternMemory = 1 << 20;

bool hasSyntax(const std::string& pattern) { return pattern.find_first_of("\\^$.|?*+()[]{}") != std::string::npos; }

std::string listed(const std::vector<Literal>& literals) {
  constexpr std::size_t kMost = 12;
  std::string out;
  for (std::size_t i = 0; i < literals.size() && i < kMost; ++i) out += (i == 0 ? "" : ", ") + literals[i].json;
  return literals.size() > kMost ? out + ", ..." : out;
}

}  // namespace

std::optional<Condition> Condition::compile(const ConditionSource& source, const Report& report) {
  Condition out;
  out.pathText_ = source.path;
  const auto path = parseArgumentPath(source.path);
  if (!path) {
    report("", *checkArgumentPath(source.path));
    return std::nullopt;
  }
  out.path_ = *path;
  out.present_ = source.present;
  bool right = out.readValues(source, report);
  right = out.readPattern(source.pattern, report) && right;
  right = out.readBounds(source, report) && right;
  const bool tests = out.comparesValue();
  if (right && !tests && !out.present_) {
    report("", "says nothing about the argument; write equals, one_of, pattern, at_least, at_most or present");
    return std::nullopt;
  }
  if (right && tests && out.present_ == false) {
    report("present", "an argument that is left out has no value to compare; keep present: false or the other keys");
    return std::nullopt;
  }
  if (!right || !out.canHold(source, report)) return std::nullopt;
  return out;
}

// Each key is right in itself; whether some value could satisfy all of them.
bool Condition::canHold(const ConditionSource& source, const Report& report) const {
  bool right = true;
  const auto never = [&](const std::string& key, const std::string& message) {
    report(key, message);
    right = false;
  };
  if (present_ == false && path_.back().everyItem)
    never("present", "an item of a list is never left out; name something inside of it, or the list itself");
  const bool bounded = atLeast_ || atMost_;
  if (pattern_ && bounded)
    never("pattern", "is for texts and bounds are for numbers, so no value fits both; keep one of the two");
  for (std::size_t i = 0; i < literals_.size(); ++i) {
    const Literal& literal = literals_[i];
    const std::string key = source.oneOf.empty() ? "equals" : "one_of[" + std::to_string(i) + "]";
    if (pattern_ && !(literal.kind == Literal::Kind::Text && RE2::FullMatch(literal.text, *pattern_)))
      never(key, literal.json + " does not match the pattern beside it, so it never holds; remove one of the two");
    if (bounded && !(literal.kind == Literal::Kind::Number && isWithin(literal.number)))
      never(key, literal.json + " is not within the bounds beside it, so it never holds; remove one of the two");
  }
  return right;
}

bool Condition::readValues(const ConditionSource& source, const Report& report) {
  if (!source.equals.empty() && !source.oneOf.empty()) {
    report("equals", "stands beside one_of; keep one of the two");
    return false;
  }
  const auto add = [&](const std::string& json, const std::string& key) {
    auto literal = Literal::of(json);
    if (literal) return literals_.push_back(std::move(*literal)), true;
    report(key, "a text, a number, true or false is expected; for an argument that must not be given write present: false");
    return false;
  };
  if (!source.equals.empty()) return add(source.equals, "equals");
  bool right = true;
  for (std::size_t i = 0; i < source.oneOf.size(); ++i)
    right = add(source.oneOf[i], "one_of[" + std::to_string(i) + "]") && right;
  return right;
}

bool Condition::readPattern(const std::string& pattern, const Report& report) {
  if (pattern.empty()) return true;
  if (pattern.size() > kMostPattern) {
    report("pattern", "longer than " + std::to_string(kMostPattern) + " bytes; split the rule");
    return false;
  }
  if (!hasSyntax(pattern)) {
    report("pattern", "matches the one text \"" + pattern +
                          "\" only, as a pattern is compared with the whole value; write "
                          "equals for that, or .*" +
                          pattern + ".* for a part of it");
    return false;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);  // a line break in a value must not slip past a deny
  options.set_never_capture(true);
  options.set_max_mem(kPatternMemory);
  pattern_ = std::make_unique<RE2>(pattern, options);
  if (pattern_->ok()) return true;
  report("pattern", "not a regular expression of RE2: " + pattern_->error());
  pattern_.reset();
  return false;
}

bool Condition::readBounds(const ConditionSource& source, const Report& report) {
  const auto read = [&](const std::string& json, const char* key, std::optional<Literal>& out) {
    if (json.empty()) return true;
    out = Literal::of(json);
    if (out && out->kind == Literal::Kind::Number) return true;
    report(key, json + " is not a number; write for example 100, without quotes");
    return false;
  };
  bool right = read(source.atLeast, "at_least", atLeast_);
  right = read(source.atMost, "at_most", atMost_) && right;
  if (right && atLeast_ && atMost_ && atLeast_->number > atMost_->number) {
    report("at_least", "is above at_most, so no number can be between them; exchange the two");
    return false;
  }
  return right;
}

std::string Condition::canonical() const {
  std::string out;
  const auto text = [&](std::string_view part) { out.append(std::to_string(part.size())).append(":").append(part); };
  const auto value = [&](const Literal& literal) {
    char number[64];
    std::snprintf(number, sizeof number, "%d%d %La;", static_cast<int>(literal.kind), literal.truth ? 1 : 0, literal.number);
    return number + literal.text;
  };
  for (const PathStep& step : path_) text(step.everyItem ? "" : step.member);  // no member has an empty name
  out += '=';
  std::vector<std::string> values;
  for (const Literal& literal : literals_) values.push_back(value(literal));
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  for (const std::string& each : values) text(each);
  out += '~';
  if (pattern_) text(pattern_->pattern());
  out += '>';
  if (atLeast_) text(value(*atLeast_));
  out += '<';
  if (atMost_) text(value(*atMost_));
  return present_ ? out + (*present_ ? "+" : "-") : out;
}

std::string Condition::wish() const {
  std::string out;
  const auto also = [&](const std::string& part) { out += (out.empty() ? "" : " and ") + part; };
  if (present_) also(*present_ ? "is given" : "is left out");
  if (literals_.size() == 1) also("is " + literals_[0].json);
  if (literals_.size() > 1) also("is one of " + listed(literals_));
  if (pattern_) also("matches " + pattern_->pattern());
  if (atLeast_ && atMost_) {
    also("is from " + atLeast_->json + " to " + atMost_->json);
  } else if (atLeast_) {
    also("is at least " + atLeast_->json);
  } else if (atMost_) {
    also("is at most " + atMost_->json);
  }
  return pathText_ + " " + out;
}

}  // namespace certus::rules
