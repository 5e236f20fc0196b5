// Test cases of a policy: who calls what, and what must be decided. YAML read by the same reader as the policy itself.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/shape.h"
#include "policy/rules/finding.h"
#include "policy/rules/policy.h"

namespace certus::rules {

struct CallerCase {
  std::string name, subject, tenant;
  std::vector<std::string> groups;
  std::optional<std::vector<std::string>> allowedTools;
};

struct DecisionCase {
  std::string name, as;
  std::string tool, resource, prompt;  // exactly one
  std::string argumentsJson = "{}";
  std::string expect;  // allow, hidden, refuse, confirm
  std::string remedy;  // argument, scope, confirmation; empty: any
  std::string rule;    // that must decide; empty: any
};

struct CaseFile {
  std::string file;
  std::vector<CallerCase> callers;
  std::vector<DecisionCase> cases;
  std::map<std::string, config::Place, std::less<>> places;
};

struct CaseReport {
  std::size_t passed = 0;
  std::vector<Finding> failures;  // each says what was decided instead, by which rule, and why

  std::string text() const;  // one line a failure, then the totals
  std::string json() const;
};

const config::Shape& caseShape();  // fills a CaseFile
std::string caseSchema();          // policy/cases.schema.json

// The test cases of a policy, `folder`/tests/*.yaml in the order of their names. What looks as if it were meant and is not
// read (*.yml, a sub-folder) is a finding, as is a folder that cannot be read.
inline constexpr const char* kCasesFolder = "tests";
std::vector<std::string> listCaseFiles(const std::string& folder, std::vector<Finding>& findings);

CaseFile readCases(std::string_view yaml, const std::string& file, std::vector<Finding>& findings);

// What a tool itself says against the arguments of a case; nullopt: it takes them, as far as they are stated.
using ArgumentCheck = std::function<std::optional<std::string>(const CatalogueItem&, simdjson::dom::element)>;

// A case about an unknown tool or caller is a failure, as is a caller with names that the policy does not know, and
// arguments that never come as far as a rule. Adds to `report`.
void runCases(const Policy& policy, const CaseFile& file, CaseReport& report, const ArgumentCheck& check = {});

}  // namespace certus::rules
