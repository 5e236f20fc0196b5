#include "policy/rules/condition.h"

#include <algorithm>

namespace certus::rules {

unsigned Condition::find(simdjson::dom::element arguments) const { return walk(arguments, 0); }

unsigned Condition::walk(simdjson::dom::element value, std::size_t step) const {
  if (step == path_.size()) return test(value);
  if (path_[step].everyItem) {
    simdjson::dom::array items;
    if (value.get(items) != simdjson::SUCCESS) return kUnknown;
    unsigned found = 0;
    for (const simdjson::dom::element item : items) found |= walk(item, step + 1);
    return found == 0 ? absent() : found;  // an empty list is like an argument that is left out
  }
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return kUnknown;
  simdjson::dom::element member;
  if (object.at_key(path_[step].member).get(member) != simdjson::SUCCESS) return absent();
  return walk(member, step + 1);
}

unsigned Condition::absent() const {
  if (!present_) return kUnknown;
  return *present_ ? kFails : kHolds;
}

unsigned Condition::test(simdjson::dom::element value) const {
  if (value.is_null()) return kUnknown;  // some services take it as left out, others do not
  if (present_ && !*present_) return kFails;
  const unsigned found = testLiterals(value) | testPattern(value) | testBounds(value);
  if ((found & kFails) != 0) return kFails;
  return (found & kUnknown) != 0 ? kUnknown : kHolds;
}

unsigned Condition::testLiterals(simdjson::dom::element value) const {
  if (literals_.empty()) return kHolds;
  unsigned found = kUnknown;
  for (const Literal& literal : literals_) {
    const Comparison comparison = compare(literal, value);
    if (comparison == Comparison::Equal) return kHolds;
    if (comparison == Comparison::Different) found = kFails;
  }
  return found;
}

unsigned Condition::testPattern(simdjson::dom::element value) const {
  if (!pattern_) return kHolds;
  if (!value.is_string()) return kUnknown;
  const std::string_view text = value.get_string().value_unsafe();
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *pattern_) ? kHolds : kFails;
}

unsigned Condition::testBounds(simdjson::dom::element value) const {
  if (!atLeast_ && !atMost_) return kHolds;
  const auto number = numberOf(value);
  if (!number) return kUnknown;
  return isWithin(*number) ? kHolds : kFails;
}

bool Condition::isWithin(long double number) const {
  return (!atLeast_ || number >= atLeast_->number) && (!atMost_ || number <= atMost_->number);
}

bool allHold(const std::vector<Condition>& conditions, simdjson::dom::element arguments) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& c) { return c.find(arguments) == kHolds; });
}

bool noneFails(const std::vector<Condition>& conditions, simdjson::dom::element arguments) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& c) { return (c.find(arguments) & (kHolds | kUnknown)) != 0; });
}

}  // namespace certus::rules
