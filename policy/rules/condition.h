// One condition on one argument, compiled. It answers in three values, so that a rule can be read on the safe side:
// an allow needs every condition to hold, a deny applies unless one fails.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <re2/re2.h>
#include <simdjson.h>

#include "policy/rules/argument_path.h"
#include "policy/rules/literal.h"
#include "policy/rules/source.h"

namespace certus::rules {

class Condition {
 public:
  // `key` of the condition ("pattern", "one_of[2]", "" for all of it) and what is wrong with it.
  using Report = std::function<void(const std::string& key, std::string message)>;
  static std::optional<Condition> compile(const ConditionSource& source, const Report& report);

  // Bits of Found, at least one. `arguments`: what the caller sent, an object.
  unsigned find(simdjson::dom::element arguments) const;

  const std::string& pathText() const { return pathText_; }
  const ArgumentPath& path() const { return path_; }
  const std::vector<Literal>& literals() const { return literals_; }
  const RE2* pattern() const { return pattern_.get(); }
  const std::optional<Literal>& atLeast() const { return atLeast_; }
  const std::optional<Literal>& atMost() const { return atMost_; }
  const std::optional<bool>& present() const { return present_; }
  bool comparesValue() const { return !literals_.empty() || pattern_ || atLeast_ || atMost_; }

  // Equal texts: conditions that always find the same.
  std::string canonical() const;

  // "artifact_type is one of "sbom", "report""; never what the caller sent.
  std::string wish() const;

 private:
  bool readValues(const ConditionSource& source, const Report& report);
  bool readPattern(const std::string& pattern, const Report& report);
  bool readBounds(const ConditionSource& source, const Report& report);
  bool canHold(const ConditionSource& source, const Report& report) const;
  bool isWithin(long double number) const;
  unsigned walk(simdjson::dom::element value, std::size_t step) const;
  unsigned test(simdjson::dom::element value) const;
  unsigned testLiterals(simdjson::dom::element value) const;
  unsigned testPattern(simdjson::dom::element value) const;
  unsigned testBounds(simdjson::dom::element value) const;
  unsigned absent() const;

  std::string pathText_;
  ArgumentPath path_;
  std::vector<Literal> literals_;  // equals: one; one_of: several
  std::unique_ptr<RE2> pattern_;
  std::optional<Literal> atLeast_, atMost_;
  std::optional<bool> present_;
};

// All of a rule's conditions hold for certain; or none of them fails for certain.
bool allHold(const std::vector<Condition>& conditions, simdjson::dom::element arguments);
bool noneFails(const std::vector<Condition>& conditions, simdjson::dom::element arguments);

}  // namespace certus::rules
