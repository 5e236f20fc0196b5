// Who calls, as a credential proved it: a value made once a credential, shared read-only by every call that brings it.
// Knows nothing of rules; every text is printable ASCII of bounded length, so it may stand in headers, logs and keys.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace certus::identity {

enum class Method : std::uint8_t { Local, Bearer, ApiKey, Certificate };

struct VerifiedCertificate;  // certificates.h

struct Principal {
  std::string subject;  // what rules, limits, revocations, services and logs see: with its issuer's subject_prefix
  // Binds sessions and handles, see bindingKey(): never equal for two issuers, nor for two tenants of one subject.
  std::string key;
  std::string tenant{};               // or empty
  std::vector<std::string> groups{};  // sorted, no duplicates
  // What the credential itself is limited to, beside every rule; nullopt: not limited. An empty list allows nothing.
  std::optional<std::vector<std::string>> allowedTools{};
  std::vector<std::string> scopes{};         // of an OAuth token, sorted, no duplicates
  std::vector<std::string> droppedGroups{};  // the token names them too, and its issuer may not; to be told, never to count
  Method method = Method::Local;
  std::string tokenId{};               // `jti`; of an API key its SHA-256 in hex; or empty
  std::string keyId{};                 // `kid` of the token, the API key's name, the certificate's SHA-256; or empty
  WallTime issued = WallTime{};        // WallTime{}: unknown, so older than every cut-off
  WallTime expires = WallTime::max();  // first moment at which the credential is refused, skew included
  std::shared_ptr<const VerifiedCertificate> certificate{};  // of Method::Certificate: what rules recognise it by
};

// `issuer`: of tokens their `iss`, else a word of ours without : and /. `name`: the subject as that issuer says it.
std::string bindingKey(std::string_view issuer, std::string_view name, std::string_view tenant);

}  // namespace certus::identity
