// Policy is decided anew at each use: what a question to a person leads to is decided by the policy of the moment it is
// answered, not by that of the moment it was asked.
#pragma once

#include <optional>
#include <string>

#include "gateway/transport/call_run.h"

namespace certus::gateway {

// Before a live round runs. nullopt: it may; else what the caller is told. On the call's thread.
std::optional<std::string> refusedSince(const CallRun& run);

}  // namespace certus::gateway
