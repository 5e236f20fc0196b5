// Bundles and trusted roots as JSON, in the one form that cosign, sigstore-go and sigstore-js all read. No member of our
// own: strict readers refuse what they do not know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "services/trust/sigstore/artifact.h"
#include "services/trust/sigstore/bundle.h"

namespace certus::sigstore {

struct SignedArtifact {
  trust_service::ArtifactDigest digest;
  std::string signature;
  std::string certificate;  // DER
  TransparencyEntry entry;  // with its proof
};

nlohmann::ordered_json writeBundle(const SignedArtifact& made);  // version 0.3

struct OwnLog {
  std::string host;  // as its checkpoints are signed
  std::string key;   // DER of a P-256 SubjectPublicKeyInfo
  std::int64_t since = 0;
  std::optional<std::int64_t> until = {};  // of a key that was retired
};

struct OwnAuthority {
  std::string organization, commonName, uri;
  std::vector<std::string> chain;  // DER, the anchor last
  std::int64_t since = 0, until = 0;
};

nlohmann::ordered_json writeTrustedRoot(const std::vector<OwnLog>& logs, const std::vector<OwnAuthority>& authorities);

}  // namespace certus::sigstore
