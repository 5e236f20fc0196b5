#include "policy/rules/explain.h"

#include <nlohmann/json.hpp>

#include "policy/rules/refusal.h"

namespace certus::rules {
namespace {

const char* foundText(unsigned found) {
  if (found == kHolds) return "holds";
  return (found & kFails) != 0 ? "fails" : "cannot be told";
}

std::optional<Id> findItem(const Policy& policy, ItemKind kind, const std::string& name) {
  if (const auto found = policy.item(kind, name)) return found;
  for (Id i = 0; i < policy.catalogue().size(); ++i) {
    if (policy.catalogue()[i].kind == kind && policy.catalogue()[i].exposed == name) return i;
  }
  return std::nullopt;
}

void addUnknown(const Policy& policy, ItemKind kind, Explanation& out) {
  out.known = false;
  std::vector<std::string> known;
  for (const CatalogueItem& item : policy.catalogue()) {
    if (item.kind == kind) known.push_back(item.fullName());
  }
  out.change.push_back("there is no " + out.item + suggestion(out.item, known));
}

std::string widerCredential(const Explanation& out) { return "a credential whose allowed_tools contain " + out.item; }

void addHidden(const Policy& policy, const Decision& decision, Id item, Explanation& out) {
  if (decision.remedy == Remedy::Scope) {
    out.change.push_back(widerCredential(out));
    return;
  }
  if (decision.rule) {
    out.change.push_back("narrow rule " + decision.rule->name + ", which denies it to " + decision.rule->whoText);
    return;
  }
  for (const Id id : policy.rulesAbout(item)) {
    const Rule& rule = policy.rules()[id];
    if (rule.effect == Effect::Deny) continue;  // any other is about other callers, or this one would see the item
    out.change.push_back("being among " + rule.whoText + ": rule " + rule.name + " (" + rule.where() + ") would " +
                         toString(rule.effect) + " it");
  }
  if (out.change.empty()) out.change.push_back("a rule that allows it; none does, for anybody");
}

void addRefused(const Policy& policy, const Decision& decision, const Row& row, Id item, simdjson::dom::element arguments,
                Explanation& out) {
  if (decision.remedy == Remedy::Scope) {
    out.change.push_back(widerCredential(out));
  } else if (decision.rule->effect == Effect::Deny) {
    out.change.push_back("arguments that rule " + decision.rule->name + " does not forbid; it forbids when " +
                         wishesOf(*decision.rule));
  } else {
    for (const Id id : row.candidates(row.cell(item))) {
      const Rule& rule = policy.rules()[id];
      if (rule.effect == Effect::Deny) continue;
      out.change.push_back("arguments for rule " + rule.name + ", where " + unmetOf(rule, arguments));
    }
  }
}

void addConsidered(const Policy& policy, Id item, const Identity& caller, simdjson::dom::element arguments,
                   Explanation& out) {
  for (const Id id : policy.rulesAbout(item)) {
    const Rule& rule = policy.rules()[id];
    Explanation::Considered each{rule.name, toString(rule.effect), rule.whoText, rule.where(), rule.who.matches(caller), {}};
    for (const Condition& condition : rule.when)
      each.checks.push_back({condition.wish(), foundText(condition.find(arguments))});
    out.considered.push_back(std::move(each));
  }
}

}  // namespace

Explanation explain(const Policy& policy, const Caller& caller, ItemKind kind, const std::string& fullName,
                    simdjson::dom::element arguments) {
  Explanation out;
  out.item = fullName;
  out.subject = caller.subject;
  const auto item = findItem(policy, kind, fullName);
  if (!item) {
    addUnknown(policy, kind, out);
    return out;
  }
  out.item = policy.catalogue()[*item].fullName();
  const Identity identity = policy.identify(caller);
  const Standing standing = policy.standing(caller);
  const Decision decision = policy.decide(standing, *item, arguments);
  out.verdict = decision.verdict;
  out.remedy = decision.remedy;
  if (decision.rule) {
    out.rule = decision.rule->name;
    out.where = decision.rule->where();
    out.digest = decision.rule->digest;
  }
  addConsidered(policy, *item, identity, arguments, out);
  if (decision.verdict == Verdict::Hidden) addHidden(policy, decision, *item, out);
  if (decision.verdict == Verdict::Refused) addRefused(policy, decision, *standing.row, *item, arguments, out);
  if (decision.verdict == Verdict::Confirm) out.change.push_back("the caller's yes to just this call, once");
  const CatalogueItem& found = policy.catalogue()[*item];
  if (!found.enabled) {
    out.off = true;
    out.change.insert(out.change.begin(), "switching the tool on: it is off in the configuration, where modules." +
                                              found.service + ".tools." + found.name + ".enabled is false");
  }
  return out;
}

std::string Explanation::decision() const { return off ? "off" : toString(verdict); }

std::string Explanation::text() const {
  if (!known) return change.front() + "\n";
  std::string out = subject + " -> " + item + ": " + decision();
  if (off) out += std::string("; switched on it would be: ") + toString(verdict);
  if (remedy != Remedy::None) out += std::string(" (remedy: ") + toString(remedy) + ")";
  out += rule.empty() ? "\n  no rule decides it" : "\n  by rule " + rule + ", " + where;
  for (const Considered& each : considered) {
    out += "\n  - " + each.effect + " " + each.rule + ", for " + each.who + ": " +
           (each.concerns ? "concerns the caller" : "not for this caller") + " (" + each.where + ")";
    for (const Check& check : each.checks) out += "\n      " + check.wish + ": " + check.found;
  }
  for (const std::string& each : change) out += "\n  would change it: " + each;
  return out + "\n";
}

std::string Explanation::json() const {
  using Json = nlohmann::ordered_json;
  Json out = {{"subject", subject}, {"item", item}, {"known", known}};
  if (known) {
    out["decision"] = decision();
    if (off) out["if_switched_on"] = toString(verdict);
    out["remedy"] = toString(remedy);
    if (!rule.empty()) out["rule"] = {{"name", rule}, {"where", where}, {"digest", digest}};
  }
  Json rules = Json::array();
  for (const Considered& each : considered) {
    Json checks = Json::array();
    for (const Check& check : each.checks) checks.push_back({{"condition", check.wish}, {"found", check.found}});
    rules.push_back({{"rule", each.rule},
                     {"effect", each.effect},
                     {"who", each.who},
                     {"where", each.where},
                     {"concerns_caller", each.concerns},
                     {"conditions", std::move(checks)}});
  }
  out["considered"] = std::move(rules);
  out["would_change_it"] = change;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace certus::rules
