// The checks of one log entry against what is asked about it, each a function that reports under its own name.
#pragma once

#include <optional>
#include <string>

#include "services/trust/crypto/verification_key.h"
#include "services/trust/log/hashed_rekord.h"
#include "services/trust/log/log_reader.h"
#include "services/trust/sign/certificate_authority.h"
#include "services/trust/verify/verifier.h"

namespace certus::trust_service {

struct GivenKey {  // what the caller sent as `certificate`
  std::optional<Certificate> certificate;
  std::string publicKeyDer;
};

Result<GivenKey> parseGivenKey(std::string_view pem);

// Two checks that hold for the log as a whole: its newest checkpoint, and that the tree extends what was given out before.
void checkTreeHead(Snapshot& snapshot, CheckList& checks);

class EntryChecks {
 public:
  EntryChecks(Snapshot& snapshot, const LogEntry& entry, const LogIdentity& identity, const CertificateAuthority& authority);

  // `signature` is DER. Runs every check, in order.
  Verdict run(const ArtifactDigest& artifact, std::string_view signature, const std::optional<std::string>& certificate,
              const std::optional<std::string>& expectedIdentity) &&;

 private:
  void checkBody(const ArtifactDigest& artifact, std::string_view signature);
  void checkGivenCertificate(const std::optional<std::string>& pem);
  void checkSignature(const ArtifactDigest& artifact, std::string_view signature);
  void checkRecord();
  void checkIntegratedTime();
  void checkInclusion();
  void checkChain();
  void checkCertificateTime();
  void checkIdentity(const std::optional<std::string>& expected);

  Snapshot& snapshot_;
  const LogEntry& entry_;
  const LogIdentity& identity_;
  const CertificateAuthority& authority_;
  std::optional<HashedRekord> body_;
  std::optional<VerificationKey> logged_;     // the key in the body
  const Certificate* certificate_ = nullptr;  // in logged_, when it is one
  std::optional<GivenKey> given_;
  std::string certificateIdentity_;
  bool chainProven_ = false;
  const IssuingRoot* issuer_ = nullptr;  // once the chain is proven
  Verdict verdict_;
};

}  // namespace certus::trust_service
