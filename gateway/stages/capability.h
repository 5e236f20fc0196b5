// The stage for tools that need something of the client: sampling, elicitation, roots.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> admitCapability(const MessageCall& call);

// {"sampling":{},"elicitation":{}}: the bits as a ClientCapabilities object.
std::string capabilitiesObject(std::uint32_t bits);

// The refusal for a client that lacks `missing`: an error of its own on the newest revision, a tool error before.
Refusal missingCapability(std::uint32_t missing, Revision revision, std::string_view what);

}  // namespace certus::gateway
