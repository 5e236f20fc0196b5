// What one call takes from the limits, and what came of it. Values of fixed size: making one allocates nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "base/clock.h"
#include "policy/limits/key_hash.h"

namespace certus::limits {

struct LimitRule;  // plan.h

constexpr std::size_t kMostTakes = 32;  // of one call; a plan that could need more is refused when it is built
constexpr std::uint16_t kNoGroup = 0xffff;

struct Take {
  enum class Kind : std::uint8_t { Rate, Lease };
  const LimitRule* rule;
  Key key;
  std::int64_t charge;  // Rate: units of policy/limits/bucket.h; Lease: 1
  std::uint16_t group;  // index into rule->only.groups that the key stands for, or kNoGroup
  Kind kind;
};

class Demand {
 public:
  Demand() {}  // takes_ stays as it is: a kilobyte that nobody reads
  Demand(const Demand& other) { *this = other; }
  Demand& operator=(const Demand& other) {
    leaseLife = other.leaseLife;
    count_ = other.count_;
    std::copy_n(other.takes_.begin(), count_, takes_.begin());
    return *this;
  }
  void add(const Take& take) { takes_[count_++] = take; }  // at most kMostTakes times
  std::span<const Take> takes() const& { return {takes_.data(), count_}; }
  std::span<const Take> takes() && = delete;  // it would view what is gone
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  // How long a lease may stay out when nobody gives it back: the rest of the call's time, and a little.
  Milliseconds leaseLife{60'000};

 private:
  std::size_t count_ = 0;
  std::array<Take, kMostTakes> takes_;
};

class LeaseHolder {
 public:
  virtual void giveBack(std::span<const Key> keys, std::uint64_t id) noexcept = 0;

 protected:
  ~LeaseHolder() = default;
};

// The places that a call holds under concurrency caps. Gives them back when it dies, on whatever path. Lives no longer than
// its store; one of a RedisStore dies on that store's thread.
class Lease {
 public:
  Lease() {}
  Lease(LeaseHolder& holder, std::uint64_t id) : holder_(&holder), id_(id) {}
  Lease(Lease&& other) noexcept { *this = std::move(other); }
  Lease& operator=(Lease&& other) noexcept {
    if (this == &other) return *this;
    giveBack();
    holder_ = std::exchange(other.holder_, nullptr);
    id_ = other.id_;
    count_ = std::exchange(other.count_, 0);
    std::copy_n(other.keys_.begin(), count_, keys_.begin());
    return *this;
  }
  ~Lease() { giveBack(); }

  void add(const Key& key) { keys_[count_++] = key; }
  std::size_t size() const { return count_; }
  void giveBack() noexcept {
    if (count_ != 0) holder_->giveBack({keys_.data(), std::exchange(count_, 0)}, id_);
  }

 private:
  LeaseHolder* holder_ = nullptr;
  std::uint64_t id_ = 0;
  std::size_t count_ = 0;
  std::array<Key, kMostTakes> keys_;
};

struct Refusal {
  enum class Why : std::uint8_t { Rate, Concurrency, TableFull, Unreachable };
  Why why = Why::Rate;
  const LimitRule* rule = nullptr;  // of the longest wait; lives as long as the plan
  std::uint16_t group = kNoGroup;
  Milliseconds retryAfter{0};  // Rate: then this call fits if nobody else comes; otherwise a fair time to ask again
};

struct Decision {
  std::optional<Refusal> refusal;  // none: admitted, and everything is taken; otherwise nothing is
  Lease lease;
  bool admitted() const { return !refusal; }
};

struct TakeState {  // what gateway_limits shows
  const LimitRule* rule = nullptr;
  std::uint16_t group = kNoGroup;
  Take::Kind kind = Take::Kind::Rate;
  std::int64_t left = 0, of = 0;  // calls of cost 1, or places
  Milliseconds fullIn{0};         // Rate: until `left` equals `of`
};

}  // namespace certus::limits
