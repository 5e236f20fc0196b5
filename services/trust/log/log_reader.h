// Reading the log: connections that are lent out, and a Snapshot in which everything read belongs together.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "services/trust/log/entry.h"
#include "services/trust/log/tree.h"
#include "services/trust/state/kept_checkpoint.h"

namespace certus::trust_service {

class LogReader;

// One read transaction with the tree's head in it. Lives on one thread and is given back by dying.
class Snapshot {
 public:
  Snapshot(Snapshot&&) noexcept = default;
  Snapshot& operator=(Snapshot&&) = delete;
  ~Snapshot();

  Database& database() { return *database_; }
  // The newest checkpoint, or which rule it breaks.
  const Result<Checkpoint>& head() const { return head_; }
  // Whether rows, hashes, the newest checkpoint and the kept one agree; worked out once, when first asked.
  const Result<void>& consistency();

 private:
  friend class LogReader;
  Snapshot(LogReader& reader, std::unique_ptr<Database> database, Transaction transaction, Result<Checkpoint> kept,
           Result<Checkpoint> head);

  LogReader* reader_;
  std::unique_ptr<Database> database_;
  std::optional<Transaction> transaction_;
  Result<Checkpoint> kept_;
  Result<Checkpoint> head_;
  std::optional<Result<void>> consistency_;
};

class LogReader {
 public:
  LogReader(std::string path, const LogIdentity& identity, const KeptCheckpoint& kept)
      : path_(std::move(path)), identity_(identity), kept_(kept) {}

  Result<Snapshot> snapshot();  // from any thread
  const LogIdentity& identity() const { return identity_; }

 private:
  friend class Snapshot;
  Result<std::unique_ptr<Database>> borrow();
  void giveBack(std::unique_ptr<Database> database);

  std::string path_;
  const LogIdentity& identity_;
  const KeptCheckpoint& kept_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_;
};

}  // namespace certus::trust_service
