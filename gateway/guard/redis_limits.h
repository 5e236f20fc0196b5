// One io thread's limits in Redis: the connection and the store on it, for one server. Whoever waits for an answer or holds
// a lease keeps it alive.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/redis/redis_connection.h"
#include "policy/limits/plan.h"
#include "policy/limits/redis_store.h"

namespace certus::gateway {

// Where the server is and what to say to it; equal ones share a connection.
struct RedisAccess {
  std::string url, user, password, prefix;
  Milliseconds timeout{100};
  std::string problem;  // the password cannot be read; the server then decides whether that matters
  bool operator==(const RedisAccess&) const = default;
};

// The file that the plan names for the password; empty: none, or its limits are not in Redis.
std::string redisPasswordFile(const limits::LimitPlan& plan);

// Reads the environment or the file that the plan names.
RedisAccess redisAccessOf(const limits::LimitPlan& plan);

class RedisLimits {
 public:
  // `failed`: why a decision fell back, on this thread. `fallback` outlives this.
  using Failed = std::function<void(const std::string& why)>;
  RedisLimits(boost::asio::io_context& context, limits::LocalStore& fallback, RedisAccess access, Failed failed);
  ~RedisLimits();
  RedisLimits(const RedisLimits&) = delete;
  RedisLimits& operator=(const RedisLimits&) = delete;

  limits::RedisStore& store() { return store_; }
  RedisConnection& link() { return link_; }
  const RedisAccess& access() const { return access_; }

 private:
  RedisAccess access_;
  RedisConnection link_;
  limits::RedisStore store_;
};

}  // namespace certus::gateway
