// Which people are others by a new policy: groups and tenant of each subject, and groups that credentials may name.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "policy/rules/plan.h"
#include "policy/rules/plan_combinations.h"

namespace certus::rules {

struct Alike {
  std::string who;      // "subject mallory", or of several "subjects ann, bob and 3 more"
  Combination example;  // one of them, and where the files after put it: what it may do, all of them may
};
struct MembersCompared {
  std::vector<Alike> moved;   // who were put elsewhere, those together that change alike
  std::vector<Alike> stayed;  // the others, those together that are alike
};

// Adds to `members`, sorted by name. Answers everybody declared, but for `named`: subjects that a rule names are compared
// anyway, each by itself.
MembersCompared compareMembers(const Policy& before, const Policy& after, const std::set<std::string>& named,
                               std::vector<Plan::MemberChange>& members);

}  // namespace certus::rules
