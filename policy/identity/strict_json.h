// JSON from outside as a tree, or nothing: duplicate names at any depth, a byte order mark, invalid UTF-8, too many values
// and too deep nesting are refused, because another reader may understand such a text differently.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace certus::identity {

struct JsonLimits {
  std::size_t bytes = 8 << 10;
  std::size_t depth = 8;  // containers inside containers; the outermost counts as 1
  std::size_t values = 1000;
};

std::optional<nlohmann::json> parseStrictObject(std::string_view text, const JsonLimits& limits);

}  // namespace certus::identity
