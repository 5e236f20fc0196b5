// What a credential or a test case says of its holder, beside what the policy knows: names that mean nothing to it.
#pragma once

#include <string>
#include <vector>

#include "policy/rules/policy.h"

namespace certus::rules {

struct NameFinding {
  std::string key;      // "groups[1]", "tenant", "allowed_tools[0]"
  std::string message;  // with the nearest right name
};

// Groups and tools that do not exist, and a tenant that none of the policy's is: where it declares none, it asks for none.
std::vector<NameFinding> unknownNames(const Policy& policy, const Caller& caller);

// Groups that exist and that do not count, because no credential may name them and no file puts the subject into them.
std::vector<NameFinding> groupsWithoutEffect(const Policy& policy, const Caller& caller);

}  // namespace certus::rules
