#include "gateway/schema/evaluation.h"

#include <algorithm>

#include "gateway/schema/explain.h"

namespace certus::gateway::schema {
namespace {

std::size_t codePoints(std::string_view text) {
  std::size_t continuation = 0;
  for (const char c : text) continuation += (static_cast<unsigned char>(c) & 0xC0U) == 0x80U ? 1 : 0;
  return text.size() - continuation;
}

}  // namespace

void Evaluated::markFar(std::size_t index) {
  if (more_.size() <= index) more_.resize(index + 1);
  more_[index] = true;
}

void Evaluated::merge(const Evaluated& other) {
  all_ = all_ || other.all_;
  for (std::size_t i = 0; i < kInline; ++i) words_[i] |= other.words_[i];
  if (more_.size() < other.more_.size()) more_.resize(other.more_.size());
  for (std::size_t i = 0; i < other.more_.size(); ++i) more_[i] = more_[i] || other.more_[i];
}

bool Evaluation::run(simdjson::dom::element value) {
  const Instance instance = Instance::of(value);
  const Path root;
  const bool valid = evaluate(program_.root, {instance, root, nullptr, nullptr});
  if (budget_.exhausted()) limit_ = "takes more work to check than is allowed; send a smaller or simpler value";
  if (limit_ == nullptr) return valid;
  if (violations_ != nullptr) violations_->assign(1, Violation{"", "limit", std::string("the value ") + limit_});
  return false;
}

bool Evaluation::report(const At& at, std::string_view rule, std::string message) {
  if (collecting()) violations_->push_back({pointerOf(at.path), std::string(rule), std::move(message)});
  return false;
}

bool Evaluation::evaluate(NodeId id, const At& at) {
  const Node& node = program_.nodes[id];
  if (node.verdict == Verdict::Always) return true;
  if (limit_ != nullptr || !budget_.spend(1)) return false;
  if (node.verdict == Verdict::Never) {
    return collecting() ? report(at, "false", subjectOf(at.path) + " is not allowed here; leave it out") : false;
  }
  if (node.isLeaf && at.scope != nullptr) return evaluateRules(node, at);
  // Every level of the value may pass through a few references and combinations, not through a chain without end.
  constexpr unsigned kFramesPerLevel = 16;
  if (at.path.depth > program_.limits.maxDepth) {
    limit_ = "is nested too deeply";
    return false;
  }
  if (nesting_ >= program_.limits.maxDepth * kFramesPerLevel) {
    limit_ = "leads the schema's references round without end";
    return false;
  }
  ++nesting_;
  const Scope entered{at.scope, node.resource};
  const bool enters = at.scope == nullptr || at.scope->resource != node.resource;
  const bool valid = evaluateNested(node, {at.value, at.path, enters ? &entered : at.scope, at.evaluated});
  --nesting_;
  return valid;
}

bool Evaluation::evaluateRules(const Node& node, const At& at) {
  const bool rightKind = (node.kinds & maskOf(at.value.kind)) != 0;
  if (!rightKind) return collecting() ? report(at, "type", explainType(node, at.value, at.path)) : false;
  bool valid = true;
  if (node.constant) valid = checkValues(*node.constant, node, at) && valid;
  if (node.enumeration) valid = checkValues(*node.enumeration, node, at) && valid;
  if (!valid && !collecting()) return false;
  if (node.strings && at.value.kind == Kind::String) return checkString(node, at) && valid;
  const bool isNumber = at.value.kind == Kind::Integer || at.value.kind == Kind::Fraction;
  if (node.numbers && isNumber) return checkNumber(node, at) && valid;
  return valid;
}

bool Evaluation::evaluateNested(const Node& node, const At& at) {
  const bool asksMembers = at.value.kind == Kind::Object && node.objects && node.objects->unevaluated != kNoNode;
  const bool asksItems = at.value.kind == Kind::Array && node.arrays && node.arrays->unevaluated != kNoNode;
  Evaluated own;
  const At inner{at.value, at.path, at.scope, asksMembers || asksItems ? &own : at.evaluated};
  bool valid = evaluateRules(node, inner);
  if (!valid && (!collecting() || (node.kinds & maskOf(at.value.kind)) == 0)) return false;
  if (node.objects && at.value.kind == Kind::Object) valid = checkObject(node, inner) && valid;
  if (!valid && !collecting()) return false;
  if (node.arrays && at.value.kind == Kind::Array) valid = checkArray(node, inner) && valid;
  if (!valid && !collecting()) return false;
  if (node.applied) valid = checkApplied(node, inner) && valid;
  if (!valid && !collecting()) return false;
  if (asksMembers) valid = checkUnevaluatedMembers(node, inner) && valid;
  if (asksItems) valid = checkUnevaluatedItems(node, inner) && valid;
  if (at.evaluated != nullptr && inner.evaluated == &own) at.evaluated->merge(own);
  return valid;
}

bool Evaluation::quietly(NodeId id, const At& at) {
  std::vector<Violation>* const wanted = violations_;
  violations_ = nullptr;
  const bool valid = evaluate(id, at);
  violations_ = wanted;
  return valid;
}

// A branch that fails must leave no trace in what counts as evaluated.
bool Evaluation::quietlyMerging(NodeId id, const At& at) {
  if (at.evaluated == nullptr) return quietly(id, at);
  Evaluated branch;
  const bool valid = quietly(id, {at.value, at.path, at.scope, &branch});
  if (valid) at.evaluated->merge(branch);
  return valid;
}

bool Evaluation::checkValues(const AllowedValues& allowed, const Node& node, const At& at) {
  bool found = false;
  if (allowed.byHash.empty()) {
    for (const Instance& value : allowed.values) {
      found = equal(at.value, value, budget_);
      if (found) break;
    }
  } else {
    const std::uint64_t hash = hashOf(at.value, budget_);
    auto entry = std::lower_bound(allowed.byHash.begin(), allowed.byHash.end(), std::pair{hash, std::uint32_t{0}});
    for (; !found && entry != allowed.byHash.end() && entry->first == hash; ++entry) {
      found = equal(at.value, allowed.values[entry->second], budget_);
    }
  }
  if (found || !collecting()) return found;
  return report(at, allowed.isConst ? "const" : "enum", explainValues(allowed, node, at.value, at.path));
}

bool Evaluation::checkString(const Node& node, const At& at) {
  const StringRules& rules = *node.strings;
  const std::string_view text = at.value.text;
  bool valid = true;
  // A code point takes one to four bytes, so most lengths are settled without counting.
  const bool longEnough = text.size() / 4 >= rules.minLength || codePoints(text) >= rules.minLength;
  const bool shortEnough = text.size() <= rules.maxLength || codePoints(text) <= rules.maxLength;
  if (!longEnough) valid = collecting() ? report(at, "minLength", explainLength(node, codePoints(text), at.path)) : false;
  if (!shortEnough) valid = collecting() ? report(at, "maxLength", explainLength(node, codePoints(text), at.path)) : false;
  if (!valid && !collecting()) return false;
  if (rules.pattern && !rules.pattern->matches(text)) {
    valid = collecting() ? report(at, "pattern", explainPattern(node, at.value, at.path)) : false;
  }
  return valid;
}

bool Evaluation::checkNumber(const Node& node, const At& at) {
  const NumberRules& rules = *node.numbers;
  const Number value = at.value.number;
  const auto broken = [&](const char* rule, Number bound) {
    return collecting() ? report(at, rule, explainNumber(rule, bound, node, at.value, at.path)) : false;
  };
  bool valid = true;
  if (rules.minimum && compare(value, *rules.minimum) < 0) valid = broken("minimum", *rules.minimum);
  if (rules.maximum && compare(value, *rules.maximum) > 0) valid = broken("maximum", *rules.maximum);
  if (rules.exclusiveMinimum && compare(value, *rules.exclusiveMinimum) <= 0) {
    valid = broken("exclusiveMinimum", *rules.exclusiveMinimum);
  }
  if (rules.exclusiveMaximum && compare(value, *rules.exclusiveMaximum) >= 0) {
    valid = broken("exclusiveMaximum", *rules.exclusiveMaximum);
  }
  if (rules.multipleOf && !isMultiple(value, *rules.multipleOf)) valid = broken("multipleOf", *rules.multipleOf);
  return valid;
}

}  // namespace certus::gateway::schema
