// The JSON type of modules, and how text is cut out of the ABI's borrowed strings. Nothing else.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "certus/abi.h"

namespace certus {

using Json = nlohmann::ordered_json;  // keeps the order in which a tool writes its answer

inline std::string_view view(certus_str text) { return text.data ? std::string_view(text.data, text.size) : std::string_view(); }
inline certus_str borrow(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace certus
