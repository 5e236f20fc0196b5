// A request's JSON, read so that no two readers can disagree about it: UTF-8, no duplicate member names, bounded depth.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "services/trust/api/answer.h"

namespace certus::trust_service {

inline constexpr std::size_t kMaxJsonDepth = 32;

struct JsonProblem {
  std::size_t offset = 0;
  std::string reason;
};

// Reports what is wrong, and where, in `problem`.
std::optional<Input> parseStrictly(std::string_view text, JsonProblem& problem);

}  // namespace certus::trust_service
