// Who may put entries of their own into the log, and how fast. Callers with the service credential always may.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace certus::trust_service {

struct SubmissionRules {
  bool closed = false;          // strangers may read, and submit nothing
  std::uint64_t perMinute = 0;  // entries of one address; 0: as many as it likes
};

enum class Admission : std::uint8_t { Taken, Closed, TooMany };

// Of an address: IPv4 whole, of IPv6 the /64, which is what one subscriber is given.
std::string subscriberOf(std::string_view address);

// At most kMaxAddresses are remembered; when more come at once, those that are not remembered share one allowance.
class SubmissionGate {
 public:
  static constexpr std::size_t kMaxAddresses = 4096;

  explicit SubmissionGate(SubmissionRules rules) : rules_(rules) {}

  // Takes one of the address's allowance: `perMinute` at once, then one every 60 s / perMinute. From any thread.
  Admission admit(std::string_view address, SteadyTime now);
  const SubmissionRules& rules() const { return rules_; }

 private:
  SteadyTime& allowanceOf(const std::string& subscriber, SteadyTime now);

  const SubmissionRules rules_;
  std::mutex mutex_;
  std::map<std::string, SteadyTime> spentUntil_;  // when the subscriber's allowance is whole again
  SteadyTime shared_{};
};

}  // namespace certus::trust_service
