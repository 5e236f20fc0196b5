#include "gateway/transport/session.h"

#include <utility>

namespace certus::gateway {

Session::Session(std::string sessionId, Origin from, unsigned homeThread)
    : id(std::move(sessionId)), origin(std::move(from)), home(homeThread) {}

bool Session::attach(std::uint64_t streamRef) {
  std::uint64_t none = 0;
  return stream_.compare_exchange_strong(none, streamRef);
}

void Session::detach(std::uint64_t streamRef) { stream_.compare_exchange_strong(streamRef, 0); }

bool Session::reserveSubscription(std::uint32_t cap) {
  if (subscribed_.fetch_add(1, std::memory_order_relaxed) < cap) return true;
  subscribed_.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

}  // namespace certus::gateway
