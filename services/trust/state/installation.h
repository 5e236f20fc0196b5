// What an installation is: its CA, its log's key and names, its service credential. Made at the first start, by one of any
// number of processes that start at once; loaded by all.
#pragma once

#include <string>

#include "services/trust/log/checkpoint.h"
#include "services/trust/log/schema.h"
#include "services/trust/sign/certificate_authority.h"
#include "services/trust/state/key_ring.h"
#include "services/trust/state/state_directory.h"

namespace certus::trust_service {

class Installation {
 public:
  // `now` in Unix seconds, for a new CA. Refuses a directory in which something that existed is missing.
  static Result<std::unique_ptr<Installation>> openOrCreate(StateDirectory directory, std::int64_t now);

  const StateDirectory& directory() const { return directory_; }
  const KeyRing& ring() const { return ring_; }
  const CertificateAuthority& authority() const { return authority_; }
  const LogIdentity& log() const { return log_; }
  const std::string& credential() const { return credential_; }

  Installation(StateDirectory directory, KeyRing ring, CertificateAuthority authority, std::string credential, KeyPtr logKey,
               std::vector<RetiredLogKey> retiredKeys, LogNames names);

 private:
  StateDirectory directory_;
  KeyRing ring_;
  CertificateAuthority authority_;
  std::string credential_;
  LogIdentity log_;
};

// A P-256 key of ours in its file.
Result<void> createKey(const std::string& path);
Result<KeyPtr> loadKey(const std::string& path);

std::string serviceCredentialFile(const std::string& stateDirectory);

// The secret with which the gateway names its caller to the service (Authorization: Bearer ...). Exists after the first
// start.
Result<std::string> loadServiceCredential(const std::string& stateDirectory);

}  // namespace certus::trust_service
