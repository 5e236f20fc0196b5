#include "gateway/upstream/explanation.h"

#include <fmt/format.h>

#include "http/message.h"

namespace certus::gateway {
namespace {

std::string when(std::uint32_t seconds, std::string_view otherwise) {
  if (seconds == 0) return std::string(otherwise);
  return fmt::format("try again in {} second{}", seconds, seconds == 1 ? "" : "s");
}

std::string seconds(Milliseconds time) {
  const auto count = time.count();
  if (count % 1000 == 0) return fmt::format("{} s", count / 1000);
  return fmt::format("{} ms", count);
}

}  // namespace

std::string explainFailure(std::string_view service, ServiceFailure failure, const ServiceNumbers& numbers) {
  switch (failure) {
    case ServiceFailure::None: return {};
    case ServiceFailure::Refused:
      return fmt::format("The service '{}' cannot be reached: nobody answers there. It may be starting or down; {}.", service,
                         when(numbers.retryAfterSeconds, "try again in a few seconds, then tell the operator"));
    case ServiceFailure::Timeout:
      return fmt::format("The service '{}' did not answer within {}. It may be overloaded; try again once, later.", service,
                         seconds(numbers.timeout));
    case ServiceFailure::Broken:
      return fmt::format(
          "The service '{}' broke off in the middle of its answer. Whether the request took effect is not known; check before "
          "you repeat anything that changes state.", service);
    case ServiceFailure::TooLarge:
      return fmt::format("The answer of the service '{}' is larger than the {} bytes that are allowed. Ask for less: a smaller "
                         "limit or a narrower filter. Repeating the same request will not help.", service, numbers.maxResponseBytes);
    case ServiceFailure::NotJson:
      return fmt::format("The service '{}' answered something that is not JSON, so the answer cannot be trusted. Repeating will "
                         "hardly help; tell the operator.", service);
    case ServiceFailure::Cancelled: return fmt::format("The request to the service '{}' was given up because the call ended.", service);
    case ServiceFailure::UnknownService:
      return fmt::format("No service named '{}' is configured. The operator adds it under `services:` in the gateway's "
                         "configuration; repeating will not help.", service);
    case ServiceFailure::BadRequest:
      return fmt::format("The request to the service '{}' was malformed and was not sent. This is a defect of the module; "
                         "repeating will not help.", service);
    case ServiceFailure::Tls:
      return fmt::format("No trusted encrypted connection to the service '{}' could be made. Repeating will not help; the operator "
                         "checks its certificate and `ca_file`.", service);
  }
  return {};
}

std::string explainStatus(std::string_view service, std::uint32_t status, std::uint32_t retryAfterSeconds) {
  const std::string what = fmt::format("The service '{}' answered {} ({})", service, status, http::reasonPhrase(static_cast<int>(status)));
  if (status == 401 || status == 403) return what + ": the gateway's credential for it is missing or not sufficient. Tell the operator.";
  if (status == 404) return what + ": what was asked for does not exist there.";
  if (status == 429) return what + ": too many requests; " + when(retryAfterSeconds, "wait a few seconds before you try again") + '.';
  if (status == 503) return what + ": it is not ready; " + when(retryAfterSeconds, "try again in a few seconds") + '.';
  if (status >= 500) return what + ": it failed. " + (retryAfterSeconds ? "You may " + when(retryAfterSeconds, "") : "Try again once, later") + '.';
  return what + ": it refused the request as it was made. Change the arguments before you try again.";
}

}  // namespace certus::gateway
