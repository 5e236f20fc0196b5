// One catalogue entry as the JSON object that a list method shows, per revision: newer fields are left out of older ones.
#pragma once

#include <string>
#include <string_view>

#include "gateway/call/revision.h"
#include "gateway/tools/descriptor.h"
#include "gateway/tools/prepared_tool.h"

namespace certus::gateway {

std::string toolListing(const PreparedTool& tool, std::string_view exposedName, Revision revision);
std::string promptListing(const PromptDescriptor& prompt, std::string_view exposedName, Revision revision);
std::string resourceListing(const ResourceDescriptor& resource, Revision revision);  // and templates

}  // namespace certus::gateway
