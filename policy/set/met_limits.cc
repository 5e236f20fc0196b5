#include "policy/set/met_limits.h"

#include "policy/limits/refusal.h"

namespace certus::policy {

std::vector<std::string> groupsOf(const rules::Policy& policy, const rules::Caller& caller) {
  std::vector<std::string> out;
  for (const rules::Id id : policy.identify(caller).groups) out.push_back(policy.people().groups()[id].name);
  return out;
}

std::string tenantOf(const rules::Policy& policy, const rules::Caller& caller) {
  if (!caller.tenant.empty()) return std::string(caller.tenant);
  const auto known = policy.identify(caller).tenant;
  return known ? policy.people().tenants()[*known] : std::string();
}

std::vector<MetLimit> limitsMeeting(const PolicySet& set, const rules::Caller& caller, const rules::CatalogueItem& item,
                                    std::string_view address) {
  std::vector<MetLimit> out;
  const limits::ItemLimits* limited = limitsOf(set, item);
  if (limited == nullptr) return out;
  const std::vector<std::string> groups = groupsOf(*set.rules, caller);
  const std::string tenant = tenantOf(*set.rules, caller);
  const limits::Caller who{caller.subject, tenant, address, groups};
  limits::Demand demand;
  set.limits->demandOf(*limited, who, demand);
  const limits::Take* before = nullptr;
  for (const limits::Take& take : demand.takes()) {
    // a rule with a rate and a cap takes twice
    const bool same = before != nullptr && before->rule == take.rule && before->group == take.group;
    before = &take;
    if (same) continue;
    out.push_back({take.rule->name, take.rule->describe(), limits::sharersText(*take.rule, take.group, *limited, who),
                   take.rule->where, limited->cost});
  }
  return out;
}

}  // namespace certus::policy
