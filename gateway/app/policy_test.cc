// `certus-gateway policy test`: the cases of a policy, decided by it.
#include <iostream>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "config/yaml_document.h"
#include "gateway/app/argument_fit.h"
#include "gateway/app/commands.h"
#include "gateway/app/offline.h"
#include "policy/rules/cases.h"

namespace certus::app {
namespace {

// False: `findings`, or a file could not be understood; said.
bool runAll(const std::vector<std::string>& files, const rules::Policy& policy, Form form,
            std::vector<rules::Finding> findings, rules::CaseReport& report) {
  ArgumentFit fit;
  const rules::ArgumentCheck check = [&](const rules::CatalogueItem& tool, simdjson::dom::element arguments) {
    return fit.stated(tool, arguments);
  };
  for (const std::string& file : files) {
    const auto text = readFile(file, config::kMaxFileBytes);
    if (!text) {
      findings.push_back({file, {{}, "", text.error().message}});
      continue;
    }
    const rules::CaseFile cases = rules::readCases(*text, file, findings);
    const std::size_t passed = report.passed, failed = report.failures.size();
    rules::runCases(policy, cases, report, check);
    if (form == Form::Json) continue;
    std::cout << file << ": " << report.passed - passed << " passed, " << report.failures.size() - failed << " failed\n";
  }
  std::cerr << rules::textOf(findings);
  return findings.empty();
}

}  // namespace

int testPolicy(const CommandLine& line) {
  Offline offline(line);
  const auto set = offline.policy();
  if (!set) return kCannotSay;
  std::vector<rules::Finding> findings;
  const std::vector<std::string> files = rules::listCaseFiles(offline.policyFolder(), findings);
  if (files.empty()) {
    std::cerr << rules::textOf(findings) << offline.policyFolder() << '/' << rules::kCasesFolder
              << ": holds no *.yaml file with test cases, so nothing was tested; `certus-gateway policy test --help` "
              << "shows one\n";
    return kCannotSay;
  }
  rules::CaseReport report;
  const bool understood = runAll(files, *set->rules, line.form, std::move(findings), report);
  std::cout << (line.form == Form::Json ? report.json() : report.text());
  if (!understood) return kCannotSay;
  return report.failures.empty() ? kYes : kNo;
}

}  // namespace certus::app
