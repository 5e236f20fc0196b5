#include "policy/identity/api_keys.h"

#include <algorithm>

#include <openssl/crypto.h>

#include "base/encoding.h"
#include "policy/identity/instant.h"

namespace certus::identity {
namespace {

constexpr std::size_t kRandomBytes = 32, kChecksumBytes = 4;
static_assert(kApiKeyBytes == kApiKeyPrefix.size() + (kRandomBytes + kChecksumBytes) / 3 * 4);

std::string checksumOf(std::string_view random) {
  return sha256(std::string(kApiKeyPrefix) + std::string(random)).substr(0, kChecksumBytes);
}

bool hasForm(std::string_view key) {
  if (key.size() != kApiKeyBytes || !looksLikeApiKey(key)) return false;
  const auto bytes = fromBase64Url(key.substr(kApiKeyPrefix.size()));
  if (!bytes) return false;
  return checksumOf(std::string_view(*bytes).substr(0, kRandomBytes)) == bytes->substr(kRandomBytes);
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Principal principalOf(const std::string& name, const ApiKeyEntry& entry) {
  Principal out;
  out.method = Method::ApiKey;
  out.subject = entry.subject;
  out.key = bindingKey("api-key", entry.subject, entry.tenant);
  out.tenant = entry.tenant;
  out.groups = sorted(entry.groups);
  if (entry.limitsTools) out.allowedTools = sorted(entry.allowedTools);
  out.keyId = name;
  out.tokenId = entry.sha256;
  out.issued = parseInstant(entry.created).value_or(WallTime{});
  out.expires = parseInstant(entry.expires).value_or(WallTime::max());
  return out;
}

}  // namespace

NewApiKey makeApiKey(std::string_view random) {
  NewApiKey out;
  out.key = std::string(kApiKeyPrefix) + toBase64Url(std::string(random) + checksumOf(random));
  out.sha256 = toHex(sha256(out.key));
  return out;
}

ApiKeys::ApiKeys(const std::map<std::string, ApiKeyEntry>& entries) {
  for (const auto& [name, entry] : entries) {
    keys_.push_back(
        {fromHex(entry.sha256).value_or(std::string()), std::make_shared<const Principal>(principalOf(name, entry))});
  }
  std::sort(keys_.begin(), keys_.end(), [](const Known& a, const Known& b) { return a.digest < b.digest; });
}

// Ordered by the first bytes, which tell a timing nothing: nobody can aim a digest. The rest is compared whole.
std::shared_ptr<const Principal> ApiKeys::of(std::string_view digest) const {
  const auto prefix = [](std::string_view text) { return text.substr(0, 8); };
  auto at = std::lower_bound(keys_.begin(), keys_.end(), digest, [&](const Known& known, std::string_view wanted) {
    return prefix(known.digest) < prefix(wanted);
  });
  for (; at != keys_.end() && prefix(at->digest) == prefix(digest); ++at) {
    if (at->digest.size() == digest.size() && CRYPTO_memcmp(at->digest.data(), digest.data(), digest.size()) == 0)
      return at->principal;
  }
  return nullptr;
}

Checked<std::shared_ptr<const Principal>> ApiKeys::find(std::string_view key, WallTime now) const {
  if (!hasForm(key)) return refuse(Failure::ApiKeyForm);
  const auto principal = of(sha256(key));
  if (!principal) return refuse(Failure::UnknownApiKey);
  if (principal->expires <= now) return refuse(Failure::ApiKeyExpired);
  return principal;
}

std::shared_ptr<const Principal> ApiKeys::known(const Principal& principal) const {
  return of(fromHex(principal.tokenId).value_or(std::string()));
}

bool ApiKeys::hold(const Principal& principal, WallTime now) const {
  const auto entry = known(principal);
  return entry && entry->key == principal.key && entry->expires > now;
}

std::optional<ApiKeys> ApiKeys::narrowed(const ApiKeys& next) const {
  ApiKeys out;
  bool narrower = false;
  for (Known known : keys_) {
    const auto still = next.of(known.digest);
    const bool gone = !still || still->key != known.principal->key;
    if (!gone && still->expires < known.principal->expires) {
      auto shorter = std::make_shared<Principal>(*known.principal);
      shorter->expires = still->expires;
      known.principal = std::move(shorter);
      narrower = true;
    }
    narrower = narrower || gone;
    if (!gone) out.keys_.push_back(std::move(known));
  }
  return narrower ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace certus::identity
