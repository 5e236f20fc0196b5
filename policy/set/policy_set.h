// One generation of policy: rules and limits of one folder, compiled together against the real tools. Immutable; any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/shape.h"
#include "policy/limits/plan.h"
#include "policy/rules/compiler.h"
#include "policy/rules/reader.h"

namespace certus::policy {

struct PolicySet {
  std::shared_ptr<const rules::Policy> rules;       // never null
  std::shared_ptr<const limits::LimitPlan> limits;  // never null; may limit nothing
  std::string digest;                               // SHA-256 in hex of the files that were read
};

// Null: the plan knows no such item.
const limits::ItemLimits* limitsOf(const PolicySet& set, const rules::CatalogueItem& item);

struct PolicyBuild {
  std::shared_ptr<const PolicySet> set;  // null when there is an error
  std::vector<rules::Finding> errors;    // of all files, in file order
  std::vector<rules::Finding> warnings;

  std::string text() const { return rules::textOf(errors) + rules::textOf(warnings); }
};

// `secret`: the process's own, random; equal ones let the debts of local limits outlive a reload.
PolicyBuild build(const rules::PolicyFiles& files, const rules::Catalogue& catalogue, const limits::HashSecret& secret,
                  rules::Unmatched unmatched = rules::Unmatched::AreErrors);

// The whole way from a folder, for commands and reload.
PolicyBuild buildFolder(const std::string& folder, const rules::Catalogue& catalogue, const limits::HashSecret& secret,
                        rules::Unmatched unmatched = rules::Unmatched::AreErrors);

// A whole policy file: tenants, groups, subjects, rules, limits.
std::string policyFileSchema();  // policy/policy.schema.json

}  // namespace certus::policy
