// Evaluation: an object's members.
#include "gateway/schema/evaluation.h"
#include "gateway/schema/explain.h"

namespace certus::gateway::schema {
namespace {

namespace dom = simdjson::dom;

dom::object objectOf(const Instance& value) { return value.element.get_object().value_unsafe(); }

}  // namespace

bool Evaluation::checkObject(const Node& node, const At& at) {
  const ObjectRules& rules = *node.objects;
  const std::size_t size = objectOf(at.value).size();
  bool valid = true;
  if (size < rules.minProperties || size > rules.maxProperties) {
    const bool few = size < rules.minProperties;
    valid =
        collecting() ? report(at, few ? "minProperties" : "maxProperties", explainMemberCount(rules, size, at.path)) : false;
    if (!collecting()) return false;
  }
  valid = checkMembers(node, at) && valid;
  if (!valid && !collecting()) return false;
  if (!rules.dependentNames.empty() || !rules.dependentNodes.empty()) valid = checkDependents(node, at) && valid;
  return valid;
}

bool Evaluation::checkMembers(const Node& node, const At& at) {
  const ObjectRules& rules = *node.objects;
  const bool everyMember = !rules.patterns.empty() || rules.names != kNoNode;
  if (rules.propertyNodes.empty() && !everyMember && rules.additional == kNoNode) return true;
  bool valid = true;
  Evaluated seen;  // property numbers
  Member member{};
  const dom::object members = objectOf(at.value);
  const auto end = members.end();
  for (auto entry = members.begin(); entry != end; ++entry, ++member.index) {
    if (!budget_.spend(1)) return false;
    member.name = entry.key();
    member.value = entry.value();
    member.matched = false;
    const std::uint32_t number = rules.properties.find(member.name);
    if (number != PropertyTable::kUnknown) {
      seen.mark(number);
      member.matched = rules.propertyNodes[number] != kNoNode;
    }
    if (member.matched) valid = descend(rules.propertyNodes[number], at, member) && valid;
    if (everyMember || (!member.matched && rules.additional != kNoNode)) valid = checkMember(node, at, member) && valid;
    if (!valid && !collecting()) return false;
  }
  return rules.required.empty() ? valid : checkRequired(node, at, seen) && valid;
}

bool Evaluation::descend(NodeId id, const At& at, const Member& member) {
  if (at.evaluated != nullptr) at.evaluated->mark(member.index);
  const Instance value = Instance::of(member.value);
  const Path path{&at.path, member.name, 0, false, at.path.depth + 1};
  return evaluate(id, {value, path, at.scope, nullptr});
}

// "propertyNames", "patternProperties", "additionalProperties": what must look at a member that the table may not know.
bool Evaluation::checkMember(const Node& node, const At& at, const Member& member) {
  const ObjectRules& rules = *node.objects;
  bool valid = true;
  bool matched = member.matched;
  if (rules.names != kNoNode) {
    const Instance name = Instance::ofName(member.name);
    const Path path{&at.path, member.name, 0, false, at.path.depth + 1};
    const bool nameIsValid = quietly(rules.names, {name, path, at.scope, nullptr});
    if (!nameIsValid)
      valid = collecting() ? report(at, "propertyNames", explainName(program_.nodes[rules.names], member.name)) : false;
  }
  for (const PatternRule& rule : rules.patterns) {
    if (!budget_.spend(1 + member.name.size() / 64)) return false;
    if (!rule.pattern.matches(member.name)) continue;
    matched = true;
    valid = descend(rule.node, at, member) && valid;
    if (!valid && !collecting()) return false;
  }
  if (matched || rules.additional == kNoNode) return valid;
  if (program_.nodes[rules.additional].verdict == Verdict::Never) {
    const Path path{&at.path, member.name, 0, false, at.path.depth + 1};
    return collecting()
               ? report({at.value, path, at.scope, nullptr}, "additionalProperties", explainUnknownMember(rules, path))
               : false;
  }
  return descend(rules.additional, at, member) && valid;
}

bool Evaluation::checkRequired(const Node& node, const At& at, const Evaluated& seen) {
  const ObjectRules& rules = *node.objects;
  bool valid = true;
  for (const std::uint32_t number : rules.required) {
    if (seen.has(number)) continue;
    valid = false;
    if (!collecting()) return false;
    const NodeId property = rules.propertyNodes[number];
    const Path path{&at.path, rules.properties.names()[number], 0, false, at.path.depth + 1};
    report(at, "required", explainMissing(property == kNoNode ? nullptr : &program_.nodes[property], path));
  }
  return valid;
}

bool Evaluation::checkDependents(const Node& node, const At& at) {
  const dom::object members = objectOf(at.value);
  dom::element found;
  bool valid = true;
  for (const DependentNames& dependent : node.objects->dependentNames) {
    if (!budget_.spend(1 + members.size())) return false;
    if (members.at_key(dependent.trigger).get(found) != simdjson::SUCCESS) continue;
    for (const std::string_view name : dependent.required) {
      if (!budget_.spend(1 + members.size())) return false;
      if (members.at_key(name).get(found) == simdjson::SUCCESS) continue;
      valid = collecting() ? report(at, "dependentRequired", explainDependent(dependent.trigger, name, at.path)) : false;
      if (!collecting()) return false;
    }
  }
  for (const DependentNode& dependent : node.objects->dependentNodes) {
    if (!budget_.spend(1 + members.size())) return false;
    if (members.at_key(dependent.trigger).get(found) != simdjson::SUCCESS) continue;
    valid = evaluate(dependent.node, at) && valid;
    if (!valid && !collecting()) return false;
  }
  return valid;
}

bool Evaluation::checkUnevaluatedMembers(const Node& node, const At& at) {
  const NodeId rule = node.objects->unevaluated;
  bool valid = true;
  std::size_t index = 0;
  for (const auto entry : objectOf(at.value)) {
    if (!budget_.spend(1)) return false;
    const std::size_t here = index++;
    if (at.evaluated->has(here)) continue;
    const Member member{entry.key, entry.value, here, false};
    if (program_.nodes[rule].verdict != Verdict::Never) {
      valid = descend(rule, at, member) && valid;
    } else {
      const Path path{&at.path, member.name, 0, false, at.path.depth + 1};
      valid = collecting() ? report({at.value, path, at.scope, nullptr}, "unevaluatedProperties",
                                    explainUnknownMember(*node.objects, path))
                           : false;
    }
    if (!valid && !collecting()) return false;
  }
  return valid;
}

}  // namespace certus::gateway::schema
