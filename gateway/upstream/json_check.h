// Whether a service's answer is exactly one JSON text that every reader understands alike: UTF-8, no duplicate names.
#pragma once

#include <string_view>

#include <simdjson.h>

namespace certus::gateway {

// `parser` is scratch of the calling thread.
bool isUnambiguousJson(simdjson::dom::parser& parser, std::string_view text);

}  // namespace certus::gateway
