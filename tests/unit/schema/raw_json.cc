#include "tests/unit/schema/raw_json.h"

namespace certus::test {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// The parts between top-level separators of what stands between the outer brackets.
std::vector<std::string_view> parts(std::string_view text, char separator) {
  text = trimmed(text);
  std::vector<std::string_view> found;
  int depth = 0;
  bool inString = false;
  std::size_t start = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inString) {
      if (c == '\\') ++i;
      inString = c != '"';
      continue;
    }
    if (c == '"') inString = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    const bool ends = (c == separator && depth == 1) || depth == 0;
    if (!ends) continue;
    if (const auto part = trimmed(text.substr(start, i - start)); !part.empty()) found.push_back(part);
    start = i + 1;
  }
  return found;
}

}  // namespace

std::vector<std::string_view> rawItems(std::string_view array) { return parts(array, ','); }

Members rawMembers(std::string_view object) {
  Members members;
  for (const std::string_view part : parts(object, ',')) {
    std::size_t end = 1;
    while (part[end] != '"') end += part[end] == '\\' ? 2 : 1;
    members.emplace_back(part.substr(1, end - 1), trimmed(part.substr(part.find(':', end) + 1)));
  }
  return members;
}

std::string_view rawMember(const Members& members, std::string_view name) {
  for (const auto& [key, value] : members) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace certus::test
