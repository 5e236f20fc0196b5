// Points in time as people write them into files: RFC 3339, in UTC or with an offset.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace certus::identity {

std::optional<WallTime> parseInstant(std::string_view text);     // "2027-01-31T00:00:00Z", years 1970 to 9999
std::string showInstant(WallTime instant);                       // in UTC, whole seconds
std::optional<std::string> checkInstant(std::string_view text);  // a config::Check
inline constexpr const char* kInstantPattern =
    R"(^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$)";

}  // namespace certus::identity
