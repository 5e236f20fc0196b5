#include "digest.h"

#include <cctype>

#include "text.h"

namespace certus::trust {

std::optional<std::string> canonicalDigest(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  if (text.size() != 64) return std::nullopt;
  std::string out(kPrefix);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isxdigit(byte) == 0) return std::nullopt;
    out += static_cast<char>(std::tolower(byte));
  }
  return out;
}

std::string digestAdvice(std::string_view given) {
  return "`artifact` must be a SHA-256 digest, \"sha256:\" and 64 hexadecimal digits, for example "
         "\"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"; \"" +
         plain(given, 80) +
         "\" is none. Get it with `docker inspect --format '{{index .RepoDigests 0}}' IMAGE` for an image, with "
         "`sha256sum FILE` for a file.";
}

}  // namespace certus::trust
