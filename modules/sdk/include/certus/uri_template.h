// RFC 6570 level 1, backwards: which values of {variables} make this URI. No operators, no modifiers.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace certus {

// Undoes %XX; a malformed escape stays as it is.
inline std::string percentDecode(std::string_view text) {
  auto digit = [](char each) {
    if (each >= '0' && each <= '9') return each - '0';
    if (each >= 'a' && each <= 'f') return each - 'a' + 10;
    if (each >= 'A' && each <= 'F') return each - 'A' + 10;
    return -1;
  };
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size() && digit(text[at + 1]) >= 0 && digit(text[at + 2]) >= 0) {
      out += static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2]));
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

// A variable takes one or more characters other than '/', '?' and '#', as few as the text after it allows.
inline std::optional<std::map<std::string, std::string>> matchUriTemplate(std::string_view uriTemplate, std::string_view uri) {
  std::map<std::string, std::string> variables;
  for (;;) {
    const std::size_t open = uriTemplate.find('{');
    const std::size_t close = open == std::string_view::npos ? open : uriTemplate.find('}', open);
    const std::string_view literal = uriTemplate.substr(0, close == std::string_view::npos ? close : open);
    if (!uri.starts_with(literal)) return std::nullopt;
    uri.remove_prefix(literal.size());
    if (close == std::string_view::npos) {
      if (!uri.empty()) return std::nullopt;
      return variables;
    }
    const std::string_view name = uriTemplate.substr(open + 1, close - open - 1);
    uriTemplate.remove_prefix(close + 1);
    const std::string_view next = uriTemplate.substr(0, uriTemplate.find('{'));
    const std::size_t limit = std::min(uri.find_first_of("/?#"), uri.size());
    const std::size_t end = next.empty() ? limit : uri.find(next, 1);
    if (end == std::string_view::npos || end > limit || end == 0) return std::nullopt;
    variables[std::string(name)] = percentDecode(uri.substr(0, end));
    uri.remove_prefix(end);
  }
}

}  // namespace certus
