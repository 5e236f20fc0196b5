#include "policy/rules/rule.h"

#include <algorithm>

namespace certus::rules {
namespace {

bool has(const Ids& ids, Id id) { return std::binary_search(ids.begin(), ids.end(), id); }

bool meet(const Ids& a, const Ids& b) {
  return std::any_of(a.begin(), a.end(), [&](Id id) { return has(b, id); });
}

}  // namespace

const char* toString(Effect effect) {
  if (effect == Effect::Deny) return "deny";
  return effect == Effect::Confirm ? "confirm" : "allow";
}

bool Who::matches(const Identity& caller) const {
  if (everyone) return true;
  if (!tenants.empty() && !(caller.tenant && has(tenants, *caller.tenant))) return false;
  if (subjects.empty() && groups.empty()) return true;
  return (caller.subject && has(subjects, *caller.subject)) || meet(groups, caller.groups);
}

bool Who::covers(const Who& other, const People& people) const {
  if (everyone) return true;
  if (other.everyone) return false;
  const auto within = [](const Ids& inner, const Ids& outer) {
    return std::includes(outer.begin(), outer.end(), inner.begin(), inner.end());
  };
  if (!tenants.empty() && (other.tenants.empty() || !within(other.tenants, tenants))) return false;
  if (subjects.empty() && groups.empty()) return true;
  if (other.subjects.empty() && other.groups.empty()) return false;
  if (!within(other.groups, groups)) return false;
  Ids left;
  std::set_difference(other.subjects.begin(), other.subjects.end(), subjects.begin(), subjects.end(),
                      std::back_inserter(left));
  if (left.empty()) return true;
  return std::all_of(left.begin(), left.end(), [&](Id id) { return meet(people.subject(id).groups, groups); });
}

std::string Rule::where() const { return file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column); }

}  // namespace certus::rules
