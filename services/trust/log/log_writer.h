// The one way into the log. Entries and verification records are handed in from any thread; one thread commits all that
// wait: one transaction, one sync, one checkpoint for them together, in its turn among all processes.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "services/trust/log/entry.h"
#include "services/trust/log/growing_tree.h"
#include "services/trust/log/tree.h"
#include "services/trust/log/verification_trail.h"
#include "services/trust/sign/private_keys.h"
#include "services/trust/state/kept_checkpoint.h"

namespace certus::trust_service {

// An entry in the log, with its proof.
struct Appended {
  LogEntry entry;
  bool fresh = true;  // false when its leaf was in the log already: then nothing was written, and there is no proof
  std::shared_ptr<const Checkpoint> head;
  std::vector<Hash> path;  // the inclusion proof in `head`, checked
};

class LogWriter {
 public:
  struct Probe {};  // would a write be accepted now? Takes the write lock, checks the tree, changes nothing
  using Write = std::variant<NewEntry, VerificationRecord, Probe>;
  using Done = std::function<void(Result<Appended>)>;  // for anything but an entry, what it appended is empty

  // How long others that write are waited for: `commits` by a batch of writes, `probes` by a probe, also by one that stands
  // behind a batch.
  struct Patience {
    Milliseconds commits{10'000}, probes{3'000};
  };

  // Borrows all but the database.
  LogWriter(Database database, const LogIdentity& identity, const KeptCheckpoint& kept, const Clock& clock,
            Patience patience);
  ~LogWriter();

  // `done` is called once, on the committing thread, when the write is on the disk, under a signed checkpoint that is kept
  // beside the database. It must not wait. Only what others submitted can be in the log already.
  void submit(Write write, Done done);
  // The same for callers that wait.
  Result<Appended> append(NewEntry entry) { return await(std::move(entry)); }
  Result<void> record(VerificationRecord verification);
  Result<void> probe();

  void finish();  // commits what waits and ends the thread; later writes are refused. Not from `done`

 private:
  struct Writing {  // in this order among all processes; left in the other one
    KeptCheckpoint::Turn turn;
    Transaction transaction;
  };
  struct Pending {
    Write write;
    Done done;
    Appended appended;
    std::optional<Error> error;
    const NewEntry* entry() const { return std::get_if<NewEntry>(&write); }
    bool isProbe() const { return std::holds_alternative<Probe>(write); }
  };
  using Batch = std::vector<Pending>;
  using SharedHead = std::shared_ptr<const Checkpoint>;

  Result<Appended> await(Write write);
  void work();
  Batch takeBatch();
  void runAll(Batch& batch);
  Result<void> runGuarded(Batch& batch);
  Result<void> run(Batch& batch);
  Result<Writing> begin(Milliseconds patience);
  void refuseProbes(const Error& error);
  bool awaitWork(std::unique_lock<std::mutex>& lock);
  void syncKept();
  Result<void> tryToWrite();
  Result<void> commit(Batch& batch);
  Result<SharedHead> appendEntries(Batch& batch);
  bool isLate(Pending& pending) const;
  Result<void> place(Pending& pending, std::uint64_t index, GrowingTree& tree);
  Result<LogEntry> insert(const NewEntry& entry, std::uint64_t index, GrowingTree& tree);
  static Result<void> prove(Batch& batch, const SharedHead& head, GrowingTree& tree);
  Result<Checkpoint> soundHead();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Pending> waiting_;
  std::thread thread_;  // starts with the first write
  bool finishing_ = false;

  // Of the committing thread.
  Database database_;
  MessageSigner signer_;
  bool committed_ = false;                // its batch
  std::optional<SteadyTime> syncKeptBy_;  // set while the kept checkpoint may not be on the disk
  bool stuck_ = false;                    // the last batch was refused because somebody else writes

  const Patience patience_;
  const LogIdentity& identity_;
  const KeptCheckpoint& kept_;
  const Clock& clock_;
};

}  // namespace certus::trust_service
