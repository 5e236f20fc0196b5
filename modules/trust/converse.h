// Carries a conversation over the ABI: asks the service, feeds the replies back, completes the call. Decides nothing.
#pragma once

#include <memory>

#include "certus/call.h"
#include "conversation.h"

namespace certus::trust {

void converse(const Call& call, std::unique_ptr<Conversation> conversation);

}  // namespace certus::trust
