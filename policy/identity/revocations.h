// What counts no more although it has not expired: tokens, keys and subjects, each wholly or up to a cut-off. Immutable; a
// reload makes a new one, and every known token is checked against it at its next message.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "policy/identity/principal.h"
#include "policy/identity/readings.h"

namespace certus::identity {

struct Revocation {
  std::string issuedBefore;  // RFC 3339; empty: whatever its age
  std::string reason;        // for people
  WallTime cutOff = WallTime::max();

  bool operator==(const Revocation&) const = default;
};

struct Revocations {
  using ByName = std::map<std::string, Revocation, std::less<>>;
  ByName tokens;    // by `jti`
  ByName keys;      // by `kid` of an issuer's key, name of an API key, SHA-256 of a certificate
  ByName subjects;  // by Principal::subject, of whatever credential

  bool revoked(const Principal& principal) const;
  bool operator==(const Revocations&) const = default;
};

// Whatever one of them revokes; of two cut-offs the later.
Revocations joined(Revocations one, const Revocations& other);

// YAML; see revocationsShape() for the keys.
FileReading<Revocations> readRevocations(std::string_view yaml, const std::string& file);
const config::Shape& revocationsShape();
std::string revocationsSchema();  // policy/revocations.schema.json

}  // namespace certus::identity
