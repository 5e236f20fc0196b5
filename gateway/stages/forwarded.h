// Open local mode answers this machine's own programs: a request that a proxy passes on may come from anywhere.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> refuseForwarded(HeadCall& call);

}  // namespace certus::gateway
