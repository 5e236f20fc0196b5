// The last checkpoint that was given out, in a file of its own beside the database: what an older or altered database is
// measured by. Advances only; shared by all processes.
#pragma once

#include <string>

#include "services/trust/log/checkpoint.h"
#include "services/trust/state/state_directory.h"

namespace certus::trust_service {

class KeptCheckpoint {
 public:
  KeptCheckpoint(const StateDirectory& directory, const LogIdentity& identity)
      : directory_(directory), identity_(identity) {}

  // Read it before the database's snapshot is taken: then it is never ahead of an intact database.
  Result<Checkpoint> read() const;

  // Called after the commit that `head` belongs to and before anything of it is given out.
  Result<void> advance(const Checkpoint& head) const;

 private:
  const StateDirectory& directory_;  // the Installation's
  const LogIdentity& identity_;
};

}  // namespace certus::trust_service
