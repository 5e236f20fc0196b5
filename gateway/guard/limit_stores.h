// Where calls are counted: one local table and one memory of used confirmations a process, one Redis connection an io
// thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/guard/redeemed.h"
#include "gateway/guard/redis_limits.h"
#include "http/io_threads.h"
#include "policy/set/policy_set.h"

namespace certus::gateway {

// Outlives the io threads' handlers, which give back leases when they die: declare it before IoThreads, and call close()
// once the threads were joined.
class LimitStores {
 public:
  struct Options {
    unsigned threads = 1;
    // For the log: why Redis did not decide. From any io thread, at most once a second.
    std::function<void(std::string_view why)> failed = {};
  };
  explicit LimitStores(Options options);
  ~LimitStores();
  LimitStores(const LimitStores&) = delete;
  LimitStores& operator=(const LimitStores&) = delete;

  // Any thread. The first plan gives the table its size; later ones cannot change it.
  limits::LocalStore& local(const limits::LimitPlan& plan);

  // On `thread` itself, for a policy whose limits are in Redis. A policy that is new here makes the password be read again
  // (its file is among those of a reload); a changed server or password gets a new connection, while calls under way keep
  // theirs.
  std::shared_ptr<RedisLimits> redis(http::IoThread& thread, const std::shared_ptr<const policy::PolicySet>& policy);

  // A secret of this process: confirmations that it alone remembers are good here alone.
  std::string_view home() const { return home_; }
  Redeemed& confirmations() { return confirmations_; }
  Redeemed& rounds() { return rounds_; }

  void countRefusal(std::string_view limit);  // any thread

  struct Figures {
    std::vector<std::pair<std::string, std::uint64_t>> refusals;  // by limit; "_other" beyond kMostNames
    std::uint64_t redisFailures = 0, forgottenEarly = 0, confirmationsKept = 0;
  };
  Figures figures() const;  // any thread

  void close();  // after the io threads were joined: their connections end here

 private:
  static constexpr std::size_t kMostNames = 256, kMostServers = 4, kMostRedeemed = 1u << 16;
  struct Desk {                                     // of one io thread
    std::weak_ptr<const policy::PolicySet> policy;  // whose server is the last one
    std::vector<std::shared_ptr<RedisLimits>> servers;
  };
  std::shared_ptr<RedisLimits> find(Desk& desk, http::IoThread& thread, const limits::LimitPlan& plan);
  void tell(const std::string& why);

  Options options_;
  const std::string home_;
  mutable std::mutex making_;
  std::atomic<limits::LocalStore*> local_{nullptr};
  std::unique_ptr<limits::LocalStore> localOwner_;
  Redeemed confirmations_{kMostRedeemed}, rounds_{kMostRedeemed};
  std::vector<Desk> desks_;
  std::atomic<std::uint64_t> redisFailures_{0};
  std::atomic<std::int64_t> toldAt_{0};
  mutable std::mutex counting_;
  std::map<std::string, std::uint64_t, std::less<>> refusals_;
};

}  // namespace certus::gateway
