#include "gateway/app/failure_reasons.h"

namespace certus::app {

using identity::Failure;

const char* reasonFor(Failure failure) {
  switch (failure) {
    case Failure::NoCredential: return "nothing was presented";
    case Failure::SeveralCredentials: return "more than one credential at once; send one";
    case Failure::TokenInQuery: return "a token in the URL; send it as `Authorization: Bearer`";
    case Failure::UnknownScheme: return "not a bearer credential; send `Authorization: Bearer <token>`";
    case Failure::TooLong: return "longer than a credential may be (8 KB)";
    case Failure::Malformed:
      return "not a token of three parts with strict JSON, nor an API key; perhaps it was cut off or is quoted";
    case Failure::Header: return "a member of the token's header has the wrong type or size";
    case Failure::CriticalHeader: return "the token demands an extension (`crit`) that is not understood";
    case Failure::EmbeddedKey: return "the token brings or names its own key, which is never believed";
    case Failure::TokenType: return "its `typ` is not accepted from this issuer; with access_tokens_only only at+jwt is";
    case Failure::Algorithm: return "its algorithm is none, symmetric, or not among the issuer's `algorithms`";
    case Failure::UnknownIssuer: return "its `iss` is no issuer of the configuration, to the letter";
    case Failure::UnknownKey: return "its `kid` is not among the issuer's keys; they may be out of date";
    case Failure::KeyMismatch: return "the key of that `kid` is for another algorithm or use";
    case Failure::Signature: return "the signature is wrong: another key signed it, or it was changed";
    case Failure::Claims:
      return "a claim is missing, of the wrong type or out of bounds; see `claims` and `tenant` of the issuer";
    case Failure::Audience: return "its `aud` names none of the issuer's `audiences`";
    case Failure::Expired: return "it has expired";
    case Failure::NotYetValid: return "it is not valid yet (`nbf` or `iat` lies ahead); compare clocks";
    case Failure::Lifetime: return "it is valid for longer than the issuer's max_lifetime_seconds";
    case Failure::Revoked: return "it stands in the revocations: its id, its key or its subject";
    case Failure::ApiKeyForm: return "it looks like an API key, but its checksum is wrong: mistyped or cut off";
    case Failure::UnknownApiKey: return "an API key that is not in the file of identity.api_keys";
    case Failure::ApiKeyExpired: return "the API key has expired; make a new one with `certus-gateway token new`";
    case Failure::UnknownCertificate: return "no rule of identity.certificates matches the certificate";
    case Failure::Limited: return "this address failed too often lately";
    case Failure::KeysUnavailable: return "the issuer's keys could not be had; nothing was verified";
  }
  return "refused";
}

}  // namespace certus::app
