// The last checkpoint that was given out, in a file of its own beside the database: what an older or altered database is
// measured by. Advances only; shared by all processes. It must survive the process at once, a power cut within a second: set
// back by one, it is older than the database, which is harmless until an old database is restored as well. So it fills one
// sector of the disk, is written in place, and is synced apart, not with every commit.
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

  // The right to write the log and to advance this, among all processes: whoever commits to the database or folds its
  // journal holds it, and has taken it before the database's own lock.
  using Turn = FileLock;
  Result<Turn> take(Milliseconds patience = FileLock::kPatience) const {
    return FileLock::take(directory_.lockFile(), patience);
  }
  // Called after the commit that `head` belongs to and before its writers are answered.
  Result<void> advance(const Checkpoint& head, const Turn& turn) const;
  Result<void> advance(const Checkpoint& head) const;

  Result<void> sync() const { return syncFile(directory_.checkpoint()); }

 private:
  Result<Checkpoint> readOnce() const;

  const StateDirectory& directory_;  // the Installation's
  const LogIdentity& identity_;
};

}  // namespace certus::trust_service
