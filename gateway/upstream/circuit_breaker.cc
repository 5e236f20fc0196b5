#include "gateway/upstream/circuit_breaker.h"

#include <chrono>

namespace certus::gateway {
namespace {

std::int64_t nanoseconds(SteadyTime time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

constexpr std::int64_t kPause = std::chrono::duration_cast<std::chrono::nanoseconds>(CircuitBreaker::kOpenFor).count();

}  // namespace

std::optional<Milliseconds> CircuitBreaker::refuse(SteadyTime now) {
  std::int64_t until = openUntil_.load(std::memory_order_relaxed);
  if (until == 0) return std::nullopt;
  const std::int64_t at = nanoseconds(now);
  // Whoever moves the mark is the one that tries; the others wait for its verdict.
  if (at >= until && openUntil_.compare_exchange_strong(until, at + kPause, std::memory_order_relaxed)) return std::nullopt;
  const auto left = std::chrono::nanoseconds(until > at ? until - at : kPause);
  return std::chrono::ceil<Milliseconds>(left);
}

void CircuitBreaker::succeeded() {
  if (failures_.load(std::memory_order_relaxed) != 0) failures_.store(0, std::memory_order_relaxed);
  if (isOpen()) openUntil_.store(0, std::memory_order_relaxed);
}

void CircuitBreaker::failed(SteadyTime now) {
  if (failures_.fetch_add(1, std::memory_order_relaxed) + 1 >= kFailuresToOpen) {
    openUntil_.store(nanoseconds(now) + kPause, std::memory_order_relaxed);
  }
}

}  // namespace certus::gateway
