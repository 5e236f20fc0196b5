// The stage that compares Mcp-Param-* headers with the arguments that the input schema annotates with x-mcp-header.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> matchParameters(const MessageCall& call);

}  // namespace certus::gateway
