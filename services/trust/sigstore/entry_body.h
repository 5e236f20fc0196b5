// The canonicalised body of a Rekor v1 log entry, as values: what was logged, before it is compared with anything.
#pragma once

#include <string>
#include <string_view>

#include "services/trust/sigstore/artifact.h"
#include "services/trust/sigstore/failure.h"

namespace certus::sigstore {

struct EntryBody {
  HashAlgorithm algorithm = HashAlgorithm::Sha256;
  std::string digest;     // of the artifact (hashedrekord) or of the decoded payload (dsse)
  std::string signature;  // DER
  std::string keyDer;     // of a certificate or of a SubjectPublicKeyInfo
  bool isCertificate = false;
};

// hashedrekord 0.0.1 and dsse 0.0.1 with one signature. The body must be of the kind and version that the entry names:
// else the failure is ENTRY_MISMATCH{kind}.
Outcome<EntryBody> parseEntryBody(std::string_view body, std::string_view kind, std::string_view version);

}  // namespace certus::sigstore
