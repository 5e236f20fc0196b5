// Whether a service's answer may be handed on as JSON.
#pragma once

#include <optional>
#include <string_view>

#include <simdjson.h>

namespace certus::gateway {

// The text parsed, if it is JSON and no object in it names a member twice: parsers disagree about those. Good until the parser's
// next text.
std::optional<simdjson::dom::element> parseUnambiguous(simdjson::dom::parser& parser, std::string_view text);

}  // namespace certus::gateway
