// Evaluation: subschemas applied to the same value (references, combinations, conditions).
#include "gateway/schema/evaluation.h"
#include "gateway/schema/explain.h"

namespace certus::gateway::schema {

bool Evaluation::checkApplied(const Node& node, const At& at) {
  const Applied& rules = *node.applied;
  bool valid = checkReferences(node, at);
  if (!valid && !collecting()) return false;
  for (const NodeId branch : rules.allOf) {
    valid = evaluate(branch, at) && valid;
    if (!valid && !collecting()) return false;
  }
  if (!rules.anyOf.empty()) valid = checkAnyOf(node, at) && valid;
  if (!valid && !collecting()) return false;
  if (!rules.oneOf.empty()) valid = checkOneOf(node, at) && valid;
  if (!valid && !collecting()) return false;
  if (rules.negated != kNoNode && quietly(rules.negated, {at.value, at.path, at.scope, nullptr})) {
    valid = collecting() ? report(at, "not", explainNegated(node, at.value, at.path)) : false;
    if (!collecting()) return false;
  }
  if (rules.condition != kNoNode) valid = checkCondition(node, at) && valid;
  return valid;
}

bool Evaluation::checkReferences(const Node& node, const At& at) {
  const Applied& rules = *node.applied;
  bool valid = true;
  if (rules.reference != kNoNode) valid = evaluate(rules.reference, at);
  if (!valid && !collecting()) return false;
  if (rules.dynamicReference != kNoNode) valid = evaluate(dynamicTarget(rules, at.scope), at) && valid;
  return valid;
}

// 8.2.3.2: the outermost resource of the dynamic scope that has the anchor.
NodeId Evaluation::dynamicTarget(const Applied& rules, const Scope* scope) const {
  NodeId target = rules.dynamicReference;
  if (!rules.isDynamic) return target;
  for (; scope != nullptr; scope = scope->outer) {
    const NodeId here = program_.dynamicAnchors[scope->resource][rules.dynamicAnchor];
    if (here != kNoNode) target = here;
  }
  return target;
}

bool Evaluation::checkAnyOf(const Node& node, const At& at) {
  const std::vector<NodeId>& branches = node.applied->anyOf;
  bool valid = false;
  for (const NodeId branch : branches) {
    valid = quietlyMerging(branch, at) || valid;
    if (valid && at.evaluated == nullptr) return true;
  }
  if (valid || !collecting()) return valid;
  return report(at, "anyOf", explainNoBranch(explainBranches(branches, at), branches.size(), at.path));
}

bool Evaluation::checkOneOf(const Node& node, const At& at) {
  const std::vector<NodeId>& branches = node.applied->oneOf;
  std::size_t matches = 0;
  for (const NodeId branch : branches) {
    matches += quietlyMerging(branch, at) ? 1 : 0;
    if (matches > 1 && !collecting()) return false;
  }
  if (matches == 1 || !collecting()) return matches == 1;
  if (matches > 1) return report(at, "oneOf", explainManyBranches(matches, branches.size(), at.path));
  return report(at, "oneOf", explainNoBranch(explainBranches(branches, at), branches.size(), at.path));
}

bool Evaluation::checkCondition(const Node& node, const At& at) {
  const Applied& rules = *node.applied;
  if (rules.consequence == kNoNode && rules.alternative == kNoNode && at.evaluated == nullptr) return true;
  const NodeId next = quietlyMerging(rules.condition, at) ? rules.consequence : rules.alternative;
  return next == kNoNode || evaluate(next, at);
}

// One reason a branch, the first; a value that fits none of many branches is not explained by all of them.
std::string Evaluation::explainBranches(const std::vector<NodeId>& branches, const At& at) {
  constexpr std::size_t kExplained = 4;
  std::vector<Violation>* const wanted = violations_;
  std::string text;
  for (std::size_t i = 0; i < branches.size() && i < kExplained; ++i) {
    std::vector<Violation> reasons;
    violations_ = &reasons;
    evaluate(branches[i], {at.value, at.path, at.scope, nullptr});
    violations_ = wanted;
    if (!reasons.empty()) text += (text.empty() ? "" : "; or ") + reasons.front().message;
  }
  return text;
}

}  // namespace certus::gateway::schema
