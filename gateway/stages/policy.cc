#include "gateway/stages/policy.h"

#include "policy/rules/refusal.h"

namespace certus::gateway {
namespace {

std::string detailOf(const rules::Decision& decision) {
  std::string detail = std::string("policy: ") + toString(decision.verdict);
  if (decision.rule != nullptr) detail += " by rule " + decision.rule->name;
  return detail;
}

}  // namespace

std::optional<Refusal> decideByPolicy(const ItemCall& call, const rules::Rule*& confirm) {
  const rules::Policy& policy = call.access.rules();
  const rules::Decision decision = policy.decide(call.caller.standing, call.item, call.arguments);
  if (decision.verdict == rules::Verdict::Allowed) return std::nullopt;
  if (decision.verdict == rules::Verdict::Confirm && call.canAsk) {
    confirm = decision.rule;
    return std::nullopt;
  }
  Refusal refusal;
  refusal.fault = Fault::Forbidden;
  refusal.outcome = CallOutcome::Denied;
  refusal.asToolError = true;
  refusal.detail = detailOf(decision);
  // Hidden items do not come this far; should one, it is refused without a word about it.
  refusal.message = decision.verdict == rules::Verdict::Hidden
                        ? "This is not offered to you."
                        : rules::refusalText(policy, *call.caller.standing.row, call.item, decision, call.called, call.arguments);
  if (decision.verdict == rules::Verdict::Refused && decision.remedy == rules::Remedy::Scope) refusal.needsScope = call.item;
  return refusal;
}

std::optional<Refusal> admitByPolicy(const MessageCall& call) {
  if (call.access == nullptr) return std::nullopt;
  const rules::Rule* confirm = nullptr;
  auto refusal = decideByPolicy({*call.access, *call.caller, call.tool->item, call.tool->name, call.arguments, call.canAsk}, confirm);
  if (confirm != nullptr) *call.confirm = confirm;
  return refusal;
}

}  // namespace certus::gateway
