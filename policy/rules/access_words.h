// How freely a caller has an item, in the words that operators and callers read.
#pragma once

#include <string>

#include "policy/rules/policy.h"

namespace certus::rules {

// no, yes, with conditions, on confirmation, or both of the last. `row` is of `policy`.
std::string accessWords(const Policy& policy, const Row& row, Id item);

}  // namespace certus::rules
