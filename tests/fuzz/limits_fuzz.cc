// A policy file's limits against any bytes: it ends, problems stand at places of the file, and a plan without problems keeps
// what the stores build on.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "policy/limits/bucket.h"
#include "policy/limits/local_store.h"
#include "policy/limits/plan.h"
#include "policy/limits/refusal.h"

namespace {

using namespace certus::limits;

void require(bool holds) {
  if (!holds) std::abort();
}

void requireUsable(const LimitPlan& plan, const std::vector<LimitPlan::Item>& items) {
  static LocalStore store(1'024);
  const std::vector<std::string> groups = {"a", "b", "c"};
  const certus::SteadyTime now{std::chrono::hours(1)};
  for (const LimitRule& rule : plan.rules()) {
    require(rule.rate || rule.concurrent > 0);
    if (rule.rate) require(capacityOf(*rule.rate) <= kMostUnits && parseRate(toString(*rule.rate)).value() == *rule.rate);
  }
  const Caller caller{"alice", "acme", "10.0.0.1", groups};
  const auto requireCountable = [&](const ItemLimits& item) {
    Demand demand;
    plan.demandOf(item, caller, demand);
    require(demand.size() <= kMostTakes);
    for (const Take& take : std::as_const(demand).takes()) require(take.charge > 0);
    for (int i = 0; i < 3; ++i) {
      const Decision decision = store.take(demand, now);
      if (!decision.admitted()) require(!refusalText(*decision.refusal, item, caller).empty());
    }
  };
  for (const LimitPlan::Item& each : items) {
    const ItemLimits* item = plan.item(each.kind, each.name);
    require(item != nullptr && (item->completion == nullptr) == (each.kind == ItemKind::Tool));
    requireCountable(*item);
    if (item->completion != nullptr) requireCountable(*item->completion);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const std::vector<LimitPlan::Item> items = {{ItemKind::Tool, "trust/sign"},
                                                    {ItemKind::Tool, "trust/verify"},
                                                    {ItemKind::Tool, "scan/start"},
                                                    {ItemKind::Resource, "trust/log://entry/{id}"},
                                                    {ItemKind::Prompt, "trust/audit"}};
  const LimitsReading reading = readLimits(text, "limits.yaml");
  const auto lines = std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r') + 1;
  for (const auto& problem : reading.problems) require(!problem.message.empty() && problem.place.line <= lines + 1);
  if (!reading.problems.empty()) return 0;
  const PlanBuild build = LimitPlan::build({{&reading.config, 1}, items, {1, 2}, nullptr});
  for (const auto& one : build.problems) require(!one.problem.message.empty() && one.problem.place.line <= lines + 1);
  if (build.problems.empty()) requireUsable(*build.plan, items);
#ifdef CERTUS_FUZZ_SELFTEST
  // Planted: a file that is right but for the name of one tool.
  if (build.problems.size() == 1 && build.problems[0].problem.message.find("names no tool") != std::string::npos)
    __builtin_trap();
#endif
  return 0;
}
