// Stops asking a service that nobody answers for: after five connect failures in a row it refuses at once for a while,
// then lets one question through to find out. Shared by all threads, lock-free; time is a parameter.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace certus::gateway {

class CircuitBreaker {
 public:
  static constexpr std::uint32_t kFailuresToOpen = 5;
  static constexpr Milliseconds kOpenFor{1'500};

  // nullopt: ask. Otherwise how long nobody will. After the pause one caller is let through per pause.
  std::optional<Milliseconds> refuse(SteadyTime now);
  void succeeded();  // a connection was made, whatever came of it
  void failed(SteadyTime now);
  bool isOpen() const { return openUntil_.load(std::memory_order_relaxed) != 0; }

 private:
  std::atomic<std::uint32_t> failures_{0};
  std::atomic<std::int64_t> openUntil_{0};  // steady nanoseconds; 0: closed
};

}  // namespace certus::gateway
