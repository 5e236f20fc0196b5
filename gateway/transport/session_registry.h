// All legacy sessions of the process: found from any thread, changed and expired on their home thread. An id is
// unguessable and names its home; a session of another principal or route looks unknown.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "gateway/transport/session.h"

namespace certus::gateway {

using SessionRef = std::shared_ptr<Session>;

class SessionRegistry {
 public:
  struct Limits {
    std::uint32_t maxSessions = 10'000;
    Milliseconds idle{30 * 60'000};
  };
  SessionRegistry(std::size_t threads, Limits limits);

  // ErrorCode::ResourceExhausted at the cap.
  // `home` is the calling thread; nobody else can know the session before its id is sent.
  Result<SessionRef> open(Session::Origin origin, Settlement settled, unsigned home, SteadyTime now);

  // From any thread. nullptr: unknown, ended, or somebody else's. Counts as use.
  SessionRef find(std::string_view id, const Session::Origin& origin, SteadyTime now) const;

  bool end(const Session& session);  // from any thread; false: somebody else ended it first
  std::size_t size() const { return count_.load(std::memory_order_relaxed); }

  // The sessions whose home is `thread`, called there.
  std::vector<SessionRef> at(unsigned thread) const;
  // Ends those idle for longer than the limit and returns them; called on `thread`.
  std::vector<SessionRef> expire(unsigned thread, SteadyTime now);

  const Limits& limits() const { return limits_; }

 private:
  struct Shard {
    mutable std::mutex mutex;  // other threads read; held for one map operation
    std::unordered_map<std::string, SessionRef> sessions;
  };
  const Shard* shardOf(std::string_view id) const;

  Limits limits_;
  std::vector<std::unique_ptr<Shard>> shards_;  // by home thread
  std::atomic<std::size_t> count_{0};
};

}  // namespace certus::gateway
