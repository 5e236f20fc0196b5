// The stage that keeps to the operator's `enabled: false`.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> admitEnabled(const MessageCall& call);

}  // namespace certus::gateway
