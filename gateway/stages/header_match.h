// The stage that compares Mcp-Method and Mcp-Name with the body. The version header is compared where the era is decided.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> matchHeaders(const MessageCall& call);

}  // namespace certus::gateway
