#include "gateway/guard/limit_caller.h"

#include <algorithm>

namespace certus::gateway {
namespace {

using limits::KeyPart;
using limits::LimitRule;

bool asksWho(const LimitRule* rule) {
  return rule->has(KeyPart::Group) || rule->has(KeyPart::Tenant) || !rule->only.groups.empty() ||
         !rule->except.groups.empty() || !rule->only.tenants.empty() || !rule->except.tenants.empty();
}

}  // namespace

rules::Caller rulesCallerOf(const Principal& principal) {
  return {principal.subject, principal.tenant, principal.groups,
          principal.allowedTools ? &*principal.allowedTools : nullptr};
}

LimitCaller::LimitCaller(const Grant& grant, const limits::ItemLimits& item)
    : subject(grant.principal->subject), tenant(grant.principal->tenant), address(grant.clientAddress) {
  if (std::any_of(item.rules.begin(), item.rules.end(), asksWho)) identify(grant);
}

LimitCaller::LimitCaller(const Grant& grant)
    : subject(grant.principal->subject), tenant(grant.principal->tenant), address(grant.clientAddress) {
  identify(grant);
}

// A credential that names no tenant has the one that the policy's files give its subject.
void LimitCaller::identify(const Grant& grant) {
  const rules::People& people = grant.policy->rules->people();
  const rules::Identity known = grant.policy->rules->identify(rulesCallerOf(*grant.principal));
  if (tenant.empty() && known.tenant) tenant = people.tenants()[*known.tenant];
  for (const rules::Id id : known.groups) groups.push_back(people.groups()[id].name);
}

}  // namespace certus::gateway
