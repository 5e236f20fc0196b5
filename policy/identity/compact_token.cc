#include "policy/identity/compact_token.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/encoding.h"
#include "policy/identity/strict_json.h"
#include "policy/identity/text_rules.h"

namespace certus::identity {
namespace {

using Json = nlohmann::json;

constexpr JsonLimits kHeaderLimits{2 << 10, 3, 40};

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// RFC 7519 section 5.1 and RFC 9068 section 2.1; anything else is a token made for another purpose.
Checked<bool> readType(const Json& header) {
  if (header.contains("cty")) return refuse(Failure::TokenType);  // a token inside the token
  const auto found = header.find("typ");
  if (found == header.end()) return false;
  if (!found->is_string()) return refuse(Failure::Header);
  std::string type = lowered(found->get_ref<const std::string&>());
  if (type.starts_with("application/")) type.erase(0, 12);
  if (type == "at+jwt") return true;
  if (type == "jwt") return false;
  return refuse(Failure::TokenType);
}

Checked<std::optional<std::string>> readKeyId(const Json& header) {
  const auto found = header.find("kid");
  if (found == header.end()) return std::optional<std::string>();
  if (!found->is_string()) return refuse(Failure::Header);
  const auto& id = found->get_ref<const std::string&>();
  if (id.size() > kMaxKeyIdBytes || !isPrintableName(id)) return refuse(Failure::Header);
  return std::optional(id);
}

Checked<CompactToken> readHeader(const Json& header) {
  for (const char* name : {"crit", "b64", "zip", "enc"}) {
    if (header.contains(name)) return refuse(Failure::CriticalHeader);
  }
  for (const char* name : {"jwk", "jku", "x5u", "x5c"}) {
    if (header.contains(name)) return refuse(Failure::EmbeddedKey);
  }
  const auto named = header.find("alg");
  if (named == header.end() || !named->is_string()) return refuse(Failure::Header);
  const auto algorithm = algorithmOf(named->get_ref<const std::string&>());
  if (!algorithm) return refuse(Failure::Algorithm);
  CompactToken out;
  out.algorithm = *algorithm;
  auto type = readType(header);
  if (!type) return refuse(type.error());
  auto keyId = readKeyId(header);
  if (!keyId) return refuse(keyId.error());
  out.accessTokenType = *type;
  out.keyId = *std::move(keyId);
  return out;
}

}  // namespace

Checked<CompactToken> parseCompactToken(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return refuse(Failure::TooLong);
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return refuse(Failure::Malformed);
  const auto headerText = fromBase64Url(token.substr(0, first));
  auto payload = fromBase64Url(token.substr(first + 1, second - first - 1));
  auto signature = fromBase64Url(token.substr(second + 1));  // a third dot is no base64url either
  if (!headerText || !payload || !signature) return refuse(Failure::Malformed);
  const auto header = parseStrictObject(*headerText, kHeaderLimits);
  if (!header) return refuse(Failure::Malformed);
  auto out = readHeader(*header);
  if (!out) return out;
  out->signedBytes = token.substr(0, second);
  out->payload = *std::move(payload);
  out->signature = *std::move(signature);
  return out;
}

}  // namespace certus::identity
