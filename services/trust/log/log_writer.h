// The one way into the log. Callers on any thread hand in entries and verification records; whoever finds no commit running
// becomes the committer of all that wait: one transaction, one sync, one checkpoint for them together.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "services/trust/log/entry.h"
#include "services/trust/log/tree.h"
#include "services/trust/log/verification_trail.h"
#include "services/trust/state/kept_checkpoint.h"

namespace certus::trust_service {

class LogWriter {
 public:
  // Borrows all but the database.
  LogWriter(Database database, const LogIdentity& identity, const KeptCheckpoint& kept, const Clock& clock)
      : database_(std::move(database)), identity_(identity), kept_(kept), clock_(clock) {}

  // Returns when the entry is on the disk, under a signed checkpoint that is kept beside the database.
  Result<LogEntry> append(NewEntry entry);
  Result<void> record(VerificationRecord verification);

  // Whether a write would be accepted now: takes the write lock, checks the tree, changes nothing.
  Result<void> probe();

 private:
  struct Pending {
    const NewEntry* entry = nullptr;
    const VerificationRecord* verification = nullptr;
    LogEntry written;
    std::optional<Error> error;
    bool done = false;
  };
  void submit(Pending& mine);
  void lead(std::unique_lock<std::mutex>& lock);
  Result<void> commit(const std::vector<Pending*>& batch);
  Result<std::optional<Checkpoint>> appendEntries(const std::vector<Pending*>& batch);
  Result<LogEntry> insert(const NewEntry& entry, std::uint64_t index);
  Result<Checkpoint> soundHead();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Pending*> waiting_;
  bool committing_ = false;

  Database database_;  // of the committer
  const LogIdentity& identity_;
  const KeptCheckpoint& kept_;
  const Clock& clock_;
};

}  // namespace certus::trust_service
