#include "text.h"

#include <algorithm>
#include <cctype>

namespace certus::trust {
namespace {

bool isSchemeCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
}

// Replaces every "scheme://rest-of-word" by "[address]".
std::string withoutAddresses(std::string_view text) {
  std::string out;
  while (true) {
    const auto mark = text.find("://");
    if (mark == std::string_view::npos) return out.append(text);
    auto begin = mark;
    while (begin > 0 && isSchemeCharacter(text[begin - 1])) --begin;
    const auto end = std::min(text.find_first_of(" \t\r\n\"'<>)]}", mark), text.size());
    out.append(text.substr(0, begin)).append("[address]");
    text.remove_prefix(end);
  }
}

std::size_t characterBoundary(std::string_view text, std::size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return at;
}

}  // namespace

std::string plain(std::string_view text, std::size_t cap) {
  std::string out = withoutAddresses(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  if (out.size() > cap) {
    out.resize(characterBoundary(out, cap));
    out += "...";
  }
  return out;
}

std::string counted(std::size_t count, std::string_view singular, std::string_view plural) {
  return std::to_string(count).append(" ").append(count == 1 ? singular : plural);
}

}  // namespace certus::trust
