// Rules that can never decide anything, because others always decide first.
#pragma once

#include <vector>

#include "policy/rules/catalogue.h"
#include "policy/rules/finding.h"
#include "policy/rules/rule.h"

namespace certus::rules {

// Exact for what it reports, not complete: a rule is taken to shadow another if its conditions are equal or some of the
// other's; that one value is within another's bounds is not seen.
void findShadowed(const std::vector<Rule>& rules, const People& people, const Catalogue& catalogue,
                  std::vector<Finding>& errors);

}  // namespace certus::rules
