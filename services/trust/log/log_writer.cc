#include "services/trust/log/log_writer.h"

#include <algorithm>
#include <future>

#include "services/trust/log/hashed_rekord.h"
#include "services/trust/log/search_index.h"
#include "services/trust/worker_pool.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxBatch = 256;
constexpr std::uint64_t kIndexedPerBatch = 1000;

constexpr std::chrono::seconds kSyncKeptEvery{1};
constexpr Milliseconds kPatienceWhenStuck{1'000}, kPatienceAtTheEnd{1'000};
constexpr Milliseconds kBetweenAttempts{5};  // a program that took the database's lock first waits for the turn meanwhile

std::int64_t unixSeconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

LogWriter::LogWriter(Database database, const LogIdentity& identity, const KeptCheckpoint& kept, const Clock& clock,
                     Patience patience)
    : database_(std::move(database)), signer_(identity.key()), patience_(patience), identity_(identity), kept_(kept), clock_(clock) {}

// The last connection of an installation folds the journal, so that a stopped service is one file. In its turn: else it is
// left to the next start.
LogWriter::~LogWriter() {
  finish();
  const auto turn = kept_.take(kPatienceAtTheEnd);
  if (turn) database_.foldOnClose();
  const Database closed = std::move(database_);
}

void LogWriter::submit(Write write, Done done) {
  const char* refused = "The service is stopping. Try again when it runs.";
  {
    const std::lock_guard lock(mutex_);
    if (!finishing_ && !thread_.joinable()) thread_ = threadWithoutSignals([this] { work(); });
    if (!finishing_ && thread_.joinable()) {
      waiting_.push_back({std::move(write), std::move(done), {}, {}});
      if (waiting_.size() == 1) changed_.notify_one();
      return;
    }
    if (!finishing_) refused = "The system gives the service no thread to write with. Try again later.";
  }
  done(fail(ErrorCode::Unavailable, refused));
}

Result<Appended> LogWriter::await(Write write) {
  std::promise<Result<Appended>> promise;
  auto future = promise.get_future();
  submit(std::move(write), [&promise](Result<Appended> result) { promise.set_value(std::move(result)); });
  return future.get();
}

Result<void> LogWriter::record(VerificationRecord verification) {
  return await(std::move(verification)).map([](const Appended&) {});
}

Result<void> LogWriter::probe() {
  return await(Probe{}).map([](const Appended&) {});
}

void LogWriter::finish() {
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
    thread.swap(thread_);
    changed_.notify_one();
  }
  if (!thread.joinable()) return;
  thread.join();
  syncKept();  // after a clean end it is the newest one also when the power fails
}

void LogWriter::work() {
  std::unique_lock lock(mutex_);
  while (awaitWork(lock)) {
    Batch batch = takeBatch();
    lock.unlock();
    runAll(batch);
    for (Pending& pending : batch) {
      if (pending.error)
        pending.done(tl::make_unexpected(std::move(*pending.error)));
      else
        pending.done(std::move(pending.appended));
    }
    batch.clear();
    if (syncKeptBy_ && *syncKeptBy_ <= std::chrono::steady_clock::now()) syncKept();
    lock.lock();
  }
}

// False at the end. Nobody is answered later for the kept checkpoint's sync: it comes after the answers, and once a second.
bool LogWriter::awaitWork(std::unique_lock<std::mutex>& lock) {
  const auto called = [this] { return finishing_ || !waiting_.empty(); };
  while (syncKeptBy_) {
    if (changed_.wait_until(lock, *syncKeptBy_, called)) return !waiting_.empty();
    lock.unlock();
    syncKept();
    lock.lock();
  }
  changed_.wait(lock, called);
  return !waiting_.empty();
}

void LogWriter::syncKept() {
  syncKeptBy_.reset();
  if (!kept_.sync()) syncKeptBy_ = std::chrono::steady_clock::now() + kSyncKeptEvery;
}

// A probe goes alone: it commits nothing.
LogWriter::Batch LogWriter::takeBatch() {
  Batch batch;
  do {
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  } while (!batch.front().isProbe() && batch.size() < kMaxBatch && !waiting_.empty() && !waiting_.front().isProbe());
  return batch;
}

// When a batch fails for what one of them may have met (a damaged page), before anything is committed, they go one by one.
void LogWriter::runAll(Batch& batch) {
  auto result = runGuarded(batch);
  if (result) return;
  const bool mayBeOne =
      !committed_ && (result.error().code == ErrorCode::DataCorrupt || result.error().code == ErrorCode::Internal);
  for (Pending& pending : batch) {
    if (mayBeOne && batch.size() > 1) {
      Batch alone;
      pending.appended = {};
      alone.push_back(std::move(pending));
      runAll(alone);
      pending = std::move(alone.front());
    } else {
      pending.error = result.error();
    }
  }
}

Result<void> LogWriter::runGuarded(Batch& batch) {
  committed_ = false;
  try {
    return run(batch);
  } catch (const std::exception& error) {
    return fail(ErrorCode::Internal, "Writing to the transparency log broke off.", error.what());
  }
}

Result<void> LogWriter::run(Batch& batch) {
  if (database_.fileIsGone()) {
    return fail(ErrorCode::Unavailable,
                "The transparency log's database was moved or deleted while the service ran. Restart the service.");
  }
  return batch.front().isProbe() ? tryToWrite() : commit(batch);
}

// The turn and a transaction. Neither is kept while the other is waited for: an older release takes them the other way
// round.
Result<LogWriter::Writing> LogWriter::begin(Milliseconds patience) {
  const auto began = std::chrono::steady_clock::now();
  while (true) {
    std::optional<Error> problem;
    {
      auto turn = kept_.take(std::min(patience, patience_.probes));
      if (turn) {
        auto transaction = Transaction::begin(database_, Access::Write);
        if (transaction) return Writing{std::move(*turn), std::move(*transaction)};
        if (!database_.isBusy()) return tl::make_unexpected(transaction.error());
        problem = transaction.error();
      } else {
        problem = turn.error();
      }
    }
    const auto waited = std::chrono::steady_clock::now() - began;
    const bool mayPass = problem->code == ErrorCode::Unavailable;
    if (mayPass && waited >= patience_.probes) refuseProbes(*problem);
    if (!mayPass || waited >= patience) return tl::make_unexpected(std::move(*problem));
    std::this_thread::sleep_for(kBetweenAttempts);
  }
}

// Those that stand behind the batch under way have waited long enough to know what it waits for.
void LogWriter::refuseProbes(const Error& error) {
  std::vector<Done> refused;
  {
    const std::lock_guard lock(mutex_);
    for (Pending& pending : waiting_) {
      if (pending.isProbe()) refused.push_back(std::move(pending.done));
    }
    std::erase_if(waiting_, [](const Pending& pending) { return pending.isProbe(); });
  }
  for (const Done& done : refused) done(tl::make_unexpected(error));
}

Result<void> LogWriter::commit(Batch& batch) {
  auto writing = begin(stuck_ ? std::min(patience_.commits, kPatienceWhenStuck) : patience_.commits);
  stuck_ = !writing && writing.error().code == ErrorCode::Unavailable;
  if (!writing) return tl::make_unexpected(writing.error());
  auto appended = appendEntries(batch);
  if (!appended) return tl::make_unexpected(appended.error());
  const SharedHead head = std::move(*appended);
  for (const Pending& pending : batch) {
    const auto* verification = std::get_if<VerificationRecord>(&pending.write);
    if (!verification) continue;
    auto recorded = insertVerification(database_, *verification);
    if (!recorded) return recorded;
  }
  auto committed = writing->transaction.commit();
  if (!committed) return committed;
  committed_ = true;
  if (head) {
    committed = kept_.advance(*head, writing->turn);
    if (!committed) return committed;
    if (!syncKeptBy_) syncKeptBy_ = std::chrono::steady_clock::now() + kSyncKeptEvery;
  }
  database_.limitJournal();
  return {};
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

Result<LogWriter::SharedHead> LogWriter::appendEntries(Batch& batch) {
  if (std::ranges::none_of(batch, [](const Pending& pending) { return pending.entry() != nullptr; })) return SharedHead();
  auto head = soundHead();
  if (!head) return tl::make_unexpected(head.error());
  auto indexed = indexMissing(database_, head->size, kIndexedPerBatch);  // of an older release that writes beside this one
  if (!indexed) return tl::make_unexpected(indexed.error());
  GrowingTree tree(database_);
  std::uint64_t index = head->size;
  std::int64_t signatures = 0;
  for (Pending& pending : batch) {
    if (!pending.entry() || isLate(pending)) continue;
    auto written = place(pending, index, tree);
    if (!written) return tl::make_unexpected(written.error());
    if (!pending.appended.fresh) continue;
    ++index;
    if (pending.entry()->origin == Origin::Service) ++signatures;
  }
  if (index == head->size) return SharedHead();
  auto root = rootAt(tree.nodes(), index);
  if (!root) return tl::make_unexpected(root.error());
  auto next = identity_.sign(index, *root);
  if (!next) return tl::make_unexpected(next.error());
  auto stored =
      insertCheckpoint(database_, *next).and_then([&] { return countSignatures(database_, signatures); }).and_then([&] {
        return countIndexed(database_, head->size, index);
      });
  if (!stored) return tl::make_unexpected(stored.error());
  const auto shared = std::make_shared<const Checkpoint>(std::move(*next));
  auto proven = prove(batch, shared, tree);
  if (!proven) return tl::make_unexpected(proven.error());
  return shared;
}

// A signature whose certificate has ended meanwhile (the machine slept) would never be valid.
bool LogWriter::isLate(Pending& pending) const {
  const auto last = pending.entry()->notLaterThan;
  if (!last || unixSeconds(clock_.wall()) <= *last) return false;
  pending.error =
      Error{ErrorCode::Unavailable, "The signature's certificate ended before it could be logged. Try again.", {}};
  return true;
}

// Every new entry's way to the signed root, walked once before anything is committed.
Result<void> LogWriter::prove(Batch& batch, const SharedHead& head, GrowingTree& tree) {
  for (Pending& pending : batch) {
    if (!pending.entry() || pending.error || !pending.appended.fresh) continue;
    Appended& made = pending.appended;
    auto path = inclusionProof(tree.nodes(), made.entry.index, head->size);
    if (!path) return tl::make_unexpected(path.error());
    if (!verifiesInclusion(made.entry.index, head->size, leafHash(made.entry.body), *path, head->root)) {
      return fail(ErrorCode::DataCorrupt,
                  "The log's stored hashes do not lead to the root of the new tree. The log may have been altered; see "
                  "/v1/ready.");
    }
    made.head = head;
    made.path = std::move(*path);
  }
  return {};
}

// The entry itself at `index`, or the one that has its leaf already.
Result<void> LogWriter::place(Pending& pending, std::uint64_t index, GrowingTree& tree) {
  const NewEntry& proposed = *pending.entry();
  if (proposed.origin == Origin::Submitted) {
    auto known = entryByLeafHash(database_, bytesOf(leafHash(proposed.body)));
    if (!known) return tl::make_unexpected(known.error());
    if (*known) {
      pending.appended.fresh = false;
      pending.appended.entry = std::move(**known);
      return {};
    }
  }
  auto written = insert(proposed, index, tree);
  if (!written) return tl::make_unexpected(written.error());
  pending.appended.entry = std::move(*written);
  return {};
}

Result<LogEntry> LogWriter::insert(const NewEntry& fresh, std::uint64_t index, GrowingTree& tree) {
  LogEntry entry;
  static_cast<NewEntry&>(entry) = fresh;
  entry.index = index;
  const Hash leaf = leafHash(entry.body);
  entry.leafHash = bytesOf(leaf);
  entry.integratedTime = std::max(unixSeconds(clock_.wall()), fresh.notEarlierThan);
  auto timestamp = signer_.sign(entryTimestampPayload(entry.body, entry.integratedTime, identity_.keyId(), index));
  if (!timestamp) return tl::make_unexpected(timestamp.error());
  entry.entryTimestamp = std::move(*timestamp);
  if (entry.origin == Origin::Service) {
    auto record = signer_.sign(entry.recordPayload());
    if (!record) return tl::make_unexpected(record.error());
    entry.recordSignature = std::move(*record);
  }
  auto stored = insertEntry(database_, entry).and_then([&] { return tree.append(index, leaf); }).and_then([&] {
    return insertSearchKeys(database_, index, entry.searchKeys);
  });
  if (!stored) return tl::make_unexpected(stored.error());
  return entry;
}

Result<void> LogWriter::tryToWrite() {
  auto writing = begin(patience_.probes);
  if (!writing) return tl::make_unexpected(writing.error());
  auto written = countSignatures(database_, 0);  // a write that the transaction's end takes back
  if (!written) return written;
  auto head = soundHead();
  if (!head) return tl::make_unexpected(head.error());
  return {};
}

}  // namespace certus::trust_service
