// Appends JSON as one line: SSE data fields and stdio lines must not contain line breaks, and a JSON text has raw ones
// between its tokens only, where a blank means the same.
#pragma once

#include <string>
#include <string_view>

namespace certus::gateway {

inline void appendOneLine(std::string& out, std::string_view json) {
  const std::size_t from = out.size();
  out.append(json);
  for (std::size_t at = out.find_first_of("\r\n", from); at != std::string::npos; at = out.find_first_of("\r\n", at + 1)) {
    out[at] = ' ';
  }
}

}  // namespace certus::gateway
