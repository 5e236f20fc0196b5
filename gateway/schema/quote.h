// Values as they appear inside a message: JSON notation, control characters escaped, cut short at a character's edge.
#pragma once

#include <string>
#include <string_view>

#include "gateway/schema/instance.h"

namespace certus::gateway::schema {

std::string cutShort(std::string_view text, std::size_t bytes);  // adds "..." where something is missing
std::string quoteText(std::string_view text);                    // at most about 60 bytes of it
std::string quoteValue(const Instance& value);
std::string quoteExample(simdjson::dom::element value);  // at most about 160 bytes: an example is of use only whole
bool isJsonNumber(std::string_view text);

}  // namespace certus::gateway::schema
