#include "policy/identity/bearer_verifier.h"

#include <algorithm>

#include "policy/identity/compact_token.h"
#include "policy/identity/strict_json.h"

namespace certus::identity {
namespace {

constexpr JsonLimits kClaimLimits{kMaxTokenBytes, 8, 1500};

}  // namespace

BearerVerifier::BearerVerifier(std::vector<TrustedIssuer> issuers, std::shared_ptr<const Revocations> revocations,
                               std::size_t cachedTokens, std::size_t cachedBytes)
    : issuers_(std::move(issuers)), revocations_(std::move(revocations)), cache_(cachedTokens, cachedBytes) {}

const TrustedIssuer* BearerVerifier::issuerOf(const nlohmann::json& claims) const {
  const auto issuer = claims.find("iss");
  if (issuer == claims.end() || !issuer->is_string()) return nullptr;
  const auto& name = issuer->get_ref<const std::string&>();
  const auto found =
      std::find_if(issuers_.begin(), issuers_.end(), [&](const TrustedIssuer& one) { return one.settings.issuer == name; });
  return found == issuers_.end() ? nullptr : &*found;
}

bool BearerVerifier::trusts(const Principal& principal) const {
  return std::any_of(issuers_.begin(), issuers_.end(),
                     [&](const TrustedIssuer& one) { return one.settings.standsBehind(principal); });
}

PrincipalPointer BearerVerifier::known(std::string_view token, Moment now) const { return known(digestOf(token), now); }

PrincipalPointer BearerVerifier::known(const TokenDigest& digest, Moment now) const {
  CachedToken cached = cache_.find(digest);
  if (!cached.principal) return nullptr;
  const bool sameKeys = cached.generation == issuers_[cached.issuer].keys->generation();
  if (sameKeys && now.wall < cached.principal->expires) return std::move(cached.principal);
  cache_.remove(digest);
  return nullptr;
}

Outcome BearerVerifier::verify(std::string_view token, Moment now) const {
  if (token.size() > kMaxTokenBytes) return Failure::TooLong;
  const TokenDigest digest = digestOf(token);
  if (PrincipalPointer principal = known(digest, now)) return principal;
  return verifyNew(token, digest, now);
}

Outcome BearerVerifier::verifyNew(std::string_view token, const TokenDigest& digest, Moment now) const {
  const auto parts = parseCompactToken(token);
  if (!parts) return parts.error();
  const auto claims = parseStrictObject(parts->payload, kClaimLimits);
  if (!claims) return Failure::Malformed;
  const TrustedIssuer* issuer = issuerOf(*claims);
  if (!issuer) return Failure::UnknownIssuer;
  if (!issuer->settings.allows(parts->algorithm)) return Failure::Algorithm;
  if (issuer->settings.accessTokensOnly && !parts->accessTokenType) return Failure::TokenType;
  const auto index = static_cast<std::size_t>(issuer - issuers_.data());
  const std::uint64_t generation = issuer->keys->generation();  // before the keys: newer ones must not pass for these
  const KeyAnswer answer = issuer->keys->find(parts->keyId, parts->algorithm, now.steady);
  if (std::holds_alternative<KeysPending>(answer)) return AwaitKeys{index};
  if (std::holds_alternative<KeysUnavailable>(answer)) return Failure::KeysUnavailable;
  if (const auto* failure = std::get_if<Failure>(&answer)) return *failure;
  const auto& key = std::get<std::shared_ptr<const PublicKey>>(answer);
  if (!key->verify(parts->algorithm, parts->signedBytes, parts->signature)) return Failure::Signature;
  auto principal = readClaims(*claims, issuer->settings, now.wall);
  if (!principal) return principal.error();
  principal->keyId = key->id().value_or(std::string());
  if (revocations_ && revocations_->revoked(*principal)) return Failure::Revoked;
  auto shared = std::make_shared<const Principal>(*std::move(principal));
  cache_.put(digest, {shared, static_cast<std::uint32_t>(index), generation});
  return shared;
}

}  // namespace certus::identity
