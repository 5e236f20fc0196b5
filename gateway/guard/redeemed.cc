#include "gateway/guard/redeemed.h"

namespace certus::gateway {

Redeemed::Answer Redeemed::redeem(const Nonce& nonce, std::int64_t expires, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  while (!byExpiry_.empty() && byExpiry_.begin()->first <= now) {
    expiries_.erase(byExpiry_.begin()->second);
    byExpiry_.erase(byExpiry_.begin());
  }
  if (expiries_.contains(nonce)) return Answer::Again;
  if (expiries_.size() >= most_) return Answer::Full;
  expiries_.emplace(nonce, expires);
  byExpiry_.emplace(expires, nonce);
  return Answer::First;
}

void Redeemed::release(const Nonce& nonce) {
  const std::lock_guard lock(mutex_);
  const auto found = expiries_.find(nonce);
  if (found == expiries_.end()) return;
  byExpiry_.erase({found->second, nonce});
  expiries_.erase(found);
}

std::size_t Redeemed::size() const {
  const std::lock_guard lock(mutex_);
  return expiries_.size();
}

}  // namespace certus::gateway
