#include "services/trust/log/log_writer.h"

#include <algorithm>

#include "services/trust/log/hashed_rekord.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxBatch = 256;

std::int64_t unixSeconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

Result<LogEntry> LogWriter::append(NewEntry entry) {
  Pending mine;
  mine.entry = &entry;
  submit(mine);
  if (mine.error) return tl::make_unexpected(std::move(*mine.error));
  return std::move(mine.written);
}

Result<void> LogWriter::record(VerificationRecord verification) {
  Pending mine;
  mine.verification = &verification;
  submit(mine);
  if (mine.error) return tl::make_unexpected(std::move(*mine.error));
  return {};
}

void LogWriter::submit(Pending& mine) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(&mine);
  while (!mine.done) {
    if (committing_) {
      changed_.wait(lock);
    } else {
      lead(lock);
    }
  }
}

void LogWriter::lead(std::unique_lock<std::mutex>& lock) {
  committing_ = true;
  const std::size_t size = std::min(waiting_.size(), kMaxBatch);
  const std::vector<Pending*> batch(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size));
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size));
  lock.unlock();
  const auto committed = commit(batch);
  lock.lock();
  for (Pending* pending : batch) {
    if (!committed) pending->error = committed.error();
    pending->done = true;
  }
  committing_ = false;
  changed_.notify_all();
}

Result<void> LogWriter::commit(const std::vector<Pending*>& batch) {
  if (database_.fileIsGone()) {
    return fail(ErrorCode::Unavailable,
                "The transparency log's database was moved or deleted while the service ran. Restart the service.");
  }
  std::optional<Checkpoint> head;
  {
    auto transaction = Transaction::begin(database_, Access::Write);
    if (!transaction) return tl::make_unexpected(transaction.error());
    auto appended = appendEntries(batch);
    if (!appended) return tl::make_unexpected(appended.error());
    head = std::move(*appended);
    for (const Pending* pending : batch) {
      if (!pending->verification) continue;
      auto recorded = insertVerification(database_, *pending->verification);
      if (!recorded) return recorded;
    }
    auto committed = transaction->commit();
    if (!committed) return committed;
  }
  return head ? kept_.advance(*head) : Result<void>();
}

// The newest checkpoint, once rows, hashes and the kept checkpoint agree with it.
Result<Checkpoint> LogWriter::soundHead() {
  auto kept = kept_.read();
  if (!kept) return kept;
  auto head = newestCheckpoint(database_, identity_);
  if (!head) {
    return fail(ErrorCode::DataCorrupt,
                "The log's newest checkpoint cannot be trusted: " + head.error().message +
                    ". Restore the whole state directory from one backup.",
                head.error().detail);
  }
  auto sound = checkTree(database_, *head, *kept);
  if (!sound) return tl::make_unexpected(sound.error());
  return head;
}

Result<std::optional<Checkpoint>> LogWriter::appendEntries(const std::vector<Pending*>& batch) {
  const auto count = std::ranges::count_if(batch, [](const Pending* pending) { return pending->entry != nullptr; });
  if (count == 0) return std::optional<Checkpoint>();
  auto head = soundHead();
  if (!head) return tl::make_unexpected(head.error());
  std::uint64_t index = head->size;
  for (Pending* pending : batch) {
    if (!pending->entry) continue;
    auto written = insert(*pending->entry, index++);
    if (!written) return tl::make_unexpected(written.error());
    pending->written = std::move(*written);
  }
  auto root = rootAt(nodesIn(database_), index);
  if (!root) return tl::make_unexpected(root.error());
  auto next = identity_.sign(index, *root);
  if (!next) return tl::make_unexpected(next.error());
  auto stored = insertCheckpoint(database_, *next).and_then([&] { return countSignatures(database_, count); });
  if (!stored) return tl::make_unexpected(stored.error());
  return std::optional(std::move(*next));
}

Result<LogEntry> LogWriter::insert(const NewEntry& fresh, std::uint64_t index) {
  LogEntry entry;
  static_cast<NewEntry&>(entry) = fresh;
  entry.index = index;
  const Hash leaf = leafHash(entry.body);
  entry.leafHash = bytesOf(leaf);
  entry.integratedTime = std::max(unixSeconds(clock_.wall()), fresh.notEarlierThan);
  auto timestamp =
      signMessage(identity_.key(), entryTimestampPayload(entry.body, entry.integratedTime, identity_.keyId(), index));
  if (!timestamp) return tl::make_unexpected(timestamp.error());
  entry.entryTimestamp = std::move(*timestamp);
  auto record = signMessage(identity_.key(), entry.recordPayload());
  if (!record) return tl::make_unexpected(record.error());
  entry.recordSignature = std::move(*record);
  auto stored = insertEntry(database_, entry).and_then([&] { return appendLeaf(database_, index, leaf); });
  if (!stored) return tl::make_unexpected(stored.error());
  return entry;
}

Result<void> LogWriter::probe() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !committing_; });
  committing_ = true;
  lock.unlock();
  Result<void> result;
  if (database_.fileIsGone()) {
    result = fail(ErrorCode::Unavailable,
                  "The transparency log's database was moved or deleted while the service ran. Restart the service.");
  } else if (auto transaction = Transaction::begin(database_, Access::Write); !transaction) {
    result = tl::make_unexpected(transaction.error());
  } else {
    result = countSignatures(database_, 0);  // a write that the transaction's end takes back
    if (result) {
      if (auto head = soundHead(); !head) result = tl::make_unexpected(head.error());
    }
  }
  lock.lock();
  committing_ = false;
  changed_.notify_all();
  return result;
}

}  // namespace certus::trust_service
