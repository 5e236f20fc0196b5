// How questions to one service ended and how long they took: plain atomics, written on every thread, read by metrics.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/upstream/service_call.h"

namespace certus::gateway {

enum class ServiceOutcome : std::uint8_t { Ok, ClientError, ServerError, Refused, Timeout, Broken, TooLarge, NotJson, Cancelled, BadRequest, Tls };
inline constexpr std::size_t kServiceOutcomes = 11;
std::string_view toString(ServiceOutcome outcome);  // "ok", "client_error", ...: the metric's label

inline constexpr std::array<double, 12> kServiceSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30};

struct ServiceFigures {  // a reading
  std::string service;
  std::array<std::uint64_t, kServiceOutcomes> outcomes{};
  std::array<std::uint64_t, kServiceSeconds.size() + 1> buckets{};  // not cumulative; the last is +Inf
  double secondsSum = 0;
  bool breakerOpen = false;
};

class ServiceCounters {
 public:
  void count(const ServiceAnswer& answer);
  void read(ServiceFigures& figures) const;

 private:
  std::array<std::atomic<std::uint64_t>, kServiceOutcomes> outcomes_{};
  std::array<std::atomic<std::uint64_t>, kServiceSeconds.size() + 1> buckets_{};
  std::atomic<std::uint64_t> nanoseconds_{0};
};

}  // namespace certus::gateway
