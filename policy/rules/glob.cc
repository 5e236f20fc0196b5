#include "policy/rules/glob.h"

#include <algorithm>

#include "base/glob.h"

namespace certus::rules {
std::optional<std::string> checkGlob(std::string_view text) {
  const std::size_t slash = text.find('/');
  const bool printable =
      std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
  if (printable && text.size() <= 1024 && slash != text.npos && slash > 0 && slash + 1 < text.size()) return std::nullopt;
  const std::string form = "not a service/name; ";
  const std::size_t mark = text.find('_');  // as clients are shown it
  if (printable && text.size() <= 1024 && slash == text.npos && mark != text.npos && mark > 0 && mark + 1 < text.size())
    return form + "did you mean " + std::string(text.substr(0, mark)) + "/" + std::string(text.substr(mark + 1)) + "?";
  return form + "write for example trust/verify, trust/* or */*";
}

bool globMatches(std::string_view glob, std::string_view service, std::string_view name) {
  const std::size_t slash = glob.find('/');
  if (slash == glob.npos) return false;
  return matchesPattern(glob.substr(0, slash), service) && matchesPattern(glob.substr(slash + 1), name);
}

}  // namespace certus::rules
