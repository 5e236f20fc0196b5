// One RuleSource into a Rule, against people and catalogue. Part of the compiler.
#pragma once

#include <optional>
#include <vector>

#include "policy/rules/argument_schema.h"
#include "policy/rules/compiler.h"

namespace certus::rules {

class RuleCompiler {
 public:
  RuleCompiler(const People& people, const Catalogue& catalogue, Unmatched unmatched, Compilation& out);

  std::optional<Rule> compile(const Source& source, const RuleSource& rule);

 private:
  void readWho(const WhoSource& who, Rule& out);
  void readSubjects(const WhoSource& who, Rule& out);
  template <class Find>
  Ids resolve(const std::vector<std::string>& names, const char* kind, Find find, const std::vector<std::string>& known);
  void readTargets(const std::vector<std::string>& globs, ItemKind kind, const char* key, Rule& out);
  void readConditions(const RuleSource& rule, Rule& out);
  void refuseContradictions(const Rule& rule);
  void checkAgainstTools(const Condition& condition, const Rule& rule);
  const ArgumentSchema& schemaOf(Id item);
  void error(const std::string& path, std::string message);
  void mismatch(const std::string& path, std::string message);  // with the tools that there are

  const People& people_;
  const Catalogue& catalogue_;
  Unmatched unmatched_;
  Compilation& out_;
  const Source* source_ = nullptr;
  std::string path_;
  std::vector<std::optional<ArgumentSchema>> schemas_;
  std::vector<std::string> groupNames_, subjectNames_;
};

// SHA-256 in hex over the rule's name and everything that decides, in one canonical form.
std::string digestOf(const RuleSource& rule);

}  // namespace certus::rules
