#include "policy/limits/plan.h"

#include <algorithm>
#include <array>
#include <functional>

#include "policy/limits/bucket.h"

namespace certus::limits {
namespace {

bool contains(const std::vector<std::string>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word, std::less<>{});
}

bool shares(const std::vector<std::string>& sorted, std::span<const std::string> groups) {
  return std::any_of(groups.begin(), groups.end(), [&](const std::string& group) { return contains(sorted, group); });
}

// Items were matched when the plan was built.
bool selects(const LimitRule& rule, const Caller& caller) {
  const Selection &only = rule.only, &except = rule.except;
  if (!only.subjects.empty() && !contains(only.subjects, caller.subject)) return false;
  if (!only.tenants.empty() && !contains(only.tenants, caller.tenant)) return false;
  if (!only.groups.empty() && !shares(only.groups, caller.groups)) return false;
  return !contains(except.subjects, caller.subject) && !contains(except.tenants, caller.tenant) &&
         !shares(except.groups, caller.groups);
}

// The parts of a key as digests of one size, so that no two lists of parts read alike.
class Keys {
 public:
  Keys(const KeyHash& hash, const ItemLimits& item, const Caller& caller) : hash_(hash), item_(item), caller_(caller) {}

  Key of(const LimitRule& rule, const Key& seed, std::string_view group) {
    std::array<Key, kKeyParts + 2> parts;
    std::size_t count = 0;
    parts[count++] = seed;
    if (item_.apart) parts[count++] = *item_.apart;
    if (rule.has(KeyPart::Subject)) parts[count++] = once(subject_, caller_.subject);
    if (rule.has(KeyPart::Tenant)) parts[count++] = once(tenant_, caller_.tenant);
    if (rule.has(KeyPart::Group)) parts[count++] = hash_(group);
    if (rule.has(KeyPart::Tool)) parts[count++] = item_.nameKey;
    if (rule.has(KeyPart::Service)) parts[count++] = item_.serviceKey;
    if (rule.has(KeyPart::Address)) parts[count++] = once(address_, caller_.address);
    return hash_({reinterpret_cast<const char*>(parts.data()), count * sizeof(Key)});
  }

 private:
  const Key& once(std::optional<Key>& digest, std::string_view text) {
    if (!digest) digest = hash_(text);
    return *digest;
  }

  const KeyHash& hash_;
  const ItemLimits& item_;
  const Caller& caller_;
  std::optional<Key> subject_, tenant_, address_;
};

}  // namespace

std::string LimitRule::describe() const {
  std::string out = rate ? toString(*rate) : std::string();
  if (concurrent > 0) out += (rate ? ", " : "") + std::to_string(concurrent) + " at a time";
  return out;
}

TakeState stateOf(const Take& take, std::int64_t used) {
  const LimitRule& rule = *take.rule;
  if (take.kind == Take::Kind::Lease)
    return {&rule, take.group, take.kind, std::max<std::int64_t>(0, rule.concurrent - used), rule.concurrent, {}};
  const std::int64_t left = std::max<std::int64_t>(0, capacityOf(*rule.rate) - used) / rule.rate->periodMicros;
  const Milliseconds fullIn(ceilDivide(used, rule.rate->count * 1'000));
  return {&rule, take.group, take.kind, left, rule.rate->burst, fullIn};
}

const ItemLimits* LimitPlan::item(ItemKind kind, std::string_view name) const {
  const std::pair wanted(kind, name);
  const auto nameOf = [](const ItemLimits& item) { return std::pair(item.kind, std::string_view(item.name)); };
  const auto found = std::lower_bound(items_.begin(), items_.end(), wanted,
                                      [&](const ItemLimits& item, const auto& other) { return nameOf(item) < other; });
  return found != items_.end() && nameOf(*found) == wanted ? &*found : nullptr;
}

void LimitPlan::demandOf(const ItemLimits& item, const Caller& caller, Demand& out) const {
  Keys keys(hash_, item, caller);
  const auto add = [&](const LimitRule& rule, std::uint16_t group) {
    const std::string_view name = group == kNoGroup ? std::string_view() : rule.only.groups[group];
    if (rule.rate && item.cost > 0) {
      const std::int64_t charge = chargeOf(*rule.rate, item.cost) / (item.apart ? kCompletionsACall : 1);
      out.add({&rule, keys.of(rule, rule.rateSeed, name), charge, group, Take::Kind::Rate});
    }
    if (rule.concurrent > 0) out.add({&rule, keys.of(rule, rule.leaseSeed, name), 1, group, Take::Kind::Lease});
  };
  for (const LimitRule* rule : item.rules) {
    if (!selects(*rule, caller)) continue;
    if (!rule->has(KeyPart::Group)) {
      add(*rule, kNoGroup);
      continue;
    }
    for (std::uint16_t i = 0; i < rule->only.groups.size(); ++i) {
      const auto& group = rule->only.groups[i];
      if (std::find(caller.groups.begin(), caller.groups.end(), group) != caller.groups.end()) add(*rule, i);
    }
  }
}

}  // namespace certus::limits
