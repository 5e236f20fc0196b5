#include "policy/rules/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "policy/rules/access_words.h"
#include "policy/rules/plan_combinations.h"
#include "policy/rules/plan_members.h"

namespace certus::rules {
namespace {

struct Side {
  const Policy& policy;
  std::shared_ptr<const Row> row;
};

const char* toString(ItemKind kind) {
  if (kind == ItemKind::Tool) return "tool";
  return kind == ItemKind::Resource ? "resource" : "prompt";
}

std::string accessOf(const Side& side, Id item) { return accessWords(side.policy, *side.row, item); }

// Everything that decides a conditional cell, so that other words of its rules are seen.
std::string rulesOf(const Side& side, Id item) {
  std::string out;
  for (const Id id : side.row->candidates(side.row->cell(item))) out += side.policy.rules()[id].digest;
  return out;
}

class PlanBuilder {
 public:
  PlanBuilder(const Policy& before, const Policy& after) : before_(before), after_(after) { compareRules(); }

  std::set<std::string> changedRules() const {
    std::set<std::string> out;
    for (const auto* names : {&plan.removedRules, &plan.addedRules, &plan.changedRules})
      out.insert(names->begin(), names->end());
    return out;
  }

  // `as`: what the class stands for, so that wider ones need not say the same again; nullptr: nothing.
  void compare(const std::string& who, const Identity& then, const Identity& now, const Combination* as) {
    const Side left{before_, before_.row(then)}, right{after_, after_.row(now)};
    addSize(who, left, right);
    for (Plan::Change& change : changesOf(who, left, right)) {
      feel(change, then, now);
      if (as) said_[wordsOf(change)].push_back(*as);
      plan.changes.push_back(std::move(change));
    }
  }

  // Only what no part of it says already.
  void compareWider(const std::string& who, const Identity& then, const Identity& now, const Combination& as) {
    const Side left{before_, before_.row(then)}, right{after_, after_.row(now)};
    const std::size_t before = plan.changes.size();
    for (Plan::Change& change : changesOf(who, left, right)) {
      feel(change, then, now);
      auto& said = said_[wordsOf(change)];
      if (std::any_of(said.begin(), said.end(), [&](const Combination& part) { return part.within(as); })) continue;
      said.push_back(as);
      plan.changes.push_back(std::move(change));
    }
    if (plan.changes.size() != before) addSize(who, left, right);
  }

  Plan finish() {
    for (const std::string& name : changedRules()) {
      if (!felt_.contains(name)) plan.unfeltRules.push_back(name);
    }
    return std::move(plan);
  }

  Plan plan;

 private:
  void compareRules() {
    for (const Rule& rule : before_.rules()) {
      if (!after_.rule(rule.name)) plan.removedRules.push_back(rule.name);
    }
    for (const Rule& rule : after_.rules()) {
      const Rule* old = before_.rule(rule.name);
      if (!old) {
        plan.addedRules.push_back(rule.name);
      } else if (old->digest != rule.digest) {
        plan.changedRules.push_back(rule.name);
      } else if (old->advice != rule.advice) {
        plan.otherAdvice.push_back(rule.name);
      }
    }
  }

  std::vector<Plan::Change> changesOf(const std::string& who, const Side& left, const Side& right) const {
    std::vector<Plan::Change> out;
    for (Id item = 0; item < after_.catalogue().size(); ++item) {
      const CatalogueItem& each = after_.catalogue()[item];
      const auto old = before_.item(each.kind, each.fullName());
      const std::string was = old ? accessOf(left, *old) : "-", is = accessOf(right, item);
      const bool reworded = old && was == is && is != "yes" && rulesOf(left, *old) != rulesOf(right, item);
      if ((was == "-" && is == "no") || (was == is && !reworded)) continue;
      out.push_back({who, toString(each.kind), each.fullName(), was, reworded ? "other conditions" : is});
    }
    for (Id item = 0; item < before_.catalogue().size(); ++item) {
      const CatalogueItem& each = before_.catalogue()[item];
      if (after_.item(each.kind, each.fullName()) || accessOf(left, item) == "no") continue;
      out.push_back({who, toString(each.kind), each.fullName(), accessOf(left, item), "-"});
    }
    return out;
  }

  static std::string wordsOf(const Plan::Change& change) {
    return change.kind + " " + change.item + " " + change.before + " " + change.after;
  }

  // Changed rules that are about the caller and the item have a part in it.
  void feel(const Plan::Change& change, const Identity& then, const Identity& now) {
    for (const auto& [policy, caller] : {std::pair(&before_, &then), std::pair(&after_, &now)}) {
      for (const ItemKind kind : {ItemKind::Tool, ItemKind::Resource, ItemKind::Prompt}) {
        const auto item = change.kind == toString(kind) ? policy->item(kind, change.item) : std::nullopt;
        if (item) feelRules(*policy, *caller, *item);
      }
    }
  }

  void feelRules(const Policy& policy, const Identity& caller, Id item) {
    for (const Id id : policy.rulesAbout(item)) {
      const Rule& rule = policy.rules()[id];
      if (rule.who.matches(caller)) felt_.insert(rule.name);
    }
  }

  void addSize(const std::string& who, const Side& left, const Side& right) {
    Plan::ListSize size{who, 0, 0, 0, 0};
    measure(left, size.toolsBefore, size.bytesBefore);
    measure(right, size.toolsAfter, size.bytesAfter);
    plan.lists.push_back(std::move(size));
  }

  static void measure(const Side& side, std::size_t& tools, std::size_t& bytes) {
    for (const Id item : side.row->listed()) {
      const CatalogueItem& each = side.policy.catalogue()[item];
      if (each.kind != ItemKind::Tool) continue;
      bytes += each.listBytes + (tools++ == 0 ? 0 : 1);
    }
    bytes += 2;
  }

  const Policy& before_;
  const Policy& after_;
  std::map<std::string, std::vector<Combination>> said_;  // who was shown with a change, by its words
  std::set<std::string> felt_;
};

std::set<std::string> namedSubjects(const Policy& policy) {
  std::set<Id> ids;
  for (const Rule& rule : policy.rules()) ids.insert(rule.who.subjects.begin(), rule.who.subjects.end());
  std::set<std::string> out;
  for (const std::string& name : policy.people().subjectNames()) {
    if (ids.contains(policy.people().subject(name)->id)) out.insert(name);
  }
  return out;
}

}  // namespace

Plan planOf(const Policy& before, const Policy& after) {
  PlanBuilder out(before, after);
  std::set<std::string> groups, tenants, subjects = namedSubjects(before);
  subjects.merge(namedSubjects(after));
  for (const Policy* policy : {&before, &after}) {
    for (const Group& group : policy->people().groups()) groups.insert(group.name);
    tenants.insert(policy->people().tenants().begin(), policy->people().tenants().end());
  }
  const auto compareClass = [&](const std::string& who, const Combination& each) {
    out.compare(who, each.in(before), each.in(after), &each);
  };
  for (const std::string& name : groups) compareClass("group " + name, {{}, {name}, {}});
  for (const std::string& name : tenants) compareClass("tenant " + name, {{}, {}, name});
  for (const std::string& name : subjects) compareClass("subject " + name, {name, {}, {}});
  const auto identified = [](const Policy& policy, const std::string& name) {
    return policy.identify({name, {}, {}, nullptr});
  };
  const MembersCompared members = compareMembers(before, after, subjects, out.plan.members);
  for (const Alike& each : members.moved)
    out.compare(each.who, identified(before, each.example.subject), identified(after, each.example.subject), nullptr);
  compareClass("everyone else", {});
  for (const Alike& each : members.stayed)
    out.compareWider(each.who, each.example.in(before), each.example.in(after), each.example);
  const Combinations wider = combinationsOf(before, after, out.changedRules());
  for (const Combination& each : wider.compared) out.compareWider(each.text(), each.in(before), each.in(after), each);
  out.plan.complete = wider.complete;
  return out.finish();
}

}  // namespace certus::rules
