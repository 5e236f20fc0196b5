// The limits of one policy generation, compiled against the real tools: which rules meet a call, and under which keys.
// Immutable and free of IO; any thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits/demand.h"
#include "policy/limits/key_hash.h"
#include "policy/limits/limits_config.h"
#include "policy/limits/rate.h"

namespace certus::limits {

enum class WhenUnreachable : std::uint8_t { Closed, Open, Local };
enum class KeyPart : std::uint8_t { Subject, Tenant, Group, Tool, Service, Address };
constexpr std::size_t kKeyParts = 6;

struct LimitRule {
  std::string name;
  std::string where;        // "policy/limits.yaml:12:5"
  std::uint32_t parts = 0;  // a bit a KeyPart
  std::optional<Rate> rate;
  std::int64_t concurrent = 0;  // 0: no cap
  WhenUnreachable whenUnreachable = WhenUnreachable::Closed;
  Selection only, except;  // each list sorted
  // Start of every key. A changed rate starts anew, because debts are counted in its units; leases live through a reload.
  Key rateSeed, leaseSeed;

  bool has(KeyPart part) const { return (parts >> static_cast<unsigned>(part) & 1u) != 0; }
  std::string describe() const;  // "30/m burst 60, 4 at a time"
};

// Who calls, as views into the call. What is not known stays empty: all such callers share one key, so nobody passes by a
// limit for want of a tenant.
struct Caller {
  std::string_view subject, tenant, address;
  std::span<const std::string> groups;
};

// Of one tool, resource or prompt, or of the completion of its arguments.
struct ItemLimits {
  ItemKind kind = ItemKind::Tool;
  std::string name, service;  // "trust/sign", "trust"; of a resource its URI or template: "trust/log://entry/{id}"
  std::uint32_t cost = 1;
  std::vector<const LimitRule*> rules;
  Key nameKey, serviceKey;
  // Resources and prompts: what completing their arguments meets; the same rules, counted apart, so that typing never
  // uses up calls. Null: this is that, or a tool.
  const ItemLimits* completion = nullptr;
  std::optional<Key> apart;  // completions: a part of every key
};

constexpr std::int64_t kCompletionsACall = 10;  // so many count as one call

// `used`: debt of a rate, calls under way of a cap.
TakeState stateOf(const Take& take, std::int64_t used);

class LimitPlan;
struct PlanBuild {
  std::unique_ptr<const LimitPlan> plan;        // to be used only if there is no problem
  std::vector<FileProblem> problems, warnings;  // by file, then by line
  std::string text() const;                     // of both
};

// What it means that a limit names a tool that is not there, or does not fit it: a mistake in files that are read anew; or,
// under limits in force whose tools change, a tool that its module withdrew or made another.
enum class Unmatched : std::uint8_t { AreErrors, AreWarnings };

class LimitPlan {
 public:
  struct Item {
    ItemKind kind;
    std::string name;  // "service/name"
  };
  struct Parts {
    std::span<const LimitsConfig> files;  // in merging order
    std::span<const Item> items;          // every one, also tools that are switched off
    HashSecret secret;                    // random and kept; not used where the store is Redis
    // Those known to the policy; null: any may be named. A subject may be unknown to it: that is a warning.
    const std::vector<std::string>* groups = nullptr;
    const std::vector<std::string>* tenants = nullptr;
    const std::vector<std::string>* subjects = nullptr;
    Unmatched unmatched = Unmatched::AreErrors;
  };
  static PlanBuild build(const Parts& parts);

  bool redis() const { return redis_; }
  const RedisConfig& redisConfig() const { return redisConfig_; }
  std::string_view redisFile() const { return redisFile_; }  // passwordFile is relative to its folder
  std::uint32_t maxKeys() const { return maxKeys_; }
  std::span<const LimitRule> rules() const { return rules_; }

  const ItemLimits* item(ItemKind kind, std::string_view name) const;  // null: unknown to this plan
  // Everything that a call of `item` by `caller` takes. Copies nothing of the two.
  void demandOf(const ItemLimits& item, const Caller& caller, Demand& out) const;

 private:
  friend class PlanBuilder;
  LimitPlan() = default;

  KeyHash hash_ = KeyHash::shared();
  bool redis_ = false;
  RedisConfig redisConfig_;
  std::string redisFile_;
  std::uint32_t maxKeys_ = 0;
  // None of them grows after building: others point into them.
  std::vector<LimitRule> rules_;
  std::vector<ItemLimits> items_;        // by kind, then by name
  std::vector<ItemLimits> completions_;  // of items_
};

}  // namespace certus::limits
