// What the section `limits:` of a policy file says, as typed values. limits_shape.h reads it, plan.h compiles it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/environment.h"
#include "config/place.h"
#include "config/problems.h"

namespace certus::limits {

struct Selection {  // of calls; an empty list selects nothing in `except`, and everything elsewhere
  // Globs over "service/name". An `only` that names some of these selects nothing but those.
  std::vector<std::string> tools, resources, prompts;
  std::vector<std::string> subjects, tenants, groups;
};

struct RuleConfig {
  std::string name;
  std::vector<std::string> key;  // subject, tenant, group, tool, service, address; empty: one for everybody
  std::string rate;              // empty: none
  std::uint32_t concurrent = 0;  // 0: no cap
  std::string whenUnreachable = "closed";
  Selection only, except;
};

enum class ItemKind : std::uint8_t { Tool, Resource, Prompt };

struct CostConfig {
  ItemKind kind = ItemKind::Tool;
  std::string pattern;
  std::uint32_t cost = 1;
};

struct RedisConfig {
  std::string url = "redis://127.0.0.1:6379";
  std::string user, passwordVariable, passwordFile;  // a path relative to the policy file, as it was written
  std::string prefix = "certus";
  Milliseconds timeout{100};
};

struct LimitsConfig {
  std::string store = "local";
  std::uint32_t maxKeys = 262'144;
  RedisConfig redis;
  std::vector<CostConfig> costs;
  std::vector<RuleConfig> rules;

  // Filled by whoever read the file, for messages: its name, the path of this section in it, where each key was said.
  std::string file, path = "limits";
  std::map<std::string, config::Place, std::less<>> places;

  bool says(std::string_view key) const;  // "store", "rules.nightly.rate"
  // Of a key below `path`, or of its nearest stated parent.
  config::Place place(std::string_view key) const;
};

struct FileProblem {
  std::string file;
  config::Problem problem;
};

// A file whose only section is `limits:`; for tests and tools. The policy reader embeds limitsShape() instead.
struct LimitsReading {
  LimitsConfig config;
  std::vector<config::Problem> problems;
  std::string text() const;  // one problem a line
};
LimitsReading readLimits(std::string_view yaml, const std::string& file);

}  // namespace certus::limits
