#include "policy/rules/shadow.h"

#include <algorithm>
#include <map>
#include <string>

namespace certus::rules {
namespace {

// By rule: its conditions by number, equal ones by the same.
std::vector<Ids> numbered(const std::vector<Rule>& rules) {
  std::map<std::string, Id> known;
  std::vector<Ids> out(rules.size());
  for (Id r = 0; r < rules.size(); ++r) {
    for (const Condition& condition : rules[r].when)
      insertSorted(out[r], known.emplace(condition.canonical(), static_cast<Id>(known.size())).first->second);
  }
  return out;
}

struct Judged {
  const Rule& rule;
  const Ids& when;
  Id at;
};

// Whether `by`, about the same item, decides every call of it that `rule` could decide: whatever satisfies more conditions
// satisfies fewer of them. Of two that decide the same, the earlier one counts.
bool decidesFirst(const Judged& by, const Judged& rule, const People& people) {
  if (by.at == rule.at || by.rule.effect > rule.rule.effect) return false;
  if (!std::includes(rule.when.begin(), rule.when.end(), by.when.begin(), by.when.end())) return false;
  if (!by.rule.who.covers(rule.rule.who, people)) return false;
  const bool same = by.rule.effect == rule.rule.effect && by.when == rule.when && rule.rule.who.covers(by.rule.who, people);
  return !same || by.at < rule.at;
}

std::string explain(const Rule& rule, const Rule& by) {
  const std::string other = "rule " + by.name + " (" + by.where() + ")";
  if (by.effect == rule.effect)
    return "says nothing new: " + other + " already says it for the same callers; remove one of the two";
  if (by.effect == Effect::Deny)
    return "can never take effect: " + other + " denies all of it; remove one of the two, or narrow the deny";
  return "can never take effect: " + other + " asks for confirmation first; remove one of the two, or narrow the confirm";
}

}  // namespace

void findShadowed(const std::vector<Rule>& rules, const People& people, const Catalogue& catalogue,
                  std::vector<Finding>& errors) {
  const std::vector<Ids> when = numbered(rules);
  std::vector<Ids> about(catalogue.size());  // by item
  for (Id r = 0; r < rules.size(); ++r) {
    for (const Id item : rules[r].items) about[item].push_back(r);
  }
  for (Id r = 0; r < rules.size(); ++r) {
    const Rule& rule = rules[r];
    const Rule* by = nullptr;
    const bool shadowed = std::all_of(rule.items.begin(), rule.items.end(), [&](Id item) {
      const auto found = std::find_if(about[item].begin(), about[item].end(), [&](Id other) {
        return decidesFirst({rules[other], when[other], other}, {rule, when[r], r}, people);
      });
      if (found != about[item].end() && !by) by = &rules[*found];
      return found != about[item].end();
    });
    if (shadowed) errors.push_back({rule.file, {rule.place, "rules." + rule.name, explain(rule, *by)}});
  }
}

}  // namespace certus::rules
