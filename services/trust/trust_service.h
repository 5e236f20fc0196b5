// The service without its HTTP face: an installation, its log, and the three things done with it (sign, verify, look back).
// Safe to use from any number of threads, and from any number of processes over one state directory.
#pragma once

#include <memory>
#include <string>

#include "services/trust/provenance/provenance.h"
#include "services/trust/sign/signer.h"
#include "services/trust/sigstore/trusted_root.h"
#include "services/trust/state/installation.h"

namespace certus::trust_service {

class TrustService {
 public:
  // Makes the state directory's files when they are not there. A tree that contradicts its kept checkpoint does not stop the
  // start (reading still works, and says so); signing refuses, and readiness tells why.
  static Result<std::unique_ptr<TrustService>> open(const std::string& stateDirectory, const Clock& clock,
                                                    LogWriter::Patience patience = {});
  ~TrustService() { writer_.finish(); }

  const Installation& installation() const { return *installation_; }
  const Clock& clock() const { return clock_; }
  LogReader& reader() { return reader_; }
  LogWriter& writer() { return writer_; }
  const Verifier& verifier() const { return verifier_; }
  const Signer& signer() const { return signer_; }
  const Provenance& provenance() const { return provenance_; }
  const sigstore::TrustedRoot& trustedRoot() const { return trustedRoot_; }  // of this installation

  // 80 hex digits: tree id and leaf hash, as Rekor names entries.
  std::string entryId(const LogEntry& entry) const;
  // By 80 or 64 hex digits or by decimal index; nullopt when the log has no such entry.
  Result<std::optional<LogEntry>> findEntry(Database& database, std::string_view id) const;

  TrustService(FileLock running, std::unique_ptr<Installation> installation, Database writing, const Clock& clock,
               LogWriter::Patience patience);

 private:
  void keepHead();

  FileLock running_;  // so that no key is rotated under this service
  std::unique_ptr<Installation> installation_;
  const Clock& clock_;
  KeptCheckpoint kept_;
  LogWriter writer_;  // its connection is the last to close: see ~LogWriter
  LogReader reader_;
  Verifier verifier_;
  Signer signer_;
  Provenance provenance_;
  sigstore::TrustedRoot trustedRoot_;
};

std::int64_t unixMicroseconds(const Clock& clock);

}  // namespace certus::trust_service
