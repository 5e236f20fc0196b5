// Times as the API writes them (ISO 8601, UTC, "Z") and as callers may give them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certus::trust_service {

std::string formatSeconds(std::int64_t unixSeconds);            // 2025-12-13T10:00:00Z
std::string formatMicroseconds(std::int64_t unixMicroseconds);  // 2025-12-13T10:00:00.123456Z

struct TimeSpan {
  std::int64_t first, last;  // Unix seconds, inclusive: a date alone is its whole day
};

struct Instant {
  std::int64_t second;  // Unix time, in which it lies
  bool hasFraction;     // it lies after that second's beginning
};

// RFC 3339 as protobuf's JSON has it, upper case and with its zone: 2021-01-12T11:53:27[.123456789](Z|+01:00).
std::optional<Instant> parseInstant(std::string_view text);

// 2025-12-01, 2025-12-01T08:30[:00[.123]][Z|+01:00]; without a zone it is UTC.
std::optional<TimeSpan> parseTime(std::string_view text);

}  // namespace certus::trust_service
