// The stage that holds the arguments against the tool's input schema and says everything that is wrong at once.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> admitArguments(const MessageCall& call);

}  // namespace certus::gateway
