// A trusted root as values: the logs and certificate authorities that a verifier believes, each for its time. Keys and
// certificates are read once, with it: that costs as much as verifying with them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/trust/sigstore/authority_chain.h"
#include "services/trust/sigstore/failure.h"

namespace certus::sigstore {

inline constexpr std::size_t kMaxTrustedRootBytes = 1024 * 1024;
// "trustedroot.v0.2+json" is written nowhere: cosign and sigstore-go refuse it.
inline constexpr const char* kTrustedRootMediaType = "application/vnd.dev.sigstore.trustedroot+json;version=0.1";

// Unix seconds, both ends included. Without a start it covers nothing.
struct Validity {
  std::optional<std::int64_t> start, end;
  bool covers(std::int64_t time) const { return start && *start <= time && (!end || time <= *end); }
};

struct TransparencyLog {
  std::string host;  // of its baseUrl: the name under which it signs
  std::string keyId;
  std::string key;  // as its details say: DER of a SubjectPublicKeyInfo for every "PKIX_..."
  std::string keyDetails;
  std::shared_ptr<EVP_PKEY> publicKey;  // null unless the details say P-256, the one kind that Rekor v1 signs with
  Validity validity;
};

struct TrustedAuthority {
  std::shared_ptr<const AuthorityChain> chain;
  Validity validity;
};

struct TrustedRoot {
  std::vector<TransparencyLog> logs;
  std::vector<TrustedAuthority> authorities;
  bool demandsCertificateTransparency = false;  // it names logs of certificates
};

Outcome<TrustedRoot> parseTrustedRoot(std::string_view text);

}  // namespace certus::sigstore
