// What a tool's input schema says about one argument, as far as a rule about it can be wrong. Lenient where the schema is
// silent: it names mistakes, it does not validate.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/rules/argument_path.h"
#include "policy/rules/condition.h"

namespace certus::rules {

class ArgumentSchema {
 public:
  // An unreadable schema describes nothing: every argument may exist.
  explicit ArgumentSchema(const std::string& json);

  // `key` of the condition and what is wrong: no such argument, another type, a value that can never come.
  using Complaints = std::vector<std::pair<std::string, std::string>>;
  Complaints check(const Condition& condition) const;

  std::vector<std::string> paths() const;  // that the schema names, at most 200, at most four steps deep

 private:
  using Json = nlohmann::json;
  using Schemas = std::vector<const Json*>;
  struct Spot {
    bool open = false;  // the schema lets anything stand here
    Schemas schemas;    // otherwise: any of these may apply
  };

  void expand(const Json& schema, Schemas& out, int& budget) const;
  const Json* resolve(const std::string& reference) const;
  void enter(const Json& schema, const PathStep& step, Spot& out) const;
  Spot find(const ArgumentPath& path) const;
  bool isRequired(const ArgumentPath& path) const;
  void collect(const Json& schema, const std::string& prefix, int depth, std::vector<std::string>& out) const;

  Json root_;
};

}  // namespace certus::rules
