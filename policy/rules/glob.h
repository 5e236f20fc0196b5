// service/name with * for any text, as rules and allowed_tools write it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace certus::rules {

std::optional<std::string> checkGlob(std::string_view text);  // what is wrong and the right form (config::Check)

// Linear in the text's length times the stars. A * before the first / stays within the service.
bool globMatches(std::string_view glob, std::string_view service, std::string_view name);

}  // namespace certus::rules
