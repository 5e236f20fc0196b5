#include "policy/rules/plan_members.h"

#include <algorithm>
#include <map>
#include <set>

namespace certus::rules {
namespace {

constexpr std::size_t kNamedAtMost = 3;

std::string groupsText(const Combination& membership) {
  std::string out;
  for (const std::string& group : membership.groups) out += (out.empty() ? "" : " ") + group;
  return out.empty() ? "none" : out;
}

std::string tenantText(const Combination& membership) { return membership.tenant.empty() ? "none" : membership.tenant; }

bool claimed(const People& people, const std::string& name) {
  const auto id = people.group(name);
  return id && people.groups()[*id].claimed;
}

void compareClaims(const People& before, const People& after, std::vector<Plan::MemberChange>& members) {
  std::set<std::string> names;
  for (const People* people : {&before, &after})
    for (const Group& group : people->groups()) names.insert(group.name);
  for (const std::string& name : names) {
    const bool was = claimed(before, name), is = claimed(after, name);
    constexpr const char* kSaid[] = {"false", "true"};
    if (was != is) members.push_back({"group " + name, "claimed", kSaid[was], kSaid[is]});
  }
}

Alike together(const std::vector<std::string>& names, Combination example) {
  example.subject = names[0];
  if (names.size() == 1) return {"subject " + names[0], std::move(example)};
  std::string who = "subjects";
  const std::size_t shown = std::min(names.size(), kNamedAtMost);
  for (std::size_t i = 0; i < shown; ++i) who += (i == 0 ? " " : ", ") + names[i];
  if (names.size() > shown) who += " and " + std::to_string(names.size() - shown) + " more";
  return {std::move(who), std::move(example)};
}

}  // namespace

MembersCompared compareMembers(const Policy& before, const Policy& after, const std::set<std::string>& named,
                               std::vector<Plan::MemberChange>& members) {
  compareClaims(before.people(), after.people(), members);
  std::set<std::string> names;
  for (const Policy* policy : {&before, &after}) {
    for (std::string& name : policy->people().subjectNames()) names.insert(std::move(name));
  }
  std::map<std::pair<Combination, Combination>, std::vector<std::string>> alike;  // by membership before and after
  for (const std::string& name : names) {
    Combination was = membershipOf(before.people(), name), is = membershipOf(after.people(), name);
    if (was.groups != is.groups) members.push_back({"subject " + name, "groups", groupsText(was), groupsText(is)});
    if (was.tenant != is.tenant) members.push_back({"subject " + name, "tenant", tenantText(was), tenantText(is)});
    if (!named.contains(name)) alike[{std::move(was), std::move(is)}].push_back(name);
  }
  MembersCompared out;
  for (const auto& [way, who] : alike) {
    const auto& [was, is] = way;
    (was == is ? out.stayed : out.moved).push_back(together(who, is));
  }
  return out;
}

}  // namespace certus::rules
