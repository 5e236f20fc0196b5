// How a scalar of the configuration must be written, and what to say when it is not. Not YAML's own resolution:
// 010, yes and 1_000 are refused here because readers disagree on them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace certus::config {

// Each Error::message completes the sentence "<path>: ...".
Result<std::int64_t> parseInteger(std::string_view text);
Result<std::int64_t> parseMilliseconds(std::string_view seconds);  // "30", "0.25"; at most three decimals
Result<bool> parseSwitch(std::string_view text);

enum class Looks { Text, Integer, Decimal, Switch, Null, OddSwitch, OddNumber };  // Odd: YAML readers disagree
Looks looksLike(std::string_view plain);

}  // namespace certus::config
