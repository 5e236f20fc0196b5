#include "services/trust/log/schema.h"

#include "services/trust/log/entry_selection.h"
#include "services/trust/log/search_index.h"

namespace certus::trust_service {
namespace {

constexpr const char* kVersion = "2";
constexpr const char* kBeforeSearch = "1";
constexpr std::uint64_t kIndexedAtOnce = 2000;

// entries.leaf_index is gap-free from 0. An entry without record_signature was submitted by others, not signed here.
// hashes holds every perfect subtree once: level 0 is the leaves, so 256 neighbours on level 8k are one C2SP tile.
// checkpoints: one a commit. verifications: the trail; counters: what stats report.
constexpr const char* kTables = R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entries(
  leaf_index INTEGER PRIMARY KEY,
  leaf_hash BLOB NOT NULL UNIQUE,
  body BLOB NOT NULL,
  integrated_time INTEGER NOT NULL,
  entry_timestamp BLOB NOT NULL,
  artifact TEXT NOT NULL,
  signature BLOB NOT NULL,
  signer TEXT NOT NULL,
  artifact_type TEXT,
  subject TEXT,
  scan_id TEXT,
  details TEXT,
  record_signature BLOB);
CREATE INDEX entries_by_artifact ON entries(artifact, leaf_index);
CREATE INDEX entries_by_signer ON entries(signer, leaf_index);
CREATE INDEX entries_by_type ON entries(artifact_type, leaf_index);
CREATE INDEX entries_by_subject ON entries(subject, leaf_index);
CREATE INDEX entries_by_scan ON entries(scan_id, leaf_index) WHERE scan_id IS NOT NULL;
CREATE INDEX entries_by_time ON entries(integrated_time, leaf_index);
CREATE TABLE hashes(
  level INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY(level, position)) WITHOUT ROWID;
CREATE TABLE checkpoints(tree_size INTEGER PRIMARY KEY, note TEXT NOT NULL);
CREATE TABLE verifications(
  id INTEGER PRIMARY KEY,
  verified_at INTEGER NOT NULL,
  artifact TEXT NOT NULL,
  leaf_index INTEGER,
  verifier TEXT NOT NULL,
  signer TEXT NOT NULL,
  valid INTEGER NOT NULL,
  details TEXT NOT NULL);
CREATE INDEX verifications_by_artifact ON verifications(artifact, id);
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters VALUES('signatures', 0), ('verifications', 0), ('verifications_successful', 0);
)sql";

// Since version 2: entries of strangers. search_keys: see search_index.h; the counter `indexed` is the number of first
// entries whose keys are there.
constexpr const char* kSearchTables = R"sql(
CREATE TABLE search_keys(
  key TEXT NOT NULL,
  leaf_index INTEGER NOT NULL,
  PRIMARY KEY(key, leaf_index)) WITHOUT ROWID;
CREATE INDEX own_entries_by_artifact ON entries(artifact, leaf_index) WHERE record_signature IS NOT NULL;
INSERT INTO counters VALUES('indexed', 0);
)sql";

// For queries; see entry_selection.h. A database that an earlier program of this version made lacks them. A trigger, so that
// such a program, writing beside this one, keeps the blocks too; once a commit, for once an entry it would cost half of what
// the entry does.
constexpr const char* kQueryTables = R"sql(
DROP INDEX IF EXISTS entries_by_signature;
CREATE INDEX IF NOT EXISTS entries_by_signature_ours_first ON entries(signature, record_signature IS NULL, leaf_index);
CREATE INDEX entries_by_signer_and_type ON entries(signer, artifact_type, leaf_index);
CREATE TABLE time_blocks(block INTEGER PRIMARY KEY, earliest INTEGER NOT NULL, latest INTEGER NOT NULL);
INSERT INTO time_blocks
  SELECT leaf_index >> 10, min(integrated_time), max(integrated_time) FROM entries GROUP BY leaf_index >> 10;
CREATE TRIGGER commits_into_time_blocks AFTER INSERT ON checkpoints BEGIN
  INSERT INTO time_blocks
    SELECT leaf_index >> 10, min(integrated_time), max(integrated_time) FROM entries
    WHERE leaf_index >= coalesce((SELECT max(tree_size) FROM checkpoints WHERE tree_size < new.tree_size), 0)
    GROUP BY leaf_index >> 10
    ON CONFLICT(block) DO UPDATE SET earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest);
END;
)sql";
static_assert(kTimeBlockBits == 10);

Result<bool> hasQueryTables(Database& database) {
  return Query(database, "SELECT 1 FROM sqlite_master WHERE name = 'commits_into_time_blocks'").next();
}

// In the caller's transaction.
Result<void> addQueryTables(Database& database) {
  auto there = hasQueryTables(database);
  if (!there) return tl::make_unexpected(there.error());
  return *there ? Result<void>() : database.run(kQueryTables);
}

Result<void> insertMeta(Database& database, std::string_view name, std::string_view value) {
  return Query(database, "INSERT INTO meta VALUES(?, ?)").bind(name).bind(value).finish();
}

Result<std::string> readMeta(Database& database, std::string_view name) {
  Query query(database, "SELECT value FROM meta WHERE name = ?");
  auto row = query.bind(name).next();
  if (row) return *row ? query.bytes(0) : std::string();
  if (row.error().code != ErrorCode::Internal) return tl::make_unexpected(row.error());
  return fail(
      ErrorCode::DataCorrupt,  // SQLite reads the file; our tables are not there
      "The transparency log's database holds no log: it is empty, cut off or another program's. Restore the whole state "
      "directory from a backup.",
      row.error().detail);
}

Result<void> fillTables(Database& database, const LogNames& names, const Checkpoint& empty) {
  auto transaction = Transaction::begin(database, Access::Write);
  if (!transaction) return tl::make_unexpected(transaction.error());
  return database.run(kTables)
      .and_then([&] { return database.run(kSearchTables); })
      .and_then([&] { return database.run(kQueryTables); })
      .and_then([&] { return insertMeta(database, "version", kVersion); })
      .and_then([&] { return insertMeta(database, "host", names.host); })
      .and_then([&] { return insertMeta(database, "tree_id", std::to_string(names.treeId)); })
      .and_then([&] {
        return Query(database, "INSERT INTO checkpoints VALUES(0, ?)").bind(std::string_view(empty.note)).finish();
      })
      .and_then([&] { return transaction->commit(); });
}

}  // namespace

Result<void> createLogDatabase(const std::string& path, const LogNames& names, const Checkpoint& empty) {
  auto database = Database::open(path, Access::Write);
  if (!database) return tl::make_unexpected(database.error());
  // Nobody sees this file before it is whole: one sync by the caller, at the end, is enough.
  auto wal = database->run("PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL");
  if (!wal) return wal;
  auto filled = fillTables(*database, names, empty);
  if (!filled) return filled;
  database->foldOnClose();
  return database->run("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<void> upgradeLogDatabase(const StateDirectory& directory) {
  auto database = Database::open(directory.database(), Access::Write);
  if (!database) return tl::make_unexpected(database.error());
  auto set = database->run("PRAGMA cache_spill=ON");  // an index of a large log need not fit into memory
  if (!set) return set;
  {
    auto turn = FileLock::take(directory.lockFile());
    if (!turn) return tl::make_unexpected(turn.error());
    auto transaction = Transaction::begin(*database, Access::Write);
    if (!transaction) return tl::make_unexpected(transaction.error());
    auto version = readMeta(*database, "version");  // once more: another process may have been first
    if (!version) return tl::make_unexpected(version.error());
    Result<void> changed;
    if (*version == kBeforeSearch) {
      changed = database->run(kSearchTables).and_then([&] {
        return Query(*database, "UPDATE meta SET value = ? WHERE name = 'version'")
            .bind(std::string_view(kVersion))
            .finish();
      });
    }
    changed = changed.and_then([&] { return addQueryTables(*database); }).and_then([&] { return transaction->commit(); });
    if (!changed) return changed;
  }
  while (true) {  // in steps, between which others may write
    auto turn = FileLock::take(directory.lockFile());
    if (!turn) return tl::make_unexpected(turn.error());
    auto transaction = Transaction::begin(*database, Access::Write);
    if (!transaction) return tl::make_unexpected(transaction.error());
    auto newest = newestIndex(*database);
    if (!newest) return tl::make_unexpected(newest.error());
    auto done = indexMissing(*database, *newest ? **newest + 1 : 0, kIndexedAtOnce);
    if (!done) return tl::make_unexpected(done.error());
    auto committed = transaction->commit();
    if (!committed || *done < kIndexedAtOnce) return committed;
  }
}

Result<bool> needsUpgrade(Database& database) {
  auto version = readMeta(database, "version");
  if (!version) return tl::make_unexpected(version.error());
  if (*version != kVersion) return *version == kBeforeSearch;
  auto fast = hasQueryTables(database);
  if (!fast) return tl::make_unexpected(fast.error());
  if (!*fast) return true;
  auto newest = newestIndex(database);
  if (!newest) return tl::make_unexpected(newest.error());
  auto indexed = indexedSoFar(database);  // less than all when an upgrade was killed
  if (!indexed) return tl::make_unexpected(indexed.error());
  return *newest && *indexed <= **newest;
}

Result<std::uint64_t> rotationsIn(Database& database) {
  return readMeta(database, "rotations").map([](const std::string& text) -> std::uint64_t {
    return std::strtoull(text.c_str(), nullptr, 10);  // none: 0
  });
}

Result<void> storeRotations(Database& database, std::uint64_t count) {
  const std::string text = std::to_string(count);
  return Query(database, "INSERT INTO meta VALUES('rotations', ?1) ON CONFLICT(name) DO UPDATE SET value = ?1")
      .bind(std::string_view(text))
      .finish();
}

Result<LogNames> readLogNames(Database& database) {
  auto version = readMeta(database, "version");
  if (!version) return tl::make_unexpected(version.error());
  if (*version != kVersion) {
    return fail(ErrorCode::DataCorrupt,
                "The transparency log's database is of version \"" + *version + "\"; this program reads version " +
                    kVersion + ". Run the release that wrote it, or move the state directory away to start a new log.");
  }
  auto host = readMeta(database, "host");
  auto treeId = readMeta(database, "tree_id");
  if (!host || !treeId) return tl::make_unexpected(host ? treeId.error() : host.error());
  char* end = nullptr;
  const std::int64_t number = std::strtoll(treeId->c_str(), &end, 10);
  if (host->empty() || number <= 0 || *end != '\0') {
    return fail(ErrorCode::DataCorrupt,
                "The transparency log's database does not say which log it is. Restore it from a backup.");
  }
  return LogNames{*host, number};
}

}  // namespace certus::trust_service
