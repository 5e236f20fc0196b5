#include "gateway/upstream/service_counters.h"

#include <algorithm>

namespace certus::gateway {
namespace {

ServiceOutcome outcomeOf(const ServiceAnswer& answer) {
  switch (answer.failure) {
    case ServiceFailure::None: break;
    case ServiceFailure::Refused: return ServiceOutcome::Refused;
    case ServiceFailure::Timeout: return ServiceOutcome::Timeout;
    case ServiceFailure::Broken: return ServiceOutcome::Broken;
    case ServiceFailure::TooLarge: return ServiceOutcome::TooLarge;
    case ServiceFailure::NotJson: return ServiceOutcome::NotJson;
    case ServiceFailure::Cancelled: return ServiceOutcome::Cancelled;
    case ServiceFailure::UnknownService:
    case ServiceFailure::BadRequest: return ServiceOutcome::BadRequest;
    case ServiceFailure::Tls: return ServiceOutcome::Tls;
  }
  if (answer.status >= 500) return ServiceOutcome::ServerError;
  return answer.status >= 400 ? ServiceOutcome::ClientError : ServiceOutcome::Ok;
}

}  // namespace

std::string_view toString(ServiceOutcome outcome) {
  static constexpr std::array<std::string_view, kServiceOutcomes> kNames = {
      "ok", "client_error", "server_error", "refused", "timeout", "broken", "too_large", "not_json", "cancelled", "bad_request", "tls"};
  return kNames[static_cast<std::size_t>(outcome)];
}

void ServiceCounters::count(const ServiceAnswer& answer) {
  outcomes_[static_cast<std::size_t>(outcomeOf(answer))].fetch_add(1, std::memory_order_relaxed);
  const double seconds = std::chrono::duration<double>(answer.took).count();
  const auto bucket = std::lower_bound(kServiceSeconds.begin(), kServiceSeconds.end(), seconds) - kServiceSeconds.begin();
  buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  nanoseconds_.fetch_add(static_cast<std::uint64_t>(answer.took.count()), std::memory_order_relaxed);
}

void ServiceCounters::read(ServiceFigures& figures) const {
  for (std::size_t i = 0; i < outcomes_.size(); ++i) figures.outcomes[i] = outcomes_[i].load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < buckets_.size(); ++i) figures.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
  figures.secondsSum = static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
}

}  // namespace certus::gateway
