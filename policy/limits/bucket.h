// The arithmetic of a rate, whole numbers only: what a key owes, what it has paid back since, how long until a call fits.
// The script of the Redis store computes the same, line by line.
#pragma once

#include <cstdint>

#include "policy/limits/rate.h"

namespace certus::limits {

// A call of cost 1 owes `periodMicros` units; each microsecond pays back `count` of them; more than burst * periodMicros is
// never owed. A key that owes nothing is as good as one never seen, so it may be forgotten.
struct Bucket {
  std::int64_t debt = 0;
  std::int64_t last = 0;  // microseconds; when `debt` was right
};

constexpr std::int64_t capacityOf(const Rate& rate) { return rate.burst * rate.periodMicros; }
constexpr std::int64_t chargeOf(const Rate& rate, std::int64_t cost) { return cost * rate.periodMicros; }
constexpr std::int64_t ceilDivide(std::int64_t value, std::int64_t by) { return (value + by - 1) / by; }

constexpr std::int64_t debtAt(const Bucket& bucket, const Rate& rate, std::int64_t now) {
  const std::int64_t elapsed = now - bucket.last;
  if (elapsed <= 0) return bucket.debt;  // threads read the clock before they lock
  if (elapsed >= ceilDivide(bucket.debt, rate.count)) return 0;
  return bucket.debt - elapsed * rate.count;
}

// Microseconds until a call that owes `charge` fits; 0 or less: it fits now. `charge` is at most capacityOf(rate).
constexpr std::int64_t waitFor(std::int64_t debt, const Rate& rate, std::int64_t charge) {
  const std::int64_t over = debt + charge - capacityOf(rate);
  return over <= 0 ? 0 : ceilDivide(over, rate.count);
}

}  // namespace certus::limits
