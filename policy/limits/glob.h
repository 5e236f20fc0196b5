// Names of items with * in them: "trust/sign", "*/get_*", "trust/log://*". A star stands for any characters; one of the
// service for any but a slash.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace certus::limits {

bool matchesGlob(std::string_view pattern, std::string_view name);
inline bool isGlob(std::string_view pattern) { return pattern.find('*') != std::string_view::npos; }

std::optional<std::string> checkToolPattern(std::string_view text);  // a config::Check: "service/tool"
extern const char* const kToolPattern;
std::optional<std::string> checkItemPattern(std::string_view text);  // of a resource, as service/uri, or a prompt
extern const char* const kItemPattern;

}  // namespace certus::limits
