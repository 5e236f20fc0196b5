#include "policy/rules/caller_names.h"

#include <algorithm>

namespace certus::rules {
namespace {

std::string at(const char* key, std::size_t i) { return std::string(key) + "[" + std::to_string(i) + "]"; }

bool matchesSome(const Policy& policy, const std::string& glob) {
  const Scope scope = policy.scope({glob});
  for (Id item = 0; item < scope.refused.size(); ++item) {
    if (!scope.refused[item] && !scope.hidden[item]) return true;
  }
  return false;
}

std::vector<std::string> toolNames(const Policy& policy) {
  std::vector<std::string> out;
  for (const CatalogueItem& item : policy.catalogue()) {
    if (item.kind == ItemKind::Tool) out.push_back(item.fullName());
  }
  return out;
}

}  // namespace

std::vector<NameFinding> unknownNames(const Policy& policy, const Caller& caller) {
  const People& people = policy.people();
  std::vector<NameFinding> out;
  if (!caller.tenant.empty() && !people.tenants().empty() && !people.tenant(caller.tenant)) {
    const std::string name(caller.tenant);
    out.push_back({"tenant", "the policy knows no tenant " + name + suggestion(name, people.tenants())});
  }
  for (std::size_t i = 0; i < caller.groups.size(); ++i) {
    const std::string& name = caller.groups[i];
    if (!people.group(name))
      out.push_back({at("groups", i), "the policy knows no group " + name + suggestion(name, people.groupNames())});
  }
  if (!caller.allowedTools) return out;
  for (std::size_t i = 0; i < caller.allowedTools->size(); ++i) {
    const std::string& glob = (*caller.allowedTools)[i];
    if (!matchesSome(policy, glob))
      out.push_back({at("allowed_tools", i), glob + " names no tool that is loaded" + suggestion(glob, toolNames(policy))});
  }
  return out;
}

std::vector<NameFinding> groupsWithoutEffect(const Policy& policy, const Caller& caller) {
  std::vector<NameFinding> out;
  const Identity counted = policy.identify(caller);
  for (std::size_t i = 0; i < caller.groups.size(); ++i) {
    const auto group = policy.people().group(caller.groups[i]);
    if (!group || std::binary_search(counted.groups.begin(), counted.groups.end(), *group)) continue;
    out.push_back({at("groups", i),
                   "group " + caller.groups[i] + " is not claimed: true, so a credential that names it does not count"});
  }
  return out;
}

}  // namespace certus::rules
