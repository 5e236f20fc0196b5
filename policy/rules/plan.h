// What a new policy changes for whom: access of every group, tenant and declared subject to every item, before and after,
// of those in several at once where a changed rule makes them differ, and which people were put elsewhere.
#pragma once

#include <string>
#include <vector>

#include "policy/rules/policy.h"

namespace certus::rules {

struct Plan {
  struct Change {
    // "group release-team", "subject ci@example.com", "tenant acme", "groups dev, ops of tenant acme", "everyone else"
    std::string who;
    std::string kind, item;     // "tool", "trust/sign"
    std::string before, after;  // no, yes, with conditions, on confirmation; "-": did not or will not exist
  };
  struct MemberChange {
    std::string who;            // "subject mallory", "group dev"
    std::string what;           // of a subject groups, tenant; of a group claimed
    std::string before, after;  // names with spaces between; none; true, false
  };
  struct ListSize {
    std::string who;
    std::size_t toolsBefore = 0, toolsAfter = 0, bytesBefore = 0, bytesAfter = 0;
    std::size_t tokensBefore() const { return (bytesBefore + 3) / 4; }  // an estimate: four bytes a token
    std::size_t tokensAfter() const { return (bytesAfter + 3) / 4; }
  };

  std::vector<MemberChange> members;
  std::vector<Change> changes;
  std::vector<ListSize> lists;  // of all, changed or not; of those in several at once only where something changes
  // Rules of either policy: gone, new, the same name with other words, and other advice alone.
  std::vector<std::string> removedRules, addedRules, changedRules, otherAdvice;
  std::vector<std::string> unfeltRules;  // of the first three: nobody who was compared is any better or worse off by it
  bool complete = true;                  // false: more combinations of groups and tenants than were compared

  bool changesAccess() const { return !changes.empty(); }
  bool changesRules() const { return !(removedRules.empty() && addedRules.empty() && changedRules.empty()); }
  std::string text() const;
  std::string json() const;
};

// A class stands for callers that are in that one group (or tenant) alone. Subjects that are alike stand together. Of those
// in several groups or a group and a tenant only what changes otherwise than for each part is shown. Conditions that changed
// show as a change even where both sides read "with conditions".
Plan planOf(const Policy& before, const Policy& after);

}  // namespace certus::rules
