// Words from outside made fit for a model's eyes: one line, capped, without addresses. Not a sanitizer for HTML or logs.
#pragma once

#include <string>
#include <string_view>

namespace certus::trust {

// One line of at most `cap` bytes (cut on a character): control characters become blanks, URLs "[address]".
std::string plain(std::string_view text, std::size_t cap = 200);

std::string counted(std::size_t count, std::string_view singular, std::string_view plural);  // "1 entry", "3 entries"

}  // namespace certus::trust
