#include "policy/identity/failure_limiter.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace certus::identity {
namespace {

std::int64_t millisecondsOf(SteadyTime time) {
  return std::chrono::duration_cast<Milliseconds>(time.time_since_epoch()).count();
}

std::uint64_t mixed(std::uint64_t value) {  // splitmix64's finalizer
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

}  // namespace

FailureLimiter::FailureLimiter(FailureLimit limit, std::uint64_t seed, std::size_t entries)
    : limit_(limit), seed_(seed), sets_(std::max<std::size_t>(entries / kWays, 1)), entries_(sets_ * kWays) {}

std::uint64_t FailureLimiter::hashOf(const Address& address) const {
  std::uint64_t high = 0, low = 0;
  const Address holder = holderOf(address);
  std::memcpy(&high, holder.bytes.data(), 8);
  std::memcpy(&low, holder.bytes.data() + 8, 8);
  return std::max<std::uint64_t>(mixed(mixed(seed_ ^ high) ^ low), 1);
}

std::int64_t FailureLimiter::owedUntil(std::uint64_t who) const {
  const std::size_t set = setOf(who);
  const std::scoped_lock lock(locks_[set % kLocks]);
  const Entry* first = &entries_[set * kWays];
  const Entry* found = std::find_if(first, first + kWays, [who](const Entry& entry) { return entry.who == who; });
  return found == first + kWays ? 0 : found->until;
}

// GCRA: `until` runs ahead of now by one recovery a failure; a burst is how far it may.
bool FailureLimiter::allows(const Address& address, SteadyTime now) const { return wait(address, now).count() == 0; }

Milliseconds FailureLimiter::wait(const Address& address, SteadyTime now) const {
  const std::int64_t ahead = owedUntil(hashOf(address)) - millisecondsOf(now);
  const std::int64_t most = static_cast<std::int64_t>(limit_.burst - 1) * limit_.recovery.count();
  return Milliseconds(std::max<std::int64_t>(ahead - most, 0));
}

void FailureLimiter::failed(const Address& address, SteadyTime now) {
  const std::uint64_t who = hashOf(address);
  const std::size_t set = setOf(who);
  const std::scoped_lock lock(locks_[set % kLocks]);
  Entry* const first = &entries_[set * kWays];
  Entry* entry = std::find_if(first, first + kWays, [who](const Entry& e) { return e.who == who; });
  if (entry == first + kWays) {
    entry = std::min_element(first, first + kWays, [](const Entry& a, const Entry& b) { return a.until < b.until; });
    *entry = {who, 0};
  }
  const std::int64_t most = millisecondsOf(now) + static_cast<std::int64_t>(limit_.burst) * limit_.recovery.count();
  entry->until = std::min(std::max(entry->until, millisecondsOf(now)) + limit_.recovery.count(), most);
}

}  // namespace certus::identity
