// Policy folders as texts, against a small catalogue.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "policy/set/policy_set.h"
#include "tests/unit/policy_rules/policy_of.h"

namespace certus::policy {

inline constexpr limits::HashSecret kSecret = {1, 2};

inline PolicyBuild buildOf(const std::vector<std::pair<std::string, std::string>>& files) {
  rules::PolicyFiles out;
  for (const auto& [name, text] : files) out.files.push_back({name, text});
  out.digest = "digest";
  return build(out, rules::catalogueOf(), kSecret);
}

inline std::shared_ptr<const PolicySet> setOf(const std::string& yaml) {
  const PolicyBuild out = buildOf({{"p.yaml", yaml}});
  EXPECT_EQ(out.text(), "");
  return out.set;
}

}  // namespace certus::policy
