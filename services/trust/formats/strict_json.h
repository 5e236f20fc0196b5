// A stranger's JSON, read so that no two readers can disagree about it: UTF-8 without a byte order mark, no duplicate member
// names, bounded depth.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace certus::trust_service {

using Input = nlohmann::json;  // members sorted, so that an object of 100,000 is not quadratic

inline constexpr std::size_t kMaxJsonDepth = 32;

struct JsonProblem {
  std::size_t offset = 0;
  std::string reason;
};

// Reports what is wrong, and where, in `problem`.
std::optional<Input> parseStrictly(std::string_view text, JsonProblem& problem);

}  // namespace certus::trust_service
