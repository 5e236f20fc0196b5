// Signs a digest: a key made for this one signature, a certificate for the identity, an entry in the log, and a look back
// that all of it verifies before it is handed out.
#pragma once

#include <optional>
#include <string>

#include "services/trust/log/log_writer.h"
#include "services/trust/verify/verifier.h"

namespace certus::trust_service {

struct SigningOrder {
  ArtifactDigest artifact;
  std::string identity;  // clean text: who signs
  std::string artifactType, subject;
  std::optional<std::string> scanId;
  std::optional<std::string> details;  // a JSON object
};

struct Signed {
  LogEntry entry;
  std::string certificate;       // PEM
  std::string certificateChain;  // PEM of the CA
};

class Signer {
 public:
  // Borrows all.
  Signer(const CertificateAuthority& authority, LogWriter& writer, const Verifier& verifier, const Clock& clock)
      : authority_(authority), writer_(writer), verifier_(verifier), clock_(clock) {}

  Result<Signed> sign(const SigningOrder& order) const;

 private:
  Result<void> lookBack(const SigningOrder& order, const Signed& result) const;

  const CertificateAuthority& authority_;
  LogWriter& writer_;
  const Verifier& verifier_;
  const Clock& clock_;
};

}  // namespace certus::trust_service
