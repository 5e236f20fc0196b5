#include "policy/rules/refusal.h"

namespace certus::rules {
namespace {

constexpr std::size_t kMostRules = 3;

void add(std::string& phrase, const std::string& part) { phrase += (phrase.empty() ? "" : " and ") + part; }

std::string denied(const Rule& rule, const std::string& what, simdjson::dom::element arguments) {
  std::string out =
      "Rule \"" + rule.name + "\" refuses this call of " + what + ": it forbids it when " + wishesOf(rule) + ".";
  for (const Condition& condition : rule.when) {
    if (condition.find(arguments) == kHolds) continue;
    out += " " + condition.pathText() + " is missing or of another kind, which counts as forbidden; give it.";
    break;
  }
  return out;
}

std::string unmet(const Policy& policy, const Row& row, Id item, const std::string& what, simdjson::dom::element arguments) {
  std::string out = "These arguments are not allowed for " + what + ". Allowed are calls where";
  std::size_t shown = 0;
  for (const Id id : row.candidates(row.cell(item))) {
    const Rule& rule = policy.rules()[id];
    if (rule.effect == Effect::Deny || shown == kMostRules) continue;
    out += std::string(shown++ == 0 ? "" : "; or where") + " " + unmetOf(rule, arguments) + " (rule \"" + rule.name + "\")";
  }
  return out + ".";
}

}  // namespace

std::string wishesOf(const Rule& rule) {
  std::string out;
  for (const Condition& condition : rule.when) add(out, condition.wish());
  return out;
}

std::string unmetOf(const Rule& rule, simdjson::dom::element arguments) {
  std::string out;
  for (const Condition& condition : rule.when) {
    if (condition.find(arguments) != kHolds) add(out, condition.wish());
  }
  return out;
}

std::string refusalText(const Policy& policy, const Row& row, Id item, const Decision& decision, std::string_view called,
                        simdjson::dom::element arguments) {
  const std::string what = "\"" + std::string(called) + "\"";
  std::string out;
  std::string next = "Change the arguments and call again, or ask whoever keeps this gateway's policy.";
  if (decision.remedy == Remedy::Scope) {
    out = "The credential of this call is not for " + what + ", though its owner may use it.";
    next = "Call with a credential whose allowed tools contain " + policy.catalogue()[item].fullName() + ".";
  } else if (decision.remedy == Remedy::Confirmation) {
    out = "Rule \"" + decision.rule->name + "\" lets " + what + " run only after the user has confirmed this very call.";
    next = "This client cannot ask its user; use one that supports elicitation.";
  } else if (decision.rule && decision.rule->effect == Effect::Deny) {
    out = denied(*decision.rule, what, arguments);
  } else {
    out = unmet(policy, row, item, what, arguments);
  }
  if (decision.rule && !decision.rule->advice.empty()) out += " " + decision.rule->advice;
  return out + " Nothing was done. " + next;
}

}  // namespace certus::rules
