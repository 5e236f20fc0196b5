// One question to one named service and its answer: the seam between whoever asks (the module host) and Services.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "base/clock.h"
#include "http/client.h"
#include "http/message.h"

namespace certus::gateway {

// Values equal certus_http_failure of the ABI.
enum class ServiceFailure : std::uint8_t {
  None = 0, Refused = 1, Timeout = 2, Broken = 3, TooLarge = 4, NotJson = 5, Cancelled = 6, UnknownService = 7, BadRequest = 8, Tls = 9
};
inline constexpr std::size_t kServiceFailures = 10;

// Borrowed views: they outlive ServiceClients::ask.
struct ServiceQuestion {
  std::string_view service;
  http::Method method = http::Method::Get;
  std::string_view path, body, contentType;  // contentType empty: application/json where there is a body
  std::span<const http::Field> headers;
  bool idempotent = false, expectJson = false;
  Milliseconds timeout{0};  // 0: the service's own
  SteadyTime deadline{};    // of the call that asks
  std::string_view requestId, subject, tenant, traceparent;
};

// Reusable: buffers keep their capacity from one exchange to the next.
struct ServiceAnswer {
  ServiceFailure failure = ServiceFailure::None;
  std::uint32_t status = 0, retryAfterSeconds = 0;
  std::string_view body;      // points into `response`
  std::string_view contentType;
  std::optional<simdjson::dom::element> json;  // `body`, if expectJson asked for the check; until this thread's next question
  std::string explanation;    // for a person; set on every failure and on every status from 400
  std::string detail;         // for the log
  SteadyTime asked{};
  std::chrono::nanoseconds took{0};
  http::ClientResponse response;
  std::string headerLines;    // scratch
};

}  // namespace certus::gateway
