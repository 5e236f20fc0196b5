// Compiler::refuseCycles: a subschema that is applied to the same value again before any part of it was looked into would be
// evaluated for ever. $dynamicRef cannot be judged here; the evaluation's depth stops it.
#include <cstddef>

#include "gateway/schema/compiler.h"

namespace certus::gateway::schema {
namespace {

std::vector<NodeId> appliedInPlace(const Node& node) {
  std::vector<NodeId> next;
  const auto add = [&next](NodeId id) {
    if (id != kNoNode) next.push_back(id);
  };
  if (node.applied) {
    const Applied& rules = *node.applied;
    for (const NodeId id : {rules.reference, rules.negated, rules.condition, rules.consequence, rules.alternative}) add(id);
    if (!rules.isDynamic) add(rules.dynamicReference);
    for (const auto* nodes : {&rules.allOf, &rules.anyOf, &rules.oneOf})
      next.insert(next.end(), nodes->begin(), nodes->end());
  }
  if (node.objects) {
    for (const DependentNode& dependent : node.objects->dependentNodes) add(dependent.node);
  }
  return next;
}

}  // namespace

Result<void> Compiler::refuseCycles() const {
  enum class Mark : std::uint8_t { Fresh, Open, Closed };
  struct Frame {
    NodeId id;
    std::vector<NodeId> next;
    std::size_t at = 0;
  };
  std::vector<Mark> marks(program_.nodes.size(), Mark::Fresh);
  std::vector<Frame> path;
  for (NodeId start = 0; start < program_.nodes.size(); ++start) {
    if (marks[start] != Mark::Fresh) continue;
    marks[start] = Mark::Open;
    path.push_back({start, appliedInPlace(program_.nodes[start]), 0});
    while (!path.empty()) {
      Frame& top = path.back();
      if (top.at == top.next.size()) {
        marks[top.id] = Mark::Closed;
        path.pop_back();
        continue;
      }
      const NodeId next = top.next[top.at++];
      if (marks[next] == Mark::Open) {
        return index_.failAt(locationOf_[next], {}, "it refers back to itself without looking into any part of the value");
      }
      if (marks[next] == Mark::Fresh) {
        marks[next] = Mark::Open;
        path.push_back({next, appliedInPlace(program_.nodes[next]), 0});
      }
    }
  }
  return {};
}

}  // namespace certus::gateway::schema
