// Signs a digest: a key made for this one signature, a certificate for the identity, an entry in the log with its proof.
#pragma once

#include <optional>
#include <string>

#include "services/trust/log/log_writer.h"
#include "services/trust/sign/certificate_authority.h"

namespace certus::trust_service {

struct SigningOrder {
  ArtifactDigest artifact;
  std::string identity;  // clean text: who signs
  std::string artifactType, subject;
  std::optional<std::string> scanId;
  std::optional<std::string> details;  // a JSON object
};

// A signature that the log does not hold yet; nothing of it may be given out before.
struct Unlogged {
  NewEntry entry;
  std::string certificate;  // DER
};

struct Signed {
  Appended logged;
  ArtifactDigest artifact;
  std::string certificate;  // DER
};

class Signer {
 public:
  // Borrows all.
  Signer(const CertificateAuthority& authority, LogWriter& writer, const Clock& clock)
      : authority_(authority), writer_(writer), clock_(clock) {}

  Result<Unlogged> prepare(const SigningOrder& order) const;
  Result<Signed> sign(const SigningOrder& order) const;  // waits for the log

 private:
  const CertificateAuthority& authority_;
  LogWriter& writer_;
  const Clock& clock_;
};

}  // namespace certus::trust_service
