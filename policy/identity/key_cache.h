// One issuer's keys over time: kept fresh, kept when the issuer is away, and never asked for more than once a minute
// whatever tokens arrive. Asks through an interface and waits for nothing. Any thread.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "policy/identity/key_set.h"

namespace certus::identity {

// Implemented by whoever owns sockets. May be called on any thread, with no lock held; returns at once. Follows no redirect
// to another host, reads at most kMaxKeySetBytes, and reports every start exactly once with KeyCache::fetched (any thread).
class KeyFetcher {
 public:
  virtual ~KeyFetcher() = default;
  virtual void start(const std::string& url) = 0;
};

struct KeyCacheOptions {
  std::string url;                           // empty: the keys come from a file, nothing is ever fetched
  Milliseconds refresh{10 * 60'000};         // older keys are still used while newer ones are fetched
  Milliseconds keepOnError{24 * 3'600'000};  // after this long without an answer the old keys are given up
  Milliseconds betweenFetches{60'000};       // from one start to the next
  Milliseconds fetchTimeout{20'000};         // a fetch that has not reported by then counts as failed
  // How long a key that was not there is taken not to exist. Short: an issuer may use a key before it has published it.
  Milliseconds unknownFor{120'000};
};

struct KeysPending {};      // a fetch is under way: ask again when it has reported
struct KeysUnavailable {};  // there are no keys, and it is too early to ask for some
using KeyAnswer = std::variant<std::shared_ptr<const PublicKey>, Failure, KeysPending, KeysUnavailable>;

class KeyCache {
 public:
  KeyCache(KeyCacheOptions options, KeyFetcher* fetcher) : options_(std::move(options)), fetcher_(fetcher) {}

  // `fetcher_` may be asked to start. KeysPending only where waiting can change the answer.
  KeyAnswer find(const std::optional<std::string>& keyId, Algorithm algorithm, SteadyTime now);

  // What a fetch or a file brought. A document that is no key set counts as a failed fetch: the error comes back for the
  // log, the old keys stay.
  Result<void> fetched(const Result<std::string>& document, SteadyTime now);

  // Keys of the set in use that cannot be used, and why.
  std::vector<std::string> warnings();

  // Of the document that the set in use came in; "" without one.
  std::string digest();

  // For a process that wants its keys before the first call.
  void warm(SteadyTime now);

  // Grows when the keys change; what was verified under an older one must be verified anew.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

 private:
  struct Unknown {
    std::string keyId;
    SteadyTime since;
  };
  bool mayStart(SteadyTime now) const;
  bool isPending(SteadyTime now) const;
  bool isKnownUnknown(const std::string& keyId, SteadyTime now);
  void remember(std::string keyId, SteadyTime now);
  void expire(SteadyTime now);
  KeyAnswer decide(const std::optional<std::string>& keyId, Algorithm algorithm, SteadyTime now, bool& start);

  const KeyCacheOptions options_;
  KeyFetcher* const fetcher_;  // borrowed; may be null when there is no url
  std::mutex mutex_;
  std::shared_ptr<const KeySet> keys_;
  std::optional<SteadyTime> got_;      // when keys_ was last confirmed
  std::optional<SteadyTime> started_;  // the last fetch
  bool fetching_ = false;
  std::deque<Unknown> unknown_;  // bounded
  std::atomic<std::uint64_t> generation_{1};
};

}  // namespace certus::identity
