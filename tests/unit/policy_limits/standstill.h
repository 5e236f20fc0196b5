// Times in which nobody of a load asked, because the machine stood still: a bucket that is full after a second then loses
// what a rate would have allowed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace certus::limits {

class Standstill {
 public:
  // After each question, from any thread.
  void asked() {
    const std::int64_t at = now(), before = last_.exchange(at, std::memory_order_relaxed);
    if (at - before > kSecond) lost_.fetch_add(at - before - kSecond, std::memory_order_relaxed);
  }
  // Summed over all gaps, each without its first second.
  double secondsBeyondOne() const { return static_cast<double>(lost_.load()) / static_cast<double>(kSecond); }

 private:
  static constexpr std::int64_t kSecond = 1'000'000'000;
  static std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }

  std::atomic<std::int64_t> last_{now()}, lost_{0};
};

}  // namespace certus::limits
