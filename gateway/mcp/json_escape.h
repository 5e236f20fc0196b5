// Escapes inside JSON strings that a parser has already accepted.
#pragma once

#include <string>
#include <string_view>

namespace certus::gateway {

// `inner`: what stands between the quotes of a valid JSON string. Appends its characters.
void unescapeJson(std::string_view inner, std::string& out);

// True if a valid JSON text has a \uD800..\uDFFF escape without its other half. simdjson 3.0 lets a low one pass.
bool hasLoneSurrogate(std::string_view json);

}  // namespace certus::gateway
