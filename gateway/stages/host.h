// The Host stage: answers only to names that are ours, so that DNS rebinding ends here.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> admitHost(HeadCall& call);  // the rule below, and the host of the public URL

// The rule itself, for every listener: loopback names, those of `allowedHosts`, and beyond loopback any address.
bool isAnswered(const HeadPolicy& policy, std::string_view host);

// "localhost", "127.0.0.1", "[::1]", each with any port or none.
bool isLoopbackAuthority(std::string_view authority);

}  // namespace certus::gateway
