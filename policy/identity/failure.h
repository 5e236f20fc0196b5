// Why a credential was refused: a reason for the operator's metric and log, and one public text for all of them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <tl/expected.hpp>

namespace certus::identity {

enum class Failure : std::uint8_t {
  NoCredential,        // nothing was presented: a challenge without an error
  SeveralCredentials,  // two Authorization headers, or two credentials in one
  TokenInQuery,
  UnknownScheme,  // Authorization is not Bearer
  TooLong,
  Malformed,  // not three strict base64url parts, not strict JSON, too deep, duplicate members
  Header,     // a header member of the wrong type or size
  CriticalHeader,
  EmbeddedKey,  // the token brings or names its own key
  TokenType,
  Algorithm,  // none, symmetric, unknown, or not allowed for this issuer
  UnknownIssuer,
  UnknownKey,
  KeyMismatch,  // the named key is of another type, or meant for another algorithm or use
  Signature,
  Claims,  // a claim is absent, of the wrong type, or out of bounds
  Audience,
  Expired,
  NotYetValid,
  Lifetime,  // valid for longer than the issuer's configuration allows
  Revoked,
  ApiKeyForm,  // looks like an API key, but its checksum is wrong: mistyped or cut off
  UnknownApiKey,
  ApiKeyExpired,
  UnknownCertificate,
  Limited,          // this address failed too often: nothing was verified. HTTP 429
  KeysUnavailable,  // the issuer's keys could not be had: nothing was verified. HTTP 503
};

inline constexpr std::size_t kFailures = static_cast<std::size_t>(Failure::KeysUnavailable) + 1;

std::string_view labelOf(Failure failure);  // "unknown_key": stable, for metrics and logs; never sent to the caller

// What the caller is told, whatever the reason was: a forger learns nothing from it.
std::string_view publicText();

// True where a failure says something about the caller and counts against its address.
bool countsAgainstAddress(Failure failure);

template <class T>
using Checked = tl::expected<T, Failure>;

inline tl::unexpected<Failure> refuse(Failure failure) { return tl::make_unexpected(failure); }

}  // namespace certus::identity
