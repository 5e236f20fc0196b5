// A module writes of its own tools in backticks, by the names it knows. Clients must read the names that they can call.
#pragma once

#include <string>
#include <string_view>

namespace certus::gateway {

// Every `bare` between backticks in `text`, and nothing else, becomes `exposed`.
void exposeName(std::string& text, std::string_view bare, std::string_view exposed);

}  // namespace certus::gateway
