// The identity stage of a gateway without authentication: every caller is the configured local identity.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> assignLocalIdentity(HeadCall& call);

}  // namespace certus::gateway
