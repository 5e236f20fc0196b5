// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace certus {

// Bytes of the valid character at `offset`, or 0 when none starts there.
std::size_t utf8CharacterSize(std::string_view text, std::size_t offset);

// Offset of the first byte that is not UTF-8; nullopt: all of it is.
std::optional<std::size_t> firstInvalidUtf8(std::string_view text);

}  // namespace certus
