// Answers whether a signature is what it claims, from stored bytes alone: no flag in the database is believed.
// Records nothing and counts nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/trust/log/log_reader.h"
#include "services/trust/sign/certificate_authority.h"
#include "services/trust/verify/check.h"

namespace certus::trust_service {

struct Question {
  ArtifactDigest artifact;
  std::string signature;                   // as sent: base64 or hex of DER
  std::optional<std::string> certificate;  // as sent: PEM of an X.509 certificate or of a public key
  std::optional<std::string> identity;     // the expected signer
};

struct Verdict {
  bool valid = false;
  CheckList checks;
  std::string signer = "unknown";  // the certificate's identity, once its chain is proven
  std::optional<LogEntry> entry;
  std::vector<std::string> certificateChain;  // PEM, leaf first; empty unless the chain is proven
};

struct Lookup {                     // what this service signed for an artifact
  std::vector<Verdict> signatures;  // newest first
  bool complete = true;             // false: there are more entries than were looked at
  bool othersSubmitted = false;     // without signatures of ours: the log holds one that somebody else submitted
};

class Verifier {
 public:
  // Borrows both.
  Verifier(LogReader& reader, const CertificateAuthority& authority) : reader_(reader), authority_(authority) {}

  // An error is one of reading, never of the signature: that is a Verdict.
  Result<Verdict> verify(const Question& question) const;

  // Every entry of ours for the artifact, of `identity` alone when given; at most `limit`. What others submitted is not
  // looked at: they could drown ours in it.
  Result<Lookup> lookUp(const ArtifactDigest& artifact, const std::optional<std::string>& identity,
                        std::uint64_t limit) const;

  // An entry against itself: what its own row and body claim.
  Verdict verifyEntry(Snapshot& snapshot, const LogEntry& entry) const;

  LogReader& reader() const { return reader_; }

 private:
  Verdict judgeUnlogged(Snapshot& snapshot, const Question& question, const std::optional<std::string>& signature,
                        std::string reason) const;

  LogReader& reader_;
  const CertificateAuthority& authority_;
};

}  // namespace certus::trust_service
