#include "policy/limits/local_store.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "policy/limits/bucket.h"
#include "policy/limits/plan.h"

namespace certus::limits {
namespace {

constexpr std::size_t kWays = 8;  // tags of a set fill one cache line
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kAskAgain = 1'000'000;  // a place that somebody will give back, nobody knows when

std::int64_t microsOf(SteadyTime time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

Milliseconds roundedUp(std::int64_t micros) { return Milliseconds(ceilDivide(micros, 1'000)); }

}  // namespace

struct LocalStore::Entry {
  std::uint64_t rest = 0;  // Key::b
  Bucket bucket;
  std::int64_t freeAt = 0;  // when the debt is paid back; kNever: a call is being decided
  std::int64_t running = 0;
};

struct alignas(64) LocalStore::Set {
  std::array<std::uint64_t, kWays> tags{};  // Key::a
  std::array<Entry, kWays> entries;
};

// The shards of a call, locked in one order by everybody.
struct LocalStore::Locks {
  Locks(LocalStore& held, std::uint64_t which) : store(held), shards(which) {
    for (std::uint64_t left = shards; left != 0; left &= left - 1) at(left).lock();
  }
  ~Locks() {
    for (std::uint64_t left = shards; left != 0; left &= left - 1) at(left).unlock();
  }
  std::mutex& at(std::uint64_t left) { return store.shards_[static_cast<std::size_t>(std::countr_zero(left))].mutex; }
  LocalStore& store;
  const std::uint64_t shards;
};

LocalStore::LocalStore(std::size_t maxKeys)
    : mask_(std::bit_ceil(std::max<std::size_t>(maxKeys, 1'024)) / kWays - 1), sets_(new Set[mask_ + 1]) {}
LocalStore::~LocalStore() = default;

std::size_t LocalStore::capacity() const { return (mask_ + 1) * kWays; }

std::uint64_t LocalStore::shardsOf(const Demand& demand) const {
  std::uint64_t out = 0;
  for (const Take& take : demand.takes()) out |= shardBit(setOf(take.key));
  return out;
}

LocalStore::Entry* LocalStore::find(const Key& key) {
  Set& set = sets_[setOf(key)];
  for (std::size_t i = 0; i < kWays; ++i) {
    if (set.tags[i] == key.a && set.entries[i].rest == key.b) return &set.entries[i];
  }
  return nullptr;
}

// Null: everybody in the set holds a lease or belongs to this very call.
LocalStore::Entry* LocalStore::findOrClaim(const Key& key, std::int64_t now) {
  if (Entry* known = find(key)) return known;
  Set& set = sets_[setOf(key)];
  std::size_t best = kWays;
  for (std::size_t i = 0; i < kWays; ++i) {
    const Entry& entry = set.entries[i];
    if (entry.running > 0 || entry.freeAt == kNever) continue;
    if (best == kWays || entry.freeAt < set.entries[best].freeAt) best = i;
  }
  if (best == kWays) return nullptr;
  Entry& entry = set.entries[best];
  if (entry.freeAt > now) forgottenEarly_.fetch_add(1, std::memory_order_relaxed);
  set.tags[best] = key.a;
  entry = Entry{key.b, {0, now}, kNever, 0};
  return &entry;
}

void LocalStore::settle(std::span<Entry* const> entries, const Demand& demand, std::int64_t now) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Take& take = demand.takes()[i];
    Entry& entry = *entries[i];
    entry.freeAt = take.kind == Take::Kind::Lease ? 0 : now + ceilDivide(entry.bucket.debt, take.rule->rate->count);
  }
}

Decision LocalStore::take(const Demand& demand, SteadyTime time) {
  Decision out;
  const std::span<const Take> takes = demand.takes();
  const std::int64_t now = microsOf(time);
  std::array<Entry*, kMostTakes> entries;
  std::int64_t longest = 0;
  const Locks locks(*this, shardsOf(demand));
  std::size_t known = 0;
  for (; known < takes.size(); ++known) {
    const Take& take = takes[known];
    Entry* entry = entries[known] = findOrClaim(take.key, now);
    if (entry == nullptr) {
      longest = kAskAgain;
      out.refusal = Refusal{Refusal::Why::TableFull, take.rule, take.group, roundedUp(longest)};
      break;
    }
    const bool isLease = take.kind == Take::Kind::Lease;
    std::int64_t wait = 0;
    if (isLease) {
      wait = entry->running < take.rule->concurrent ? 0 : kAskAgain;
    } else {
      entry->bucket = {debtAt(entry->bucket, *take.rule->rate, now), std::max(entry->bucket.last, now)};
      wait = waitFor(entry->bucket.debt, *take.rule->rate, take.charge);
    }
    if (wait <= longest) continue;
    longest = wait;
    out.refusal = Refusal{isLease ? Refusal::Why::Concurrency : Refusal::Why::Rate, take.rule, take.group, roundedUp(wait)};
  }
  if (!out.refusal) {
    out.lease = Lease(*this, 0);
    for (std::size_t i = 0; i < takes.size(); ++i) {
      if (takes[i].kind == Take::Kind::Rate) {
        entries[i]->bucket.debt += takes[i].charge;
      } else {
        ++entries[i]->running;
        out.lease.add(takes[i].key);
      }
    }
  }
  settle({entries.data(), known}, demand, now);
  return out;
}

std::vector<TakeState> LocalStore::look(const Demand& demand, SteadyTime time) {
  std::vector<TakeState> out;
  const std::int64_t now = microsOf(time);
  const Locks locks(*this, shardsOf(demand));
  for (const Take& take : demand.takes()) {
    const Entry* entry = find(take.key);
    const std::int64_t running = entry == nullptr ? 0 : entry->running;
    const std::int64_t debt =
        entry == nullptr || take.kind == Take::Kind::Lease ? 0 : debtAt(entry->bucket, *take.rule->rate, now);
    out.push_back(stateOf(take, take.kind == Take::Kind::Lease ? running : debt));
  }
  return out;
}

void LocalStore::giveBack(std::span<const Key> keys, std::uint64_t) noexcept {
  for (const Key& key : keys) {
    const Locks locks(*this, shardBit(setOf(key)));
    if (Entry* entry = find(key)) --entry->running;  // an entry that holds a lease is never forgotten
  }
}

}  // namespace certus::limits
