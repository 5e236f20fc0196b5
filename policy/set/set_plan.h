// What a new folder of policy changes: who gains or loses what, and which limits are others.
#pragma once

#include <string>
#include <vector>

#include "policy/rules/plan.h"
#include "policy/set/policy_set.h"

namespace certus::policy {

struct LimitChange {
  // "limit per-person", "cost of trust/sign", "cost of prompt trust/audit", "store", "redis.url", "max_keys"
  std::string what;
  std::string before, after;  // "-": there was, or will be, none
};

struct SetPlan {
  rules::Plan access;
  std::vector<LimitChange> limits;

  bool changesAnything() const;
  std::string text() const;
  std::string json() const;
};

SetPlan planOf(const PolicySet& before, const PolicySet& after);

// A limit in one line: "30/m burst 60 by subject and tool, only tools trust/sign".
std::string wordsOf(const limits::LimitRule& rule);

}  // namespace certus::policy
