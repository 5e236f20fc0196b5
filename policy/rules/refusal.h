// What a refused caller is told: the rule, and what to do next. Never what others may do.
#pragma once

#include <string>

#include "policy/rules/policy.h"

namespace certus::rules {

// `decision` is Refused or Confirm, made by `policy` of that row, item and arguments; for Confirm: the text for a client
// that cannot ask its user. `called`: the item as the caller named it.
std::string refusalText(const Policy& policy, const Row& row, Id item, const Decision& decision, std::string_view called,
                        simdjson::dom::element arguments);

// The conditions of a rule as one phrase, "artifact_type is "sbom" and metadata.commit is given".
std::string wishesOf(const Rule& rule);
// Of those that do not hold for certain.
std::string unmetOf(const Rule& rule, simdjson::dom::element arguments);

}  // namespace certus::rules
