// Shorthand for the tests of limits: plans from YAML texts, times as numbers, callers by name.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "policy/limits/local_store.h"
#include "policy/limits/plan.h"

namespace certus::limits {

inline const std::vector<LimitPlan::Item> kItems = {
    {ItemKind::Tool, "trust/sign"},          {ItemKind::Tool, "trust/verify"},
    {ItemKind::Tool, "trust/get_stats"},     {ItemKind::Tool, "scan/start"},
    {ItemKind::Resource, "trust/log://all"}, {ItemKind::Resource, "trust/log://entry/{id}"},
    {ItemKind::Prompt, "trust/audit"},       {ItemKind::Prompt, "trust/sign"}};
inline constexpr HashSecret kSecret = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

inline SteadyTime at(double seconds) {
  return SteadyTime(std::chrono::hours(1)) +
         std::chrono::duration_cast<SteadyTime::duration>(std::chrono::duration<double>(seconds));
}

inline PlanBuild buildPlan(const std::vector<std::string>& yamls) {
  std::vector<LimitsConfig> files;
  for (const std::string& yaml : yamls) {
    LimitsReading reading = readLimits(yaml, "policy/" + std::to_string(files.size() + 1) + ".yaml");
    if (!reading.problems.empty()) throw std::runtime_error(reading.text());
    files.push_back(std::move(reading.config));
  }
  return LimitPlan::build({files, kItems, kSecret, nullptr});
}

inline std::unique_ptr<const LimitPlan> planOf(const std::string& yaml) {
  PlanBuild build = buildPlan({yaml});
  if (!build.problems.empty()) throw std::runtime_error(build.text());
  return std::move(build.plan);
}

struct Who {
  std::string subject = "alice", tenant = "acme", address = "10.0.0.1";
  std::vector<std::string> groups = {};
  Caller caller() const { return {subject, tenant, address, groups}; }
};

inline const ItemLimits& itemOf(const LimitPlan& plan, const std::string& name, ItemKind kind = ItemKind::Tool) {
  const ItemLimits* limits = plan.item(kind, name);
  if (limits == nullptr) throw std::runtime_error(name + " is not in the plan");
  return *limits;
}

inline Demand demandOf(const LimitPlan& plan, const ItemLimits& item, const Who& who = {}) {
  Demand out;
  plan.demandOf(item, who.caller(), out);
  return out;
}

inline Demand demandOf(const LimitPlan& plan, const std::string& tool, const Who& who = {}) {
  return demandOf(plan, itemOf(plan, tool), who);
}

}  // namespace certus::limits
