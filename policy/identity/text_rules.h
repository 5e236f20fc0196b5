// What identifiers from outside must look like before they may become part of a Principal. Pure.
#pragma once

#include <algorithm>
#include <string_view>

namespace certus::identity {

inline constexpr std::size_t kMaxNameBytes = 254;

inline bool isVisible(char c) { return c > 0x20 && c < 0x7f; }

// One line of printable ASCII that neither begins nor ends with a space: safe in a header, a log line and a key.
inline bool isPrintableName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && text.front() != ' ' && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || isVisible(c); });
}

inline bool isWord(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && std::all_of(text.begin(), text.end(), isVisible);
}

}  // namespace certus::identity
