// The one form in which an artifact is named: "sha256:" and 64 lower-case hexadecimal digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace certus::trust {

// Accepts upper-case digits and a bare digest (as sha256sum prints it); nullopt for anything else.
std::optional<std::string> canonicalDigest(std::string_view text);

// What to tell a caller whose `artifact` is no digest.
std::string digestAdvice(std::string_view given);

}  // namespace certus::trust
