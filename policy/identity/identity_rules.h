// The forms that texts of this folder's files must have; each is a config::Check.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace certus::identity {

inline constexpr const char* kPrintablePattern = "^[!-~]([ -~]{0,252}[!-~])?$";

inline constexpr const char* kScopePattern = "^[!#-\\[\\]-~]{1,254}$";

inline constexpr const char* kSubjectPrefixPattern = "^[!-~]{1,64}$";

std::optional<std::string> checkPrintable(std::string_view text);  // a subject, tenant, group
std::optional<std::string> checkSubjectPrefix(std::string_view text);
std::optional<std::string> checkKeyName(std::string_view text);    // of an API key, an issuer, a certificate rule
std::optional<std::string> checkIssuer(std::string_view text);
std::optional<std::string> checkAlgorithm(std::string_view text);
std::optional<std::string> checkClaim(std::string_view text);  // "": nowhere
std::optional<std::string> checkSubjectClaim(std::string_view text);
std::optional<std::string> checkKeysUrl(std::string_view text);
std::optional<std::string> checkPublicUrl(std::string_view text);
std::optional<std::string> checkScope(std::string_view text);
std::optional<std::string> checkToolPattern(std::string_view text);  // service/name, each with a * for any text
std::optional<std::string> checkCidr(std::string_view text);
std::optional<std::string> checkCertificatePattern(std::string_view text);

}  // namespace certus::identity
