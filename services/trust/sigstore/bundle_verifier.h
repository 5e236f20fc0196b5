// Whether a Sigstore bundle proves that an artifact was signed by whom we expect. Bytes in, a verdict out: no files, no
// sockets, no clock. What it cannot verify yet is refused with a class of its own, never passed over.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/trust/sigstore/artifact.h"
#include "services/trust/sigstore/failure.h"
#include "services/trust/sigstore/trusted_root.h"

namespace certus::sigstore {

struct ManagedKey {
  std::shared_ptr<EVP_PKEY> key;
  std::optional<std::int64_t> notBefore, notAfter;  // Unix seconds, inclusive: when its signatures count
};

// SubjectPublicKeyInfo in DER. The failure is KEY_NOT_TRUSTED: what cannot be read cannot be trusted.
Outcome<ManagedKey> managedKey(std::string_view publicKeyDer);

struct Expectation {
  std::optional<ManagedKey> key;  // with one, the bundle must be signed with it; without, by a certificate
  std::optional<std::string> identity, issuer, predicateType;  // absent: not asked
  std::optional<std::int64_t> now;                             // Unix seconds: entries from the future are refused
};

enum class CheckStatus : std::uint8_t { Passed, Failed, Skipped };

const char* toString(CheckStatus status);

struct Check {
  const char* name;
  CheckStatus status;
  std::string reason;
};

struct Verdict {
  bool valid = false;
  Failure failure{FailureClass::Internal, "nothing was checked"};
  std::vector<Check> checks;              // in the order in which they were made; the first failure ends it
  std::string identity, identityIssuer;   // of the certificate; only when valid
  std::string predicateType;              // of an attestation; only when valid
  std::vector<std::int64_t> times;        // proven; only when valid
  std::optional<std::uint64_t> logIndex;  // of the first entry; only when valid
  std::string entryBody;                  // its leaf's bytes; only when valid
};

Verdict verifyBundle(std::string_view bundle, const TrustedRoot& root, const Artifact& artifact,
                     const Expectation& expectation);
Verdict verifyBundle(std::string_view bundle, std::string_view trustedRoot, const Artifact& artifact,
                     const Expectation& expectation);

}  // namespace certus::sigstore
