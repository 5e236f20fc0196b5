// The log's leaf for a DSSE envelope: Rekor's canonical dsse 0.0.1 entry. It holds hashes, signatures and keys, never the
// payload.
#pragma once

#include <string>
#include <vector>

namespace certus::trust_service {

struct DsseRecord {
  struct Signature {
    std::string signature;  // raw
    std::string keyPem;     // canonical PEM of the certificate or public key that it verifies under
  };
  std::string envelopeHash, payloadHash;  // raw SHA-256
  std::vector<Signature> signatures;      // sorted by the base64 of `signature`

  std::string canonical() const;  // the leaf's bytes
};

// What a DSSE signature is over: "DSSEv1", type and payload, each with its length.
std::string preAuthenticationEncoding(const std::string& payloadType, const std::string& payload);

}  // namespace certus::trust_service
