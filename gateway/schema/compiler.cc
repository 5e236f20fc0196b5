#include "gateway/schema/compiler.h"

#include "gateway/schema/uri.h"

namespace certus::gateway::schema {
namespace {

namespace dom = simdjson::dom;

template <class Rules>
Rules& madeOnDemand(std::unique_ptr<Rules>& rules) {
  if (!rules) rules = std::make_unique<Rules>();
  return *rules;
}

}  // namespace

ObjectRules& Compiler::objects(NodeId id) { return madeOnDemand(node(id).objects); }
ArrayRules& Compiler::arrays(NodeId id) { return madeOnDemand(node(id).arrays); }
StringRules& Compiler::strings(NodeId id) { return madeOnDemand(node(id).strings); }
NumberRules& Compiler::numbers(NodeId id) { return madeOnDemand(node(id).numbers); }
Applied& Compiler::applied(NodeId id) { return madeOnDemand(node(id).applied); }

const std::unordered_map<std::string_view, Compiler::Keyword>& Compiler::keywords() {
  constexpr Vocabularies kCore = kCoreVocabulary, kApply = kApplicatorVocabulary, kCheck = kValidationVocabulary;
  static const std::unordered_map<std::string_view, Keyword> kTable = {
      {"$ref", {&Compiler::reference, kCore}},
      {"$dynamicRef", {&Compiler::dynamicReference, kCore}},
      {"allOf", {&Compiler::list, kApply}},
      {"anyOf", {&Compiler::list, kApply}},
      {"oneOf", {&Compiler::list, kApply}},
      {"prefixItems", {&Compiler::list, kApply}},
      {"not", {&Compiler::single, kApply}},
      {"if", {&Compiler::single, kApply}},
      {"then", {&Compiler::single, kApply}},
      {"else", {&Compiler::single, kApply}},
      {"items", {&Compiler::single, kApply}},
      {"contains", {&Compiler::single, kApply}},
      {"additionalProperties", {&Compiler::single, kApply}},
      {"propertyNames", {&Compiler::single, kApply}},
      {"unevaluatedItems", {&Compiler::single, kUnevaluatedVocabulary}},
      {"unevaluatedProperties", {&Compiler::single, kUnevaluatedVocabulary}},
      {"properties", {&Compiler::properties, kApply}},
      {"patternProperties", {&Compiler::patternProperties, kApply}},
      {"dependentSchemas", {&Compiler::dependentSchemas, kApply}},
      {"dependencies", {&Compiler::dependencies, kApply}},
      {"type", {&Compiler::type, kCheck}},
      {"enum", {&Compiler::allowedValues, kCheck}},
      {"const", {&Compiler::allowedValues, kCheck}},
      {"minimum", {&Compiler::numberBound, kCheck}},
      {"maximum", {&Compiler::numberBound, kCheck}},
      {"exclusiveMinimum", {&Compiler::numberBound, kCheck}},
      {"exclusiveMaximum", {&Compiler::numberBound, kCheck}},
      {"multipleOf", {&Compiler::numberBound, kCheck}},
      {"minLength", {&Compiler::count, kCheck}},
      {"maxLength", {&Compiler::count, kCheck}},
      {"minItems", {&Compiler::count, kCheck}},
      {"maxItems", {&Compiler::count, kCheck}},
      {"minContains", {&Compiler::count, kCheck}},
      {"maxContains", {&Compiler::count, kCheck}},
      {"minProperties", {&Compiler::count, kCheck}},
      {"maxProperties", {&Compiler::count, kCheck}},
      {"uniqueItems", {&Compiler::uniqueItems, kCheck}},
      {"pattern", {&Compiler::pattern, kCheck}},
      {"required", {&Compiler::required, kCheck}},
      {"dependentRequired", {&Compiler::dependentRequired, kCheck}},
  };
  return kTable;
}

Result<Program> Compiler::run(std::string_view schema) {
  auto root = index_.addDocument("", schema);
  if (!root) return tl::make_unexpected(root.error());
  program_.root = nodeFor(*root);
  program_.limits = limits_;
  if (auto done = compilePending(); !done) return tl::make_unexpected(done.error());
  if (auto done = compileDynamicTargets(); !done) return tl::make_unexpected(done.error());
  if (auto done = refuseCycles(); !done) return tl::make_unexpected(done.error());
  program_.documents = index_.releaseDocuments();
  return std::move(program_);
}

NodeId Compiler::nodeFor(LocationId at) {
  const auto [entry, isNew] = nodeAt_.try_emplace(at, static_cast<NodeId>(program_.nodes.size()));
  if (isNew) {
    program_.nodes.emplace_back();
    locationOf_.push_back(at);
  }
  return entry->second;
}

// A queue, not recursion: the depth of a schema is its author's choice.
Result<void> Compiler::compilePending() {
  for (; nextPending_ < program_.nodes.size(); ++nextPending_) {
    if (nextPending_ >= limits_.maxSubschemas) {
      return index_.failAt(
          locationOf_[nextPending_], {},
          "the schema and what it refers to have more than " + std::to_string(limits_.maxSubschemas) + " subschemas");
    }
    if (auto done = compileNode(nextPending_, locationOf_[nextPending_]); !done) return done;
  }
  return {};
}

Result<void> Compiler::compileNode(NodeId id, LocationId at) {
  const Location& location = index_.at(at);
  node(id).resource = location.resource;
  node(id).source = location.element;
  if (location.element.is_bool()) {
    node(id).verdict = location.element.get_bool().value_unsafe() ? Verdict::Always : Verdict::Never;
    return {};
  }
  const Vocabularies enabled = index_.resource(location.resource).vocabularies;
  for (const auto member : dom::object(location.element.get_object().value_unsafe())) {
    const auto known = keywords().find(member.key);
    if (known == keywords().end() || (known->second.vocabulary & enabled) == 0) continue;
    const Work work{id, at, member.key, member.value};
    if (auto done = (this->*known->second.handler)(work); !done) return done;
  }
  Node& done = node(id);
  if (done.objects) done.objects->properties.build();
  done.isLeaf = !done.objects && !done.arrays && !done.applied;
  return {};
}

Result<NodeId> Compiler::subschema(const Work& work, LocationId at, Value value) {
  if (value.is_object() || value.is_bool()) return nodeFor(at);
  return wrong(work, "a schema is an object, true or false");
}

Result<void> Compiler::reference(const Work& work) {
  std::string_view text;
  if (work.value.get(text) != simdjson::SUCCESS) return wrong(work, "a reference is a URI reference in a string");
  auto target = index_.resolve(work.at, text);
  if (!target) return tl::make_unexpected(target.error());
  const NodeId to = nodeFor(target->location);
  applied(work.id).reference = to;
  return {};
}

Result<void> Compiler::dynamicReference(const Work& work) {
  std::string_view text;
  if (work.value.get(text) != simdjson::SUCCESS) return wrong(work, "a reference is a URI reference in a string");
  auto target = index_.resolve(work.at, text);
  if (!target) return tl::make_unexpected(target.error());
  const NodeId to = nodeFor(target->location);
  Applied& rules = applied(work.id);
  rules.dynamicReference = to;
  if (!target->dynamicAnchor.empty()) {
    const auto number = static_cast<std::uint32_t>(dynamicNames_.size());
    rules.isDynamic = true;
    rules.dynamicAnchor = dynamicNames_.try_emplace(target->dynamicAnchor, number).first->second;
  }
  return {};
}

Result<void> Compiler::single(const Work& work) {
  auto to = subschema(work, index_.child(work.at, work.keyword, work.value), work.value);
  if (!to) return tl::make_unexpected(to.error());
  const std::string_view word = work.keyword;
  if (word == "not") applied(work.id).negated = *to;
  if (word == "if") applied(work.id).condition = *to;
  if (word == "then") applied(work.id).consequence = *to;
  if (word == "else") applied(work.id).alternative = *to;
  if (word == "items") arrays(work.id).items = *to;
  if (word == "contains") arrays(work.id).contains = *to;
  if (word == "unevaluatedItems") arrays(work.id).unevaluated = *to;
  if (word == "additionalProperties") objects(work.id).additional = *to;
  if (word == "propertyNames") objects(work.id).names = *to;
  if (word == "unevaluatedProperties") objects(work.id).unevaluated = *to;
  return {};
}

Result<std::vector<NodeId>> Compiler::subschemaList(const Work& work) {
  dom::array items;
  if (work.value.get(items) != simdjson::SUCCESS || items.size() == 0) {
    return wrong(work, "\"" + std::string(work.keyword) + "\" is a list of at least one schema");
  }
  const LocationId holder = index_.child(work.at, work.keyword, work.value);
  std::vector<NodeId> nodes;
  for (const auto item : items) {
    auto to = subschema(work, index_.child(holder, std::to_string(nodes.size()), item), item);
    if (!to) return tl::make_unexpected(to.error());
    nodes.push_back(*to);
  }
  return nodes;
}

Result<void> Compiler::list(const Work& work) {
  auto nodes = subschemaList(work);
  if (!nodes) return tl::make_unexpected(nodes.error());
  if (work.keyword == "allOf") applied(work.id).allOf = std::move(*nodes);
  if (work.keyword == "anyOf") applied(work.id).anyOf = std::move(*nodes);
  if (work.keyword == "oneOf") applied(work.id).oneOf = std::move(*nodes);
  if (work.keyword == "prefixItems") arrays(work.id).prefix = std::move(*nodes);
  return {};
}

// Any resource that was entered may stand in the dynamic scope, so its anchors of a name in use need nodes; compiling those
// may enter further resources.
Result<void> Compiler::compileDynamicTargets() {
  for (bool grown = true; grown;) {
    const std::size_t before = program_.nodes.size();
    std::vector<bool> entered(index_.resourceCount());
    for (const Node& compiled : program_.nodes) entered[compiled.resource] = true;
    program_.dynamicAnchors.assign(index_.resourceCount(), std::vector<NodeId>(dynamicNames_.size(), kNoNode));
    for (ResourceId resource = 0; resource < entered.size(); ++resource) {
      if (!entered[resource]) continue;
      for (const auto& [name, at] : index_.resource(resource).dynamicAnchors) {
        const auto used = dynamicNames_.find(name);
        if (used != dynamicNames_.end()) program_.dynamicAnchors[resource][used->second] = nodeFor(at);
      }
    }
    if (auto done = compilePending(); !done) return done;
    grown = program_.nodes.size() != before;
  }
  return {};
}

}  // namespace certus::gateway::schema
