// What a sealed state is bound to, said in one place for the side that seals and the side that opens.
#pragma once

#include <string>

#include <simdjson.h>

#include "gateway/mcp/dispatcher.h"
#include "gateway/mcp/sealer.h"

namespace certus::gateway {

// Of the value, not of its text: a client may print the same arguments with other spacing, member order or escapes.
std::string argumentsDigest(simdjson::dom::element arguments);

SealBinding bindingOf(const Invoke& invoke, const MessageContext& context, std::string_view argumentsDigest);

}  // namespace certus::gateway
