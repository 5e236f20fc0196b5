// What a failed exchange is called in front of a person or a model: the service, what failed, whether and when to try
// again. No URL, no secret, no words of the service's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "gateway/upstream/service_call.h"

namespace certus::gateway {

struct ServiceNumbers {  // what an explanation may quote
  Milliseconds timeout{0};
  std::uint64_t maxResponseBytes = 0;
  std::uint32_t retryAfterSeconds = 0;
};

std::string explainFailure(std::string_view service, ServiceFailure failure, const ServiceNumbers& numbers);
std::string explainStatus(std::string_view service, std::uint32_t status, std::uint32_t retryAfterSeconds);  // from 400

}  // namespace certus::gateway
