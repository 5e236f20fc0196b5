#include "policy/identity/key_cache.h"

#include <algorithm>

namespace certus::identity {
namespace {

constexpr std::size_t kMaxUnknown = 256;

}  // namespace

bool KeyCache::mayStart(SteadyTime now) const {
  if (options_.url.empty() || !fetcher_) return false;
  return !started_ || now - *started_ >= options_.betweenFetches;
}

bool KeyCache::isPending(SteadyTime now) const { return fetching_ && now - *started_ < options_.fetchTimeout; }

bool KeyCache::isKnownUnknown(const std::string& keyId, SteadyTime now) {
  while (!unknown_.empty() && now - unknown_.front().since >= options_.unknownFor) unknown_.pop_front();
  return std::any_of(unknown_.begin(), unknown_.end(), [&](const Unknown& one) { return one.keyId == keyId; });
}

void KeyCache::remember(std::string keyId, SteadyTime now) {
  if (unknown_.size() == kMaxUnknown) unknown_.pop_front();
  unknown_.push_back({std::move(keyId), now});
}

void KeyCache::expire(SteadyTime now) {
  if (!keys_ || options_.url.empty() || now - *got_ < options_.keepOnError) return;
  keys_.reset();
  generation_.fetch_add(1, std::memory_order_release);
}

KeyAnswer KeyCache::find(const std::optional<std::string>& keyId, Algorithm algorithm, SteadyTime now) {
  bool start = false;
  KeyAnswer answer = [&] {
    const std::scoped_lock lock(mutex_);
    KeyAnswer decided = decide(keyId, algorithm, now, start);
    if (start) {
      started_ = now;
      fetching_ = true;
    }
    return decided;
  }();
  if (start) fetcher_->start(options_.url);
  return answer;
}

KeyAnswer KeyCache::decide(const std::optional<std::string>& keyId, Algorithm algorithm, SteadyTime now, bool& start) {
  expire(now);
  if (!keys_) {
    start = mayStart(now);
    if (start || isPending(now)) return KeysPending{};
    return KeysUnavailable{};
  }
  auto found = keys_->find(keyId, algorithm);
  const bool due = now - *got_ >= options_.refresh;
  if (found || found.error() != Failure::UnknownKey) {
    start = due && mayStart(now);  // meanwhile the old keys are good enough
    if (found) return *std::move(found);
    return found.error();
  }
  if (keyId && isKnownUnknown(*keyId, now)) {
    start = due && mayStart(now);
    return Failure::UnknownKey;
  }
  start = mayStart(now);  // the issuer may have rotated
  if (start || isPending(now)) return KeysPending{};
  // Within a minute of the last answer: that answer is the truth about this key, except for one that came just now.
  if (keyId && !fetching_ && started_ && *got_ >= *started_) remember(*keyId, now);
  return Failure::UnknownKey;
}

Result<void> KeyCache::fetched(const Result<std::string>& document, SteadyTime now) {
  auto parsed = document ? KeySet::parse(*document) : Result<KeySet>(tl::make_unexpected(document.error()));
  const std::scoped_lock lock(mutex_);
  fetching_ = false;
  if (!parsed) return tl::make_unexpected(parsed.error());
  got_ = now;
  unknown_.clear();
  if (keys_ && keys_->digest() == parsed->digest()) return {};
  keys_ = std::make_shared<const KeySet>(*std::move(parsed));
  generation_.fetch_add(1, std::memory_order_release);
  return {};
}

std::vector<std::string> KeyCache::warnings() {
  const std::scoped_lock lock(mutex_);
  return keys_ ? keys_->warnings() : std::vector<std::string>();
}

std::string KeyCache::digest() {
  const std::scoped_lock lock(mutex_);
  return keys_ ? keys_->digest() : std::string();
}

void KeyCache::warm(SteadyTime now) {
  std::unique_lock lock(mutex_);
  if (keys_ || !mayStart(now)) return;
  started_ = now;
  fetching_ = true;
  lock.unlock();
  fetcher_->start(options_.url);
}

}  // namespace certus::identity
