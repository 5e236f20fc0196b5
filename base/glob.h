// Patterns in which a * stands for any text, nothing included; every other character for itself.
#pragma once

#include <string_view>

namespace certus {

// Linear in the text's length times that of what follows a star.
bool matchesPattern(std::string_view pattern, std::string_view text);

}  // namespace certus
