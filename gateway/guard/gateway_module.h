// The gateway's own tools as a module of the catalogue, so that they are listed, allowed and limited like all others. No .so
// stands behind it: GuardedRunner answers.
#pragma once

#include <string_view>

#include "gateway/tools/descriptor.h"

namespace certus::gateway {

inline constexpr std::string_view kGatewayModule = "gateway", kWhoamiTool = "whoami", kLimitsTool = "limits";

ModuleDescriptor gatewayModule();

}  // namespace certus::gateway
