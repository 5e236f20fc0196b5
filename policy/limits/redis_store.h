// Limits counted in Redis, for several gateways that share them: one script a decision, and what to do while the server does
// not answer. Pure: the socket is behind a RedisLink.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "policy/limits/demand.h"
#include "policy/limits/local_store.h"
#include "policy/limits/redis_link.h"

namespace certus::limits {

// One per io thread, with that thread's link, used on that thread only; `fallback` is the process's one local table. Link
// and fallback outlive it; the store outlives every call that it has not answered, and every lease;
// the plan of a call lives until its answer, and until its refusal has been read.
// Close the link (which answers all that is open) before the store goes.
class RedisStore final : public LeaseHolder {
 public:
  struct Options {
    std::string prefix = "certus";  // of our keys
    std::string owner;              // random, of this store alone: leases of two stores must not be of one name
    Milliseconds timeout{100};
    // Told on this thread, for the log, why a decision fell back to the rules' when_unreachable; once a decision.
    std::function<void(const std::string& why)> failed = {};
  };
  RedisStore(RedisLink& link, LocalStore& fallback, Options options);

  // `done` exactly once, on this thread, perhaps before take() returns. Nothing else of the caller is kept but the plan's
  // rules. If Redis does not answer, every rule's when_unreachable decides: any `closed` refuses, the `local` ones are taken
  // from the fallback in one step, the `open` ones pass.
  using Done = std::function<void(Decision&&)>;
  void take(const Demand& demand, SteadyTime now, Done done);

  using LookDone = std::function<void(Result<std::vector<TakeState>>)>;
  void look(const Demand& demand, SteadyTime now, LookDone done);  // takes nothing

  std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }  // from any thread

  void giveBack(std::span<const Key> keys, std::uint64_t id) noexcept override;

 private:
  struct Asked;
  std::string rateName(const Take& take) const;
  std::string leasesName(const Key& key) const;
  std::string leaseName(std::uint64_t id) const;
  std::string command(const Asked& asked, bool whole) const;
  void send(std::shared_ptr<Asked> asked, bool whole);
  void receive(const std::shared_ptr<Asked>& asked, bool whole, Result<RespValue> reply);
  bool understand(Asked& asked, const RespValue& reply);
  void fall(Asked& asked, std::string why);
  void forgetLeases(const Asked& asked);

  RedisLink& link_;
  LocalStore& fallback_;
  Options options_;
  std::uint64_t lastLease_ = 0;
  std::atomic<std::uint64_t> failures_{0};
};

}  // namespace certus::limits
