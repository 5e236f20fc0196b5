// Callers that no group, tenant or subject stands for alone: those in several at once, as far as a changed rule makes them
// differ. Names, because numbers of two policies say nothing about each other.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/rules/policy.h"

namespace certus::rules {

struct Combination {
  std::string subject;              // empty: nobody whom a file names
  std::vector<std::string> groups;  // sorted; beside those that the files put the subject into
  std::string tenant;               // empty: none, or that of the files

  auto operator<=>(const Combination&) const = default;
  std::size_t parts() const { return (subject.empty() ? 0u : 1u) + groups.size() + (tenant.empty() ? 0u : 1u); }
  bool within(const Combination& wider) const;
  Identity in(const Policy& policy) const;  // what the policy does not know is left out
  std::string text() const;                 // "groups dev, ops of tenant acme"
};

// Groups and tenant that the files give a subject; without its name.
Combination membershipOf(const People& people, const std::string& subject);

inline constexpr std::size_t kMostCombinations = 4'000;
struct Combinations {
  std::vector<Combination> compared;  // of two parts and more, the fewer the sooner
  bool complete = true;               // false: there are more than kMostCombinations
};

// What the changed rules say by themselves (groups of a tenant), and together with other rules about the same items that
// decide differently. Only what can be: groups that no credential may claim go together where a declared subject is in all.
Combinations combinationsOf(const Policy& before, const Policy& after, const std::set<std::string>& changedRules);

}  // namespace certus::rules
