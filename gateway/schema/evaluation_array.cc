// Evaluation: an array's items.
#include <algorithm>

#include "gateway/schema/evaluation.h"
#include "gateway/schema/explain.h"

namespace certus::gateway::schema {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kComparedInPairs = 16;  // items; longer arrays are compared by hash

dom::array arrayOf(const Instance& value) { return value.element.get_array().value_unsafe(); }

}  // namespace

bool Evaluation::checkArray(const Node& node, const At& at) {
  const ArrayRules& rules = *node.arrays;
  bool valid = true;
  const bool countsOrUnique = rules.minItems > 0 || rules.maxItems != kNoMaximum || rules.unique;
  const std::size_t size = countsOrUnique ? arrayOf(at.value).size() : 0;
  if (countsOrUnique && (size < rules.minItems || size > rules.maxItems)) {
    valid = collecting()
                ? report(at, size < rules.minItems ? "minItems" : "maxItems", explainItemCount(rules, size, at.path))
                : false;
    if (!collecting()) return false;
  }
  if (!rules.prefix.empty() || rules.items != kNoNode) valid = checkItems(node, at) && valid;
  if (!valid && !collecting()) return false;
  if (rules.contains != kNoNode) valid = checkContains(node, at) && valid;
  if (!valid && !collecting()) return false;
  if (rules.unique && size > 1) valid = (size > kComparedInPairs ? checkUniqueByHash(at) : checkUnique(at)) && valid;
  return valid;
}

bool Evaluation::checkItems(const Node& node, const At& at) {
  const ArrayRules& rules = *node.arrays;
  bool valid = true;
  std::size_t index = 0;
  for (const auto item : arrayOf(at.value)) {
    if (!budget_.spend(1)) return false;
    const std::size_t here = index++;
    const NodeId rule = here < rules.prefix.size() ? rules.prefix[here] : rules.items;
    if (rule == kNoNode) break;
    if (at.evaluated != nullptr) at.evaluated->mark(here);
    const Instance value = Instance::of(item);
    const Path path{&at.path, {}, here, true, at.path.depth + 1};
    valid = evaluate(rule, {value, path, at.scope, nullptr}) && valid;
    if (!valid && !collecting()) return false;
  }
  return valid;
}

bool Evaluation::checkContains(const Node& node, const At& at) {
  const ArrayRules& rules = *node.arrays;
  std::uint64_t matches = 0;
  std::size_t index = 0;
  for (const auto item : arrayOf(at.value)) {
    if (!budget_.spend(1)) return false;
    const std::size_t here = index++;
    const Instance value = Instance::of(item);
    const Path path{&at.path, {}, here, true, at.path.depth + 1};
    if (!quietly(rules.contains, {value, path, at.scope, nullptr})) continue;
    ++matches;
    if (at.evaluated != nullptr) at.evaluated->mark(here);
    const bool settled = matches >= rules.minContains && rules.maxContains == kNoMaximum && at.evaluated == nullptr;
    if (settled) return true;
  }
  if (matches >= rules.minContains && matches <= rules.maxContains) return true;
  const bool few = matches < rules.minContains;
  const char* rule = !few ? "maxContains" : (rules.minContains == 1 ? "contains" : "minContains");
  return collecting() ? report(at, rule, explainContains(rules, matches, at.path)) : false;
}

bool Evaluation::checkUnique(const At& at) {
  const dom::array items = arrayOf(at.value);
  std::size_t first = 0;
  for (auto left = items.begin(); left != items.end(); ++left, ++first) {
    const Instance value = Instance::of(*left);
    auto right = left;
    std::size_t second = first + 1;
    for (++right; right != items.end(); ++right, ++second) {
      if (!equal(value, Instance::of(*right), budget_)) continue;
      return collecting() ? report(at, "uniqueItems", explainRepeated(first, second, value, at.path)) : false;
    }
  }
  return true;
}

bool Evaluation::checkUniqueByHash(const At& at) {
  struct Entry {
    std::uint64_t hash;
    std::size_t index;
    dom::element item;
  };
  std::vector<Entry> entries;
  for (const auto item : arrayOf(at.value)) entries.push_back({hashOf(Instance::of(item), budget_), entries.size(), item});
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.hash != b.hash ? a.hash < b.hash : a.index < b.index; });
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Instance value = Instance::of(entries[i].item);
    for (std::size_t j = i + 1; j < entries.size() && entries[j].hash == entries[i].hash; ++j) {
      if (!budget_.spend(1)) return false;
      if (!equal(value, Instance::of(entries[j].item), budget_)) continue;
      return collecting() ? report(at, "uniqueItems", explainRepeated(entries[i].index, entries[j].index, value, at.path))
                          : false;
    }
  }
  return true;
}

bool Evaluation::checkUnevaluatedItems(const Node& node, const At& at) {
  bool valid = true;
  std::size_t index = 0;
  for (const auto item : arrayOf(at.value)) {
    if (!budget_.spend(1)) return false;
    const std::size_t here = index++;
    if (at.evaluated->has(here)) continue;
    at.evaluated->mark(here);
    const Instance value = Instance::of(item);
    const Path path{&at.path, {}, here, true, at.path.depth + 1};
    valid = evaluate(node.arrays->unevaluated, {value, path, at.scope, nullptr}) && valid;
    if (!valid && !collecting()) return false;
  }
  return valid;
}

}  // namespace certus::gateway::schema
