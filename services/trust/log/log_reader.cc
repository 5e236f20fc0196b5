#include "services/trust/log/log_reader.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxIdle = 4;

}  // namespace

Snapshot::Snapshot(LogReader& reader, std::unique_ptr<Database> database, Transaction transaction, Result<Checkpoint> kept,
                   Result<Checkpoint> head)
    : reader_(&reader),
      database_(std::move(database)),
      transaction_(std::move(transaction)),
      kept_(std::move(kept)),
      head_(std::move(head)) {}

Snapshot::~Snapshot() {
  if (!database_) return;  // moved from
  transaction_.reset();
  reader_->giveBack(std::move(database_));
}

const Result<void>& Snapshot::consistency() {
  if (!consistency_) {
    if (!kept_) {
      consistency_ = tl::make_unexpected(kept_.error());
    } else if (!head_) {
      consistency_ = tl::make_unexpected(head_.error());
    } else {
      consistency_ = checkTree(*database_, *head_, *kept_);
    }
  }
  return *consistency_;
}

Result<Snapshot> LogReader::snapshot() {
  auto kept = kept_.read();  // before the snapshot, see there
  auto database = borrow();
  if (!database) return tl::make_unexpected(database.error());
  auto transaction = Transaction::begin(**database, Access::Read);
  if (!transaction) return tl::make_unexpected(transaction.error());
  auto head = newestCheckpoint(**database, identity_);
  return Snapshot(*this, std::move(*database), std::move(*transaction), std::move(kept), std::move(head));
}

Result<std::unique_ptr<Database>> LogReader::borrow() {
  {
    const std::lock_guard lock(mutex_);
    while (!idle_.empty()) {
      auto database = std::move(idle_.back());
      idle_.pop_back();
      if (!database->fileIsGone()) return database;  // else it shows a log that is no longer there
    }
  }
  auto opened = Database::open(path_, Access::Read);
  if (!opened) return tl::make_unexpected(opened.error());
  return std::make_unique<Database>(std::move(*opened));
}

void LogReader::giveBack(std::unique_ptr<Database> database) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(database));
}

}  // namespace certus::trust_service
