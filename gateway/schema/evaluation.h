// One validation in flight: walks the program and the value together. Lives on one thread's stack; allocates nothing while
// the value is valid (but for tracking more than 256 members under an unevaluated* keyword and uniqueItems of long arrays).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/schema/program.h"
#include "gateway/schema/schema.h"

namespace certus::gateway::schema {

// Where in the instance: a chain on the stack, rendered only for a violation.
struct Path {
  const Path* parent = nullptr;
  std::string_view name;
  std::size_t index = 0;
  bool isIndex = false;
  unsigned depth = 0;
};

// The dynamic scope (7.1): which schema resources were entered on the way here, innermost first.
struct Scope {
  const Scope* outer = nullptr;
  ResourceId resource = 0;
};

// Which members or items some keyword has looked at, for unevaluatedProperties and unevaluatedItems.
class Evaluated {
 public:
  void mark(std::size_t index) {
    if (index >= 64 * kInline) return markFar(index);
    words_[index / 64] |= std::uint64_t{1} << (index % 64);
  }
  void markAll() { all_ = true; }
  bool has(std::size_t index) const {
    if (all_) return true;
    if (index < 64 * kInline) return (words_[index / 64] >> (index % 64) & 1) != 0;
    return index < more_.size() && more_[index];
  }
  void merge(const Evaluated& other);

 private:
  void markFar(std::size_t index);

  static constexpr std::size_t kInline = 4;
  std::uint64_t words_[kInline] = {};
  std::vector<bool> more_;
  bool all_ = false;
};

class Evaluation {
 public:
  // `violations` may be null: then the first violation ends the walk.
  Evaluation(const Program& program, std::vector<Violation>* violations)
      : program_(program), violations_(violations), budget_(program.limits.maxSteps) {}

  bool run(simdjson::dom::element value);

 private:
  struct At {
    const Instance& value;
    const Path& path;
    const Scope* scope;
    Evaluated* evaluated;  // null when nobody asks
  };
  struct Member {
    std::string_view name;
    simdjson::dom::element value;
    std::size_t index;
    bool matched;  // by "properties"
  };

  // evaluation.cc
  bool evaluate(NodeId id, const At& at);
  bool evaluateRules(const Node& node, const At& at);
  bool evaluateNested(const Node& node, const At& at);
  bool checkValues(const AllowedValues& allowed, const Node& node, const At& at);
  bool checkString(const Node& node, const At& at);
  bool checkNumber(const Node& node, const At& at);
  bool quietly(NodeId id, const At& at);  // violations are not reported
  bool quietlyMerging(NodeId id, const At& at);

  // evaluation_object.cc
  bool checkObject(const Node& node, const At& at);
  bool checkMembers(const Node& node, const At& at);
  bool checkMember(const Node& node, const At& at, const Member& member);
  bool checkRequired(const Node& node, const At& at, const Evaluated& seen);
  bool checkDependents(const Node& node, const At& at);
  bool checkUnevaluatedMembers(const Node& node, const At& at);
  bool descend(NodeId id, const At& at, const Member& member);

  // evaluation_array.cc
  bool checkArray(const Node& node, const At& at);
  bool checkItems(const Node& node, const At& at);
  bool checkContains(const Node& node, const At& at);
  bool checkUnique(const At& at);
  bool checkUniqueByHash(const At& at);
  bool checkUnevaluatedItems(const Node& node, const At& at);

  // evaluation_applied.cc
  bool checkApplied(const Node& node, const At& at);
  bool checkReferences(const Node& node, const At& at);
  bool checkAnyOf(const Node& node, const At& at);
  bool checkOneOf(const Node& node, const At& at);
  bool checkCondition(const Node& node, const At& at);
  NodeId dynamicTarget(const Applied& rules, const Scope* scope) const;
  std::string explainBranches(const std::vector<NodeId>& branches, const At& at);

  // True while violations are wanted: a check that fails then composes its message and goes on.
  bool collecting() const { return violations_ != nullptr && violations_->size() < program_.limits.maxViolations; }
  bool report(const At& at, std::string_view rule, std::string message);  // always false

  const Program& program_;
  std::vector<Violation>* violations_;
  Budget budget_;
  unsigned nesting_ = 0;
  const char* limit_ = nullptr;  // which cap ended the walk: the value is then refused whatever the walk returned
};

}  // namespace certus::gateway::schema
