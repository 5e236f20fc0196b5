// RFC 3986 references as far as schemas need them: resolution, fragments, JSON Pointer tokens. Opens nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace certus::gateway::schema {

struct SplitUri {
  std::string resource;  // without the fragment
  std::string fragment;  // percent-decoded, without '#'
};

std::string resolveUri(std::string_view base, std::string_view reference);
SplitUri splitFragment(std::string_view uri);
// "/a~1b/0" -> {"a/b", "0"}; nullopt when the text is no JSON Pointer (RFC 6901).
std::optional<std::vector<std::string>> pointerTokens(std::string_view pointer);
std::string escapedToken(std::string_view token);

}  // namespace certus::gateway::schema
