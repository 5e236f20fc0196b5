// `x-mcp-header` annotations of an input schema: which argument must be repeated in which Mcp-Param-* header.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"

namespace certus::gateway {

struct ParameterHeader {
  enum class Type : std::uint8_t { String, Integer, Boolean };
  std::string header;             // the suffix: "Region" of Mcp-Param-Region
  std::vector<std::string> path;  // property names from the arguments' root
  Type type = Type::String;
};

// A misplaced or malformed annotation is an error: clients drop such a tool without a word.
Result<std::vector<ParameterHeader>> findParameterHeaders(const nlohmann::ordered_json& inputSchema);

}  // namespace certus::gateway
