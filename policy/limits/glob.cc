#include "policy/limits/glob.h"

#include <algorithm>

#include "base/glob.h"

namespace certus::limits {

const char* const kToolPattern = "^[A-Za-z0-9_*-]{1,64}/[A-Za-z0-9_*.-]{1,64}$";
const char* const kItemPattern = "^[^/ ]+/[^ ]+$";

bool matchesGlob(std::string_view pattern, std::string_view name) {
  const std::size_t ends = pattern.find('/'), slash = name.find('/');
  if (ends == pattern.npos || slash == name.npos) return false;
  return matchesPattern(pattern.substr(0, ends), name.substr(0, slash)) &&
         matchesPattern(pattern.substr(ends + 1), name.substr(slash + 1));
}

std::optional<std::string> checkToolPattern(std::string_view text) {
  const auto fits = [](std::string_view part) {
    return !part.empty() && part.size() <= 64 && std::all_of(part.begin(), part.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' ||
             c == '*' || c == '.';
    });
  };
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos && fits(text.substr(0, slash)) && fits(text.substr(slash + 1))) return std::nullopt;
  return "\"" + std::string(text.substr(0, 60)) +
         "\" names no tools; write service/tool, with * for any, for example trust/sign, " + "trust/* or */get_*";
}

std::optional<std::string> checkItemPattern(std::string_view text) {
  const std::size_t slash = text.find('/');
  const bool printable =
      std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
  if (printable && text.size() <= 1024 && slash != std::string_view::npos && slash > 0 && slash + 1 < text.size())
    return std::nullopt;
  return "\"" + std::string(text.substr(0, 60)) +
         "\" names no resources or prompts; write service/name, with * for any, for example trust/log://* or */audit_*";
}

}  // namespace certus::limits
