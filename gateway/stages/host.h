// The Host stage: answers only to names that are ours, so that DNS rebinding ends here.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> admitHost(HeadCall& call);

// "localhost", "127.0.0.1", "[::1]", each with any port or none.
bool isLoopbackAuthority(std::string_view authority);

}  // namespace certus::gateway
