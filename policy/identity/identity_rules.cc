#include "policy/identity/identity_rules.h"

#include <algorithm>

#include "config/rules.h"
#include "policy/identity/address.h"
#include "policy/identity/algorithm.h"
#include "policy/identity/text_rules.h"

namespace certus::identity {

std::optional<std::string> checkPrintable(std::string_view text) {
  if (isPrintableName(text)) return std::nullopt;
  return "not a name; write up to 254 printable ASCII characters, for example alice@example.com";
}

std::optional<std::string> checkSubjectPrefix(std::string_view text) {
  if (isWord(text) && text.size() <= 64) return std::nullopt;
  return "not a prefix; write up to 64 printable ASCII characters without spaces, with a mark at the end, for example "
         "partner:";
}

std::optional<std::string> checkKeyName(std::string_view text) { return config::checkName(text); }

std::optional<std::string> checkIssuer(std::string_view text) {
  const bool hasMark = text.find_first_of(":/") != std::string_view::npos;  // keeps clear of our own names for issuers
  if (isWord(text) && hasMark) return std::nullopt;
  return "not an issuer; write the `iss` of its tokens exactly, for example https://id.example.com/realms/main";
}

std::optional<std::string> checkAlgorithm(std::string_view text) {
  if (algorithmOf(text)) return std::nullopt;
  return "not an algorithm that is accepted here; write RS256, PS256, ES256, ES384 or EdDSA (symmetric ones and none do not "
         "exist here)";
}

std::optional<std::string> checkClaim(std::string_view text) {
  const auto refused =
      "not a claim; write its name (groups), or a JSON Pointer for one inside another "
      "(/realm_access/roles)";
  if (text.empty()) return std::nullopt;
  if (!isPrintableName(text)) return refused;
  if (text[0] != '/') return std::nullopt;
  std::size_t digits = 0;  // in a row: a number that long is no index of any list, and parsers throw at it
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return refused;
    digits = text[i] >= '0' && text[i] <= '9' ? digits + 1 : 0;
    if (digits > 9) return refused;
  }
  return std::nullopt;
}

std::optional<std::string> checkSubjectClaim(std::string_view text) {
  if (!text.empty()) return checkClaim(text);
  return "no claim, and a token that does not say whose it is is refused; write the claim's name, for example sub";
}

std::optional<std::string> checkKeysUrl(std::string_view text) {
  if (text.starts_with("https://")) return config::checkServiceUrl(text);
  if (config::checkServiceUrl(text)) return "not a URL; write where the issuer publishes its keys, https://host/path";
  const std::string_view rest = text.substr(7);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const std::string_view host =
      authority.starts_with('[') ? authority.substr(1, authority.find(']') - 1) : authority.substr(0, authority.find(':'));
  if (host == "localhost" || (parseAddress(host) && !config::checkLoopbackAddress(host))) return std::nullopt;
  return "keys over plain http can be replaced on the way, and then anybody signs; write https:// (http only for loopback)";
}

std::optional<std::string> checkPublicUrl(std::string_view text) {
  if (const auto wrong = config::checkServiceUrl(text); wrong || text.ends_with('/'))
    return "not the URL that clients are given; write it exactly, without a slash at the end, for example "
           "https://gateway.example.com/mcp";
  return std::nullopt;
}

std::optional<std::string> checkScope(std::string_view text) {
  const auto allowed = [](char c) { return isVisible(c) && c != '"' && c != '\\'; };  // RFC 6749 appendix A.4
  if (!text.empty() && text.size() <= kMaxNameBytes && std::all_of(text.begin(), text.end(), allowed)) return std::nullopt;
  return "not a scope; write one word without quotes or backslashes, for example mcp:tools";
}

std::optional<std::string> checkToolPattern(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (isWord(text) && slash != std::string_view::npos && slash > 0 && slash + 1 < text.size()) return std::nullopt;
  return "not a service/name; write for example trust/sign or trust/*";
}

std::optional<std::string> checkCidr(std::string_view text) {
  const auto network = parseNetwork(text);
  if (network && (network->bits == 0 || (network->bits == 96 && network->base.isV4())))
    return "everybody; then any caller could name any address as its own. Write the networks of your proxies only";
  if (network) return std::nullopt;
  return "not a network; write an address or a network whose host bits are zero, for example 10.0.0.0/8 or fd00::/8";
}

std::optional<std::string> checkCertificatePattern(std::string_view text) {
  const auto stars = std::count(text.begin(), text.end(), '*');
  const bool atAnEnd = stars == 0 || (stars == 1 && (text.front() == '*' || text.back() == '*'));
  if (isPrintableName(text) && atAnEnd && text != "*") return std::nullopt;
  return "not a pattern; write the text as the certificate has it, with at most one * at its beginning or end, for example "
         "spiffe://example.org/ci/*";
}

}  // namespace certus::identity
