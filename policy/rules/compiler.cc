#include "policy/rules/compiler.h"

#include <algorithm>
#include <map>

#include "base/encoding.h"
#include "policy/rules/reader.h"
#include "policy/rules/rule_compiler.h"
#include "policy/rules/shadow.h"

namespace certus::rules {
namespace {

constexpr std::size_t kMostRules = 20'000;

std::string placeText(const Source& source, const std::string& path) {
  const config::Place place = source.placeOf(path);
  return source.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

void refuseSecondRules(const std::vector<Source>& sources, std::vector<Finding>& errors) {
  std::map<std::string, std::string> seen;
  for (const Source& source : sources) {
    for (const RuleSource& rule : source.rules) {
      const std::string path = "rules." + rule.name;
      const auto [first, added] = seen.emplace(rule.name, placeText(source, path));
      if (added) continue;
      errors.push_back(
          {source.file,
           {source.placeOf(path), path, "a rule of this name already stands in " + first->second + "; rename one"}});
    }
  }
}

std::string digestOfAll(const std::vector<Source>& sources, const People& people, const std::vector<Rule>& rules) {
  std::string all;
  for (const Rule& rule : rules) all += rule.digest;
  for (const std::string& name : people.subjectNames()) {
    const Subject& subject = *people.subject(name);
    all += name + "\n" + (subject.tenant ? people.tenants()[*subject.tenant] : "") + "\n";
    for (const Id group : subject.groups) all += people.groups()[group].name + "\n";
  }
  for (const Group& group : people.groups()) all += group.name + (group.claimed ? "+" : "-");
  for (const Source& source : sources) all += std::to_string(source.rules.size()) + ",";
  return toHex(sha256(all));
}

void warnOfNoGrant(const std::vector<Source>& sources, const std::vector<Rule>& rules, std::vector<Finding>& warnings) {
  if (sources.empty() || std::any_of(rules.begin(), rules.end(), [](const Rule& r) { return r.effect != Effect::Deny; }))
    return;
  warnings.push_back({sources.front().file,
                      {{}, "rules", "no rule of any file allows anybody anything, so every tool is hidden from everybody"}});
}

void inFileOrder(const std::vector<Source>& sources, std::vector<Finding>& findings) {
  std::map<std::string, std::size_t> order;
  for (const Source& source : sources) order.emplace(source.file, order.size());
  const auto key = [&](const Finding& f) {
    return std::tuple(order.at(f.file), f.problem.place.line, f.problem.place.column);
  };
  std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

}  // namespace

Compilation compile(const std::vector<Source>& sources, Catalogue catalogue, Unmatched unmatched) {
  Compilation out;
  Policy::Parts parts;
  parts.people = People::merge(sources, out.errors);
  refuseSecondRules(sources, out.errors);
  RuleCompiler compiler(parts.people, catalogue, unmatched, out);
  for (const Source& source : sources) {
    for (const RuleSource& rule : source.rules) {
      if (auto compiled = compiler.compile(source, rule)) parts.rules.push_back(std::move(*compiled));
    }
  }
  if (parts.rules.size() > kMostRules)
    out.errors.push_back({sources.front().file, {{}, "rules", "more than " + std::to_string(kMostRules) + " rules"}});
  if (out.errors.empty()) {
    auto& shadowed = unmatched == Unmatched::AreErrors ? out.errors : out.warnings;
    findShadowed(parts.rules, parts.people, catalogue, shadowed);
  }
  if (out.errors.empty()) warnOfNoGrant(sources, parts.rules, out.warnings);
  inFileOrder(sources, out.errors);
  inFileOrder(sources, out.warnings);
  if (!out.errors.empty()) return out;
  parts.digest = digestOfAll(sources, parts.people, parts.rules);
  parts.catalogue = std::move(catalogue);
  out.policy = std::make_shared<const Policy>(std::move(parts));
  return out;
}

Compilation compileFolder(const std::string& folder, Catalogue catalogue) {
  Compilation out;
  const PolicyFiles files = readPolicyFolder(folder, out.errors);
  const auto sources = readSources(files, out.errors);
  // What could not be read would only make names unknown; those messages would hide the one that counts.
  if (!out.errors.empty()) return out;
  return compile(sources, std::move(catalogue));
}

}  // namespace certus::rules
