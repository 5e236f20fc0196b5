// What clients and model APIs demand of an input schema beyond JSON Schema. A tool that breaks one of these rules makes
// some client drop its whole list, or every request, without a word; so the gateway refuses it aloud.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"

namespace certus::gateway {

Result<void> checkPortability(const nlohmann::ordered_json& inputSchema);

// What some client takes as a reason to hide this one tool; empty when nothing is.
std::string portabilityWarning(const nlohmann::ordered_json& inputSchema);

}  // namespace certus::gateway
