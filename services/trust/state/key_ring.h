// Which keys an installation has: those that sign now, by their files, and those that were retired, with what they may still
// vouch for. Keys are added, never replaced. A directory without the file trust-keys.json has the first keys alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/trust/state/state_directory.h"

namespace certus::trust_service {

struct KeyRing {
  struct RetiredLogKey {
    std::string publicKey;        // DER
    std::uint64_t untilSize = 0;  // entries in the log when it was retired: it signed those, and heads up to this size
    std::int64_t until = 0;       // Unix seconds, no earlier than its newest entry
  };
  struct RetiredAuthority {
    std::string certificateFile;
    std::int64_t until = 0;
  };

  std::string logKeyFile = "trust-log.key";
  std::string caKeyFile = "trust-ca.key", caCertificateFile = "trust-ca.pem";
  std::vector<RetiredLogKey> retiredLogKeys;  // oldest first, as are the next
  std::vector<RetiredAuthority> retiredAuthorities;

  std::size_t rotations() const { return retiredLogKeys.size() + retiredAuthorities.size(); }

  static Result<KeyRing> load(const StateDirectory& directory);
  // Whole or not at all, and on the disk when it returns: the moment of a rotation.
  Result<void> store(const StateDirectory& directory) const;
};

}  // namespace certus::trust_service
