// A compiled schema: one Node a subschema, rules grouped by the kind of value they bear on, every reference an index.
// Immutable once built and shared by threads; the views and elements in it belong to `documents`.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/schema/instance.h"
#include "gateway/schema/pattern.h"
#include "gateway/schema/property_table.h"
#include "gateway/schema/schema_index.h"

namespace certus::gateway::schema {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = std::numeric_limits<NodeId>::max();
inline constexpr std::uint64_t kNoMaximum = std::numeric_limits<std::uint64_t>::max();

struct StringRules {
  std::uint64_t minLength = 0, maxLength = kNoMaximum;  // code points
  std::optional<Pattern> pattern;
};

struct NumberRules {
  std::optional<Number> minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf;
};

struct PatternRule {
  Pattern pattern;
  NodeId node;
};

struct DependentNames {
  std::string_view trigger;
  std::vector<std::string_view> required;
};

struct DependentNode {
  std::string_view trigger;
  NodeId node;
};

struct ObjectRules {
  PropertyTable properties;             // "properties" and "required" in one table
  std::vector<NodeId> propertyNodes;    // by property number; kNoNode: only required
  std::vector<std::uint32_t> required;  // property numbers
  std::vector<PatternRule> patterns;
  NodeId additional = kNoNode, names = kNoNode, unevaluated = kNoNode;
  std::uint64_t minProperties = 0, maxProperties = kNoMaximum;
  std::vector<DependentNames> dependentNames;
  std::vector<DependentNode> dependentNodes;
};

struct ArrayRules {
  std::vector<NodeId> prefix;
  NodeId items = kNoNode, contains = kNoNode, unevaluated = kNoNode;
  std::uint64_t minItems = 0, maxItems = kNoMaximum, minContains = 1, maxContains = kNoMaximum;
  bool unique = false;
};

// What applies other subschemas to the same value.
struct Applied {
  NodeId reference = kNoNode, negated = kNoNode, condition = kNoNode, consequence = kNoNode, alternative = kNoNode;
  NodeId dynamicReference = kNoNode;  // where it leads when the dynamic scope says nothing
  std::uint32_t dynamicAnchor = 0;    // name number, when isDynamic
  bool isDynamic = false;
  std::vector<NodeId> allOf, anyOf, oneOf;
};

// "enum" and "const": few values are compared in turn, many are found by hash.
struct AllowedValues {
  std::vector<Instance> values;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> byHash;  // sorted; empty when there are few
  bool isConst = false;
};

enum class Verdict : std::uint8_t { ByRules, Always, Never };

struct Node {
  Verdict verdict = Verdict::ByRules;
  KindMask kinds = kAnyKind;
  bool isLeaf = true;  // no subschema is applied to the value or its parts
  ResourceId resource = 0;
  std::unique_ptr<AllowedValues> constant, enumeration;
  std::unique_ptr<StringRules> strings;
  std::unique_ptr<NumberRules> numbers;
  std::unique_ptr<ObjectRules> objects;
  std::unique_ptr<ArrayRules> arrays;
  std::unique_ptr<Applied> applied;
  simdjson::dom::element source;  // for messages: description, examples, default
};

struct Program {
  std::vector<Node> nodes;
  NodeId root = 0;
  // [resource][anchor name number] -> node; only for anchors that some $dynamicRef names.
  std::vector<std::vector<NodeId>> dynamicAnchors;
  Documents documents;
  SchemaLimits limits;
};

}  // namespace certus::gateway::schema
