// Adds a new key to an installation, for its log or its CA. The old one signs nothing any more and stays for verifying. No
// service may run meanwhile; killed at any point, the installation is as it was or rotated, never between.
#pragma once

#include <cstdint>
#include <string>

#include "services/trust/state/installation.h"

namespace certus::trust_service {

struct Rotated {
  std::string keyFile, retiredKeyFile;  // paths; the retired private key is no longer needed
  std::uint64_t size = 0;               // entries in the log
  std::int64_t until = 0;               // Unix seconds: up to when the retired key is believed
};

// `now` in Unix seconds. Errors: NotFound when there is no installation, Unavailable when a service runs over it,
// DataCorrupt when its log is not sound: nothing is changed then.
Result<Rotated> rotateLogKey(const std::string& stateDirectory, std::int64_t now);
Result<Rotated> rotateAuthority(const std::string& stateDirectory, std::int64_t now);

// Signs the newest head with the key of now, if a retired key signed it: what a rotation ends with, and the next start if it
// was killed before.
Result<void> renewHead(const Installation& installation);

}  // namespace certus::trust_service
