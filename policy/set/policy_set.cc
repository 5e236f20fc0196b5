#include "policy/set/policy_set.h"

#include "config/json_schema.h"
#include "config/shape_of.h"
#include "config/shape_reader.h"
#include "config/yaml_document.h"
#include "policy/limits/limits_shape.h"
#include "policy/rules/policy_shape.h"

namespace certus::policy {
namespace {

struct PolicyFile {
  rules::Source source;
  limits::LimitsConfig limits;
};

const config::Shape& policyFileShape() {
  static const config::Shape shape = [] {
    config::ShapeOf<PolicyFile> out;
    rules::addSections(out, [](PolicyFile& file) -> rules::Source& { return file.source; });
    out.section("limits", limits::limitsShape(), "How often, and how many at a time.",
                [](PolicyFile& file) -> limits::LimitsConfig& { return file.limits; });
    out.shape.neverBlank = true;
    return std::move(out.shape);
  }();
  return shape;
}

PolicyFile read(const rules::PolicyFiles::File& file, std::vector<rules::Finding>& errors) {
  PolicyFile out;
  config::Problems problems;
  if (const auto root = config::parseYaml(file.text, problems))
    config::ShapeReader(problems, out.source.places).read(*root, policyFileShape(), "", &out);
  out.source.file = out.limits.file = file.name;
  for (const auto& [path, place] : out.source.places) {
    if (path.starts_with("limits")) out.limits.places.emplace(path, place);
  }
  for (config::Problem& problem : problems.take()) errors.push_back({file.name, std::move(problem)});
  return out;
}

limits::ItemKind kindOf(const rules::CatalogueItem& item) {
  switch (item.kind) {
    case rules::ItemKind::Resource: return limits::ItemKind::Resource;
    case rules::ItemKind::Prompt: return limits::ItemKind::Prompt;
    case rules::ItemKind::Tool: break;
  }
  return limits::ItemKind::Tool;
}

}  // namespace

const limits::ItemLimits* limitsOf(const PolicySet& set, const rules::CatalogueItem& item) {
  return set.limits->item(kindOf(item), item.fullName());
}

PolicyBuild build(const rules::PolicyFiles& files, const rules::Catalogue& catalogue, const limits::HashSecret& secret,
                  rules::Unmatched unmatched) {
  PolicyBuild out;
  std::vector<rules::Source> sources;
  std::vector<limits::LimitsConfig> limitFiles;
  for (const rules::PolicyFiles::File& file : files.files) {
    PolicyFile parsed = read(file, out.errors);
    sources.push_back(std::move(parsed.source));
    limitFiles.push_back(std::move(parsed.limits));
  }
  if (!out.errors.empty()) return out;  // what was not understood cannot be compared with tools
  rules::Compilation compiled = rules::compile(sources, catalogue, unmatched);
  out.errors = std::move(compiled.errors);
  out.warnings = std::move(compiled.warnings);
  std::vector<limits::LimitPlan::Item> items;
  for (const rules::CatalogueItem& item : catalogue) items.push_back({kindOf(item), item.fullName()});
  limits::LimitPlan::Parts parts{limitFiles, items, secret};
  std::vector<std::string> groups, subjects;
  if (compiled.policy) {
    const rules::People& people = compiled.policy->people();
    groups = people.groupNames();
    subjects = people.subjectNames();
    parts.groups = &groups;
    parts.tenants = &people.tenants();
    parts.subjects = &subjects;
  }
  if (unmatched == rules::Unmatched::AreWarnings) parts.unmatched = limits::Unmatched::AreWarnings;
  limits::PlanBuild plan = limits::LimitPlan::build(parts);
  for (limits::FileProblem& problem : plan.problems) out.errors.push_back({problem.file, std::move(problem.problem)});
  for (limits::FileProblem& warning : plan.warnings) out.warnings.push_back({warning.file, std::move(warning.problem)});
  if (!out.errors.empty() || !compiled.policy) return out;
  auto set = std::make_shared<PolicySet>();
  set->rules = std::move(compiled.policy);
  set->limits = std::move(plan.plan);
  set->digest = files.digest;
  out.set = std::move(set);
  return out;
}

PolicyBuild buildFolder(const std::string& folder, const rules::Catalogue& catalogue, const limits::HashSecret& secret,
                        rules::Unmatched unmatched) {
  std::vector<rules::Finding> unreadable;
  const rules::PolicyFiles files = rules::readPolicyFolder(folder, unreadable);
  PolicyBuild out = build(files, catalogue, secret, unmatched);
  if (unreadable.empty()) return out;
  out.set = nullptr;
  out.errors.insert(out.errors.begin(), unreadable.begin(), unreadable.end());
  return out;
}

std::string policyFileSchema() { return config::jsonSchema(policyFileShape(), "Certus Gateway policy"); }

}  // namespace certus::policy
