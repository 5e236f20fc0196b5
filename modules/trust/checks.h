// The list of checks in a Trust service's answer: each with its result and, when it says one, the reason.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "certus/json.h"

namespace certus::trust {

struct Check {
  std::string name, result, reason;  // result: passed, failed, skipped
};

// The `checks` member; empty when the service gives none. A result in words of its own reads as failed.
std::vector<Check> readChecks(const Json& answer);

Json toJson(const std::vector<Check>& checks);

const Check* find(const std::vector<Check>& checks, std::string_view name);
bool passed(const std::vector<Check>& checks, std::string_view name);
bool anyFailed(const std::vector<Check>& checks);

}  // namespace certus::trust
