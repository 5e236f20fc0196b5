// Texts from outside as a person may be shown them: on one line, of bounded length, and nothing that could pass for another
// text. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace certus::gateway {

// Control characters, invisible ones and those that turn the direction of writing appear as \uXXXX; cut at `most` bytes.
std::string readable(std::string_view text, std::size_t most);

// `json`: an object. A line a member; what does not fit is counted, never silently left out.
std::string readableArguments(std::string_view json);

}  // namespace certus::gateway
