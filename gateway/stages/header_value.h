// The Base64 sentinel of Mcp-Name and Mcp-Param-* values: "=?base64?...?=", markers in lower case, strict alphabet and
// padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace certus::gateway {

// The value that a header stands for; nullopt when it is marked as Base64 but is not. Text without both markers is literal.
std::optional<std::string> decodedHeaderValue(std::string_view value);

}  // namespace certus::gateway
