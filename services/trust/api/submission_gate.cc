#include "services/trust/api/submission_gate.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace certus::trust_service {

std::string subscriberOf(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));  // without an interface's name
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  const std::string_view whole(bytes.data(), bytes.size());
  constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);  // IPv4 on an IPv6 socket
  return std::string(whole.starts_with(kMapped) ? whole : whole.substr(0, 8));
}

SteadyTime& SubmissionGate::allowanceOf(const std::string& subscriber, SteadyTime now) {
  const auto known = spentUntil_.find(subscriber);
  if (known != spentUntil_.end()) return known->second;
  if (spentUntil_.size() >= kMaxAddresses)
    std::erase_if(spentUntil_, [now](const auto& each) { return each.second <= now; });
  return spentUntil_.size() < kMaxAddresses ? spentUntil_[subscriber] : shared_;
}

Admission SubmissionGate::admit(std::string_view address, SteadyTime now) {
  if (rules_.closed) return Admission::Closed;
  if (rules_.perMinute == 0) return Admission::Taken;
  constexpr auto kMinute = std::chrono::duration_cast<SteadyTime::duration>(std::chrono::minutes(1));
  const auto each = kMinute / static_cast<SteadyTime::rep>(rules_.perMinute);
  const std::lock_guard lock(mutex_);
  SteadyTime& spentUntil = allowanceOf(subscriberOf(address), now);
  const SteadyTime after = std::max(spentUntil, now) + each;
  if (after > now + kMinute) return Admission::TooMany;
  spentUntil = after;
  return Admission::Taken;
}

}  // namespace certus::trust_service
