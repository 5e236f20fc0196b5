// What the gateway remembers between the messages of one legacy client: what initialize settled, its log level, its
// open stream, its subscriptions. Not a credential: it only narrows what its principal may reach.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "gateway/call/invocation.h"
#include "gateway/call/revision.h"

namespace certus::gateway {

// List kinds that changed, as bits; equal to certus_change of the ABI.
enum ListKind : std::uint8_t { kToolsList = 1, kPromptsList = 2, kResourcesList = 4 };

// Settled by initialize. Streamable HTTP: before any other thread sees the session. HTTP+SSE, stdio: on its one thread.
struct Settlement {
  std::optional<Revision> revision;
  std::uint32_t capabilities = 0;
  bool elicitsByUrl = false;
  std::string clientName;
};

class Session {
 public:
  // Who opened it, and where: to everybody and everywhere else it is unknown.
  struct Origin {
    std::string principalKey;
    std::string path;  // "/mcp/trust"; of an HTTP+SSE session the stream's, "/sse/trust"
    bool operator==(const Origin&) const = default;
  };
  Session(std::string id, Origin origin, unsigned home);

  const std::string id;
  const Origin origin;
  const unsigned home;  // index of the io thread that owns `subscriptions` and fans changes out to this session

  Settlement settled;

  // From any thread.
  bool wantsLog(LogLevel level) const { return level >= logLevel_.load(std::memory_order_relaxed); }
  void setLogLevel(LogLevel level) { logLevel_.store(level, std::memory_order_relaxed); }
  void touch(SteadyTime now) { lastUsed_.store(now, std::memory_order_relaxed); }
  SteadyTime lastUsed() const { return lastUsed_.load(std::memory_order_relaxed); }
  void enter() { running_.fetch_add(1, std::memory_order_relaxed); }
  void leave() { running_.fetch_sub(1, std::memory_order_relaxed); }
  bool idle() const { return running_.load(std::memory_order_relaxed) == 0 && stream_.load() == 0; }

  // The session's own stream (GET, or /sse): one at a time. `false`: there is one already.
  bool attach(std::uint64_t streamRef);
  void detach(std::uint64_t streamRef);
  std::uint64_t stream() const { return stream_.load(); }

  // List changes that found no open stream, kept for the next one.
  void miss(std::uint8_t lists) { missed_.fetch_or(lists); }
  std::uint8_t takeMissed() { return missed_.exchange(0); }

  // Bounds `subscriptions` from any thread, ahead of the posted change. `false`: the cap is reached.
  bool reserveSubscription(std::uint32_t cap);
  void releaseSubscription() { subscribed_.fetch_sub(1, std::memory_order_relaxed); }

  std::set<std::string, std::less<>> subscriptions;  // URIs; on the home thread only

 private:
  std::atomic<LogLevel> logLevel_{LogLevel::Info};  // until logging/setLevel; the specification leaves it to the server
  std::atomic<SteadyTime> lastUsed_{};
  std::atomic<std::uint32_t> running_{0}, subscribed_{0};
  std::atomic<std::uint64_t> stream_{0};
  std::atomic<std::uint8_t> missed_{0};
};

}  // namespace certus::gateway
