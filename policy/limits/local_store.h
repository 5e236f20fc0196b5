// Limits counted in this process: one table of fixed size for all threads and all policy generations.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/clock.h"
#include "policy/limits/demand.h"

namespace certus::limits {

// Safe from any thread. Allocates when it is made and never again. Keys that owe nothing are forgotten; when a new key finds
// no room, the one that would be free soonest is forgotten early (counted), never one that holds a lease.
class LocalStore final : public LeaseHolder {
 public:
  explicit LocalStore(std::size_t maxKeys);  // rounded up to a power of two, at least 1,024
  ~LocalStore();
  LocalStore(const LocalStore&) = delete;
  LocalStore& operator=(const LocalStore&) = delete;

  // All of it or nothing, as if nobody else were there. `now` may lag behind other threads' by what a call takes.
  Decision take(const Demand& demand, SteadyTime now);
  std::vector<TakeState> look(const Demand& demand, SteadyTime now);  // takes nothing

  std::size_t capacity() const;
  std::uint64_t forgottenEarly() const { return forgottenEarly_.load(std::memory_order_relaxed); }

  void giveBack(std::span<const Key> keys, std::uint64_t id) noexcept override;

 private:
  struct Entry;
  struct Set;
  struct Locks;
  static constexpr std::size_t kShards = 64;  // a bit each in a 64-bit mask

  std::size_t setOf(const Key& key) const { return static_cast<std::size_t>(key.b) & mask_; }
  static std::uint64_t shardBit(std::size_t set) { return std::uint64_t{1} << (set % kShards); }
  std::uint64_t shardsOf(const Demand& demand) const;
  Entry* find(const Key& key);
  Entry* findOrClaim(const Key& key, std::int64_t now);
  static void settle(std::span<Entry* const> entries, const Demand& demand, std::int64_t now);

  struct alignas(64) Shard {
    std::mutex mutex;
  };
  std::array<Shard, kShards> shards_;
  std::size_t mask_;
  std::unique_ptr<Set[]> sets_;
  std::atomic<std::uint64_t> forgottenEarly_{0};
};

}  // namespace certus::limits
