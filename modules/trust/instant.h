// Dates as callers and services write them: a calendar day or RFC 3339, compared as UTC microseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certus::trust {

using Instant = std::int64_t;  // microseconds since 1970-01-01T00:00:00Z

// "2025-12-31", "2025-12-31T10:00:00Z", "2025-12-31T10:00:00.123456+02:00"; without an offset the time is UTC.
// A day is its first instant.
std::optional<Instant> parseInstant(std::string_view text);

// The last instant that `text` covers: the end of a day, the instant itself for a time.
std::optional<Instant> parseLastInstant(std::string_view text);

std::string toRfc3339(Instant instant);  // "2025-12-31T10:00:00.123456Z"

}  // namespace certus::trust
