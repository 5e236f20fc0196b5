// What has been redeemed and may not be redeemed again, until it expires by itself. One for the process; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "gateway/guard/state_frame.h"

namespace certus::gateway {

class Redeemed {
 public:
  explicit Redeemed(std::size_t most) : most_(most) {}

  enum class Answer : std::uint8_t { First, Again, Full };  // Full: nothing is kept, so nothing may be believed
  // Times in milliseconds since 1970. What has expired must have been refused before.
  Answer redeem(const Nonce& nonce, std::int64_t expires, std::int64_t now);
  void release(const Nonce& nonce);  // it was not used after all
  std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::size_t most_;
  std::map<Nonce, std::int64_t> expiries_;
  std::set<std::pair<std::int64_t, Nonce>> byExpiry_;
};

}  // namespace certus::gateway
