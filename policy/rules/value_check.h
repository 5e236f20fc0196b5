// Whether the values that a condition speaks of can ever come through the schemas of its argument.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/rules/condition.h"

namespace certus::rules {

// `schemas`: at least one; a value can come if any of them lets it. Key of the condition, and what is wrong.
std::vector<std::pair<std::string, std::string>> checkValues(const Condition& condition,
                                                             const std::vector<const nlohmann::json*>& schemas);

}  // namespace certus::rules
