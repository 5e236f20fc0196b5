// What a module may put into a request: an origin-form path and headers that are not the gateway's own. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/upstream/service_call.h"

namespace certus::gateway {

// nullopt: fine. Otherwise what is wrong, for the module's author.
std::optional<std::string> questionFault(const ServiceQuestion& question);

// `text` with everything but visible ASCII percent-encoded, '%' too: safe as a header's value and reversible.
void appendHeaderSafe(std::string& out, std::string_view text);

}  // namespace certus::gateway
