// Which limits meet a caller's calls, for operators: the rule, who shares it, and where it stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/set/policy_set.h"

namespace certus::policy {

struct MetLimit {
  std::string rule, howOften;  // "per-person", "30/m burst 60"
  std::string sharedBy;        // "alice@example.com for calls of trust/sign"
  std::string where;           // "policy/limits.yaml:12:5"
  std::uint32_t cost = 1;      // what one call counts
};

// The groups that count for a caller, and the tenant: of the files, and what its credential may claim.
std::vector<std::string> groupsOf(const rules::Policy& policy, const rules::Caller& caller);
std::string tenantOf(const rules::Policy& policy, const rules::Caller& caller);

// Of a call of `item`, in the order of the files; empty where the plan knows no such item.
std::vector<MetLimit> limitsMeeting(const PolicySet& set, const rules::Caller& caller, const rules::CatalogueItem& item,
                                    std::string_view address = {});

}  // namespace certus::policy
