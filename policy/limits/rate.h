// How often: "30/m", "5/s burst 10", "1000/h". Exact integers, so that every store counts alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace certus::limits {

struct Rate {
  std::int64_t count = 1;                 // calls that come back in one period, evenly spread
  std::int64_t periodMicros = 1'000'000;  // a second, a minute, an hour or a day
  std::int64_t burst = 1;                 // calls that may come at once; equals `count` where the text says nothing
  bool operator==(const Rate&) const = default;
};

constexpr std::int64_t kMostCalls = 1'000'000;  // of count and of burst
// burst * periodMicros stays below 2^53: the arithmetic is exact in 64 bits here and in the doubles of a Redis script.
constexpr std::int64_t kMostUnits = 9'000'000'000'000'000;

// Error::message is a whole sentence with the right form.
Result<Rate> parseRate(std::string_view text);
std::string toString(const Rate& rate);  // reads back as the same rate

std::optional<std::string> checkRate(std::string_view text);  // what is wrong, or nullopt (a config::Check)
extern const char* const kRatePattern;                        // the same for editors

}  // namespace certus::limits
