// How often an address may fail to authenticate. Memory is fixed from the start; when it is full, the address that owes
// least is forgotten. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "policy/identity/address.h"

namespace certus::identity {

struct FailureLimit {
  std::uint32_t burst = 20;      // failures at once
  Milliseconds recovery{3'000};  // until one more is forgiven
};

class FailureLimiter {
 public:
  // `seed`: random, so that nobody can choose addresses that meet in one place. `entries` takes 16 bytes each.
  FailureLimiter(FailureLimit limit, std::uint64_t seed, std::size_t entries = 1 << 16);

  // False: this address has failed too often; verify nothing for it. IPv6: its /64, which is one customer.
  bool allows(const Address& address, SteadyTime now) const;
  void failed(const Address& address, SteadyTime now);

  // How long until allows() says true again; zero if it does now.
  Milliseconds wait(const Address& address, SteadyTime now) const;

 private:
  struct Entry {
    std::uint64_t who = 0;   // 0: free
    std::int64_t until = 0;  // milliseconds of the steady clock: when everything is forgiven
  };
  static constexpr std::size_t kWays = 8, kLocks = 64;
  std::uint64_t hashOf(const Address& address) const;
  std::size_t setOf(std::uint64_t who) const { return static_cast<std::size_t>(who >> 7) % sets_; }
  std::int64_t owedUntil(std::uint64_t who) const;

  const FailureLimit limit_;
  const std::uint64_t seed_;
  std::size_t sets_;
  std::vector<Entry> entries_;
  mutable std::array<std::mutex, kLocks> locks_;
};

}  // namespace certus::identity
