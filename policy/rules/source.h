// One policy file as it was written: typed, with the place of every part, not yet merged or compared with any tool.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/place.h"

namespace certus::rules {

struct TenantSource {
  std::string name, description;
};

struct GroupSource {
  std::string name, description;
  bool claimed = false;               // credentials may put people into it too
  std::vector<std::string> subjects;  // members by name
};

struct SubjectSource {
  std::string name, description;
  std::string tenant;  // of a caller whose credential names none
  std::vector<std::string> groups;
};

struct ConditionSource {
  std::string path;                     // of the argument: "metadata.commit", "items[].name"
  std::string equals, atLeast, atMost;  // JSON; empty: not said
  std::vector<std::string> oneOf;       // JSON
  std::string pattern;
  std::optional<bool> present;
};

struct WhoSource {
  bool everyone = false;
  std::vector<std::string> subjects, groups, tenants;
};

struct RuleSource {
  std::string name, description;
  std::string effect;  // allow, deny, confirm
  std::string advice;  // told to whom the rule refuses
  WhoSource who;
  std::vector<std::string> tools, resources, prompts;  // globs: service/name
  std::vector<ConditionSource> when;                   // all must hold
};

struct Source {
  std::string file;  // for messages
  std::vector<TenantSource> tenants;
  std::vector<GroupSource> groups;
  std::vector<SubjectSource> subjects;
  std::vector<RuleSource> rules;
  std::map<std::string, config::Place, std::less<>> places;  // "rules.ci-signs.tools[0]"

  // Of the path or of its nearest stated parent.
  config::Place placeOf(std::string path) const;
};

}  // namespace certus::rules
