// Tokens to principals. Everything that a token can be wrong about is decided here; nothing is fetched, waited for or
// logged. Any thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/identity/issuer.h"
#include "policy/identity/key_cache.h"
#include "policy/identity/revocations.h"
#include "policy/identity/token_cache.h"

namespace certus::identity {

struct Moment {
  WallTime wall;      // for claims
  SteadyTime steady;  // for keys
};

using PrincipalPointer = std::shared_ptr<const Principal>;  // never null

// The keys of this issuer are being fetched: await KeyCache::fetched for it and ask again, at most once a request. A second
// answer of this kind is Failure::KeysUnavailable for the caller.
struct AwaitKeys {
  std::size_t issuer = 0;  // index into BearerVerifier::issuers()
};

using Outcome = std::variant<PrincipalPointer, Failure, AwaitKeys>;

struct TrustedIssuer {
  Issuer settings;
  std::shared_ptr<KeyCache> keys;  // outlives reloads where the url stays, so that a reload fetches nothing
};

class BearerVerifier {
 public:
  // One of a generation: a reload makes a new one with an empty cache of tokens. Issuers differ in `iss`.
  BearerVerifier(std::vector<TrustedIssuer> issuers, std::shared_ptr<const Revocations> revocations,
                 std::size_t cachedTokens = 20'000, std::size_t cachedBytes = 16 << 20);

  Outcome verify(std::string_view token, Moment now) const;

  // A token that was verified before and still counts, for one lookup: what callers may ask for an address that is limited.
  PrincipalPointer known(std::string_view token, Moment now) const;  // or null

  // Whether the issuer that named this principal is still trusted, with this name and these groups.
  bool trusts(const Principal& principal) const;

  std::span<const TrustedIssuer> issuers() const { return issuers_; }
  const TokenCache& cache() const { return cache_; }

 private:
  PrincipalPointer known(const TokenDigest& digest, Moment now) const;
  Outcome verifyNew(std::string_view token, const TokenDigest& digest, Moment now) const;
  const TrustedIssuer* issuerOf(const nlohmann::json& claims) const;

  std::vector<TrustedIssuer> issuers_;
  std::shared_ptr<const Revocations> revocations_;
  mutable TokenCache cache_;
};

}  // namespace certus::identity
