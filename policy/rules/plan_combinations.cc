#include "policy/rules/plan_combinations.h"

#include <algorithm>
#include <map>

namespace certus::rules {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

bool includes(const std::vector<std::string>& wider, const std::vector<std::string>& groups) {
  return std::includes(wider.begin(), wider.end(), groups.begin(), groups.end());
}

class Finder {
 public:
  Finder(const Policy& before, const Policy& after) : before_(before), after_(after) {
    for (const Policy* side : {&before, &after}) {
      for (const std::string& name : side->people().subjectNames()) declared_.insert(membershipOf(side->people(), name));
    }
  }

  void addSide(const Policy& side, const std::set<std::string>& changed) {
    names_.clear();
    for (const std::string& name : side.people().subjectNames()) names_.emplace(side.people().subject(name)->id, name);
    for (Id id = 0; id < side.rules().size(); ++id) {
      const Rule& rule = side.rules()[id];
      if (!changed.contains(rule.name)) continue;
      const auto own = atoms(side, rule.who);
      for (const Combination& each : own) add(each);
      for (const Id other : beside(side, id)) pair(own, atoms(side, side.rules()[other].who));
    }
  }

  Combinations take() {
    Combinations out;
    out.compared.assign(found_.begin(), found_.end());
    std::stable_sort(out.compared.begin(), out.compared.end(),
                     [](const Combination& a, const Combination& b) { return a.parts() < b.parts(); });
    out.complete = complete_;
    return out;
  }

 private:
  // Those of which one can undo what the other says. Two that allow, or two that deny, say no more together.
  static std::set<Id> beside(const Policy& side, Id rule) {
    std::set<Id> out;
    for (const Id item : side.rules()[rule].items) {
      for (const Id other : side.rulesAbout(item)) {
        if (side.rules()[other].effect != side.rules()[rule].effect) out.insert(other);
      }
    }
    return out;
  }

  // The least that a caller must be for the rule to be about it, in every way that there is.
  std::vector<Combination> atoms(const Policy& side, const Who& who) const {
    const People& people = side.people();
    std::vector<Combination> callers, out;
    for (const Id id : who.subjects) callers.push_back({names_.at(id), {}, {}});
    for (const Id id : who.groups) callers.push_back({{}, {people.groups()[id].name}, {}});
    if (callers.empty()) callers.emplace_back();
    if (who.tenants.empty()) return callers;
    for (const Combination& caller : callers) {
      for (const Id id : who.tenants) out.push_back({caller.subject, caller.groups, people.tenants()[id]});
    }
    return out;
  }

  void pair(const std::vector<Combination>& some, const std::vector<Combination>& others) {
    for (const Combination& one : some) {
      if (!complete_) return;
      for (const Combination& other : others) {
        if (!one.subject.empty() && !other.subject.empty() && one.subject != other.subject) continue;
        if (!one.tenant.empty() && !other.tenant.empty() && one.tenant != other.tenant) continue;
        Combination both = one;
        if (both.subject.empty()) both.subject = other.subject;
        if (both.tenant.empty()) both.tenant = other.tenant;
        both.groups.insert(both.groups.end(), other.groups.begin(), other.groups.end());
        std::sort(both.groups.begin(), both.groups.end());
        both.groups.erase(std::unique(both.groups.begin(), both.groups.end()), both.groups.end());
        add(std::move(both));
      }
    }
  }

  void add(Combination each) {
    if (each.parts() < 2 || !possible(each)) return;
    complete_ = complete_ && (found_.size() < kMostCombinations || found_.contains(each));
    if (complete_) found_.insert(std::move(each));
  }

  // A credential may name any tenant and the groups that are claimed; into the others the files alone put somebody, and who
  // is nothing but what the files say is compared as a declared subject.
  bool possible(const Combination& each) const {
    std::vector<std::string> given;
    for (const std::string& name : each.groups) {
      if (!claimed(before_, name) && !claimed(after_, name)) given.push_back(name);
    }
    if (each.tenant.empty() && given.size() == each.groups.size()) return false;
    if (given.empty()) return true;
    if (!each.subject.empty()) return in(before_, each.subject, given) || in(after_, each.subject, given);
    return std::any_of(declared_.begin(), declared_.end(),
                       [&](const Combination& other) { return includes(other.groups, given); });
  }

  static bool claimed(const Policy& policy, const std::string& name) {
    const auto id = policy.people().group(name);
    return id && policy.people().groups()[*id].claimed;
  }

  static bool in(const Policy& policy, const std::string& subject, const std::vector<std::string>& groups) {
    const Subject* found = policy.people().subject(subject);
    return found && std::all_of(groups.begin(), groups.end(), [&](const std::string& name) {
             const auto id = policy.people().group(name);
             return id && std::binary_search(found->groups.begin(), found->groups.end(), *id);
           });
  }

  const Policy& before_;
  const Policy& after_;
  std::set<Combination> declared_, found_;
  std::map<Id, std::string> names_;
  bool complete_ = true;
};

}  // namespace

bool Combination::within(const Combination& wider) const {
  return (subject.empty() || subject == wider.subject) && (tenant.empty() || tenant == wider.tenant) &&
         includes(wider.groups, groups);
}

Identity Combination::in(const Policy& policy) const {
  Identity out = policy.identify({subject, tenant, {}, nullptr});
  for (const std::string& name : groups) {
    if (const auto id = policy.people().group(name)) insertSorted(out.groups, *id);
  }
  return out;
}

std::string Combination::text() const {
  std::string out = subject.empty() ? "" : "subject " + subject;
  if (!groups.empty())
    out += std::string(out.empty() ? "" : " in ") + (groups.size() > 1 ? "groups " : "group ") + joined(groups);
  if (!tenant.empty()) out += std::string(out.empty() ? "" : " of ") + "tenant " + tenant;
  return out;
}

Combination membershipOf(const People& people, const std::string& subject) {
  Combination out;
  const Subject* found = people.subject(subject);
  if (!found) return out;
  for (const Id id : found->groups) out.groups.push_back(people.groups()[id].name);
  std::sort(out.groups.begin(), out.groups.end());
  if (found->tenant) out.tenant = people.tenants()[*found->tenant];
  return out;
}

Combinations combinationsOf(const Policy& before, const Policy& after, const std::set<std::string>& changedRules) {
  Finder finder(before, after);
  for (const Policy* side : {&before, &after}) finder.addSide(*side, changedRules);
  return finder.take();
}

}  // namespace certus::rules
