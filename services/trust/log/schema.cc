#include "services/trust/log/schema.h"

namespace certus::trust_service {
namespace {

constexpr const char* kVersion = "1";

// entries.leaf_index is gap-free from 0. An entry without record_signature came without the service's own record.
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
CREATE INDEX entries_by_signature ON entries(signature);
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

Result<void> insertMeta(Database& database, std::string_view name, std::string_view value) {
  return Query(database, "INSERT INTO meta VALUES(?, ?)").bind(name).bind(value).finish();
}

Result<std::string> readMeta(Database& database, std::string_view name) {
  Query query(database, "SELECT value FROM meta WHERE name = ?");
  auto row = query.bind(name).next();
  if (!row) return tl::make_unexpected(row.error());
  return *row ? query.bytes(0) : std::string();
}

Result<void> fillTables(Database& database, const LogNames& names, const Checkpoint& empty) {
  auto transaction = Transaction::begin(database, Access::Write);
  if (!transaction) return tl::make_unexpected(transaction.error());
  return database.run(kTables)
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
  return database->run("PRAGMA wal_checkpoint(TRUNCATE)");
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
