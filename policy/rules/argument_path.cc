#include "policy/rules/argument_path.h"

namespace certus::rules {
namespace {

constexpr std::size_t kMostSteps = 16;

// A name up to the next . or [, or one in double quotes. Empty: malformed.
std::string takeMember(std::string_view& rest) {
  if (rest.starts_with('"')) {
    const std::size_t end = rest.find('"', 1);
    if (end == rest.npos) return {};
    std::string out(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    return out;
  }
  const std::size_t end = std::min(rest.find_first_of(".[]\""), rest.size());
  std::string out(rest.substr(0, end));
  rest.remove_prefix(end);
  return out;
}

}  // namespace

std::optional<ArgumentPath> parseArgumentPath(std::string_view text) {
  ArgumentPath out;
  std::string_view rest = text.substr(0, 256);
  if (rest.size() != text.size()) return std::nullopt;
  while (true) {
    std::string member = takeMember(rest);
    if (member.empty()) return std::nullopt;
    out.push_back({false, std::move(member)});
    while (rest.starts_with("[]")) {
      out.push_back({true, {}});
      rest.remove_prefix(2);
    }
    if (out.size() > kMostSteps) return std::nullopt;
    if (rest.empty()) return out;
    if (!rest.starts_with('.')) return std::nullopt;
    rest.remove_prefix(1);
  }
}

std::optional<std::string> checkArgumentPath(std::string_view text) {
  if (parseArgumentPath(text)) return std::nullopt;
  return "not an argument's path; write for example artifact_type, metadata.commit, items[].name (every item), or "
         "metadata.\"build.id\"";
}

std::string memberText(const std::string& member) {
  return member.find_first_of(".[]\"") == std::string::npos ? member : '"' + member + '"';
}

}  // namespace certus::rules
