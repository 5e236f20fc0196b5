// The log's leaf: Rekor's canonical hashedrekord 0.0.1 entry (RFC 8785 JSON), and Rekor's promise over an entry and its
// time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "services/trust/crypto/digest.h"

namespace certus::trust_service {

struct HashedRekord {
  ArtifactDigest artifact;
  std::string signature;  // DER
  std::string keyPem;     // canonical PEM of a certificate or public key

  std::string canonical() const;  // the leaf's bytes
};

// Accepts exactly what canonical() writes.
Result<HashedRekord> parseHashedRekord(std::string_view body);

// What a SignedEntryTimestamp signs: {"body","integratedTime","logID","logIndex"}.
std::string entryTimestampPayload(std::string_view body, std::int64_t integratedTime, std::string_view logId,
                                  std::uint64_t logIndex);

}  // namespace certus::trust_service
