// From located subschemas to a Program: each keyword checked for its shape and stored as a rule, each reference as an index.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/schema/program.h"

namespace certus::gateway::schema {

class Compiler {
 public:
  Compiler(const std::map<std::string, std::string>& sources, const SchemaLimits& limits)
      : limits_(limits), index_(sources, limits_) {}

  Result<Program> run(std::string_view schema);

 private:
  using Value = simdjson::dom::element;
  // `id` is the node being compiled, `at` its place, `value` the keyword's value.
  struct Work {
    NodeId id;
    LocationId at;
    std::string_view keyword;
    Value value;
  };
  using Handler = Result<void> (Compiler::*)(const Work&);
  struct Keyword {
    Handler handler;
    Vocabularies vocabulary;
  };
  static const std::unordered_map<std::string_view, Keyword>& keywords();

  NodeId nodeFor(LocationId at);
  Result<void> compilePending();
  Result<void> compileNode(NodeId id, LocationId at);
  Result<void> compileDynamicTargets();
  Result<void> refuseCycles() const;

  // compiler.cc
  Result<void> reference(const Work& work);
  Result<void> dynamicReference(const Work& work);
  Result<NodeId> subschema(const Work& work, LocationId at, Value value);
  Result<std::vector<NodeId>> subschemaList(const Work& work);
  Result<void> list(const Work& work);
  Result<void> single(const Work& work);

  // assertions.cc
  Result<void> type(const Work& work);
  Result<void> allowedValues(const Work& work);
  Result<void> numberBound(const Work& work);
  Result<void> count(const Work& work);
  Result<void> pattern(const Work& work);
  Result<void> uniqueItems(const Work& work);

  // members.cc
  Result<void> properties(const Work& work);
  Result<void> patternProperties(const Work& work);
  Result<void> required(const Work& work);
  Result<void> dependentRequired(const Work& work);
  Result<void> dependentSchemas(const Work& work);
  Result<void> dependencies(const Work& work);
  Result<std::vector<std::string_view>> nameList(const Work& work, Value value);

  tl::unexpected<Error> wrong(const Work& work, const std::string& what) const {
    return index_.failAt(work.at, work.keyword, what);
  }
  Node& node(NodeId id) { return program_.nodes[id]; }
  ObjectRules& objects(NodeId id);
  ArrayRules& arrays(NodeId id);
  StringRules& strings(NodeId id);
  NumberRules& numbers(NodeId id);
  Applied& applied(NodeId id);

  SchemaLimits limits_;
  SchemaIndex index_;
  Program program_;
  std::unordered_map<LocationId, NodeId> nodeAt_;
  std::vector<LocationId> locationOf_;  // by NodeId
  NodeId nextPending_ = 0;
  std::unordered_map<std::string, std::uint32_t> dynamicNames_;  // anchor name -> number
};

}  // namespace certus::gateway::schema
