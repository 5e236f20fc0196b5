#include "services/trust/log/entry.h"

#include "base/encoding.h"

namespace certus::trust_service {
namespace {

#define ENTRY_COLUMNS                                                                                                    \
  "leaf_index, leaf_hash, body, integrated_time, entry_timestamp, artifact, signature, signer, artifact_type, subject, " \
  "scan_id, details, record_signature"

void appendField(std::string& out, std::string_view field) {
  out.append(std::to_string(field.size())).append(":").append(field).append(",");
}

void appendOptional(std::string& out, const std::optional<std::string>& field) {
  if (field) return appendField(out, *field);
  out.append("-,");
}

LogEntry entryOf(const Query& row) {
  LogEntry entry;
  entry.index = static_cast<std::uint64_t>(row.integer(0));
  entry.leafHash = row.bytes(1);
  entry.body = row.bytes(2);
  entry.integratedTime = row.integer(3);
  entry.entryTimestamp = row.bytes(4);
  entry.artifact = row.bytes(5);
  entry.signature = row.bytes(6);
  entry.signer = row.bytes(7);
  entry.artifactType = row.optionalBytes(8);
  entry.subject = row.optionalBytes(9);
  entry.scanId = row.optionalBytes(10);
  entry.details = row.optionalBytes(11);
  entry.recordSignature = row.bytes(12);
  return entry;
}

Result<std::optional<LogEntry>> only(Query& query) {
  auto row = query.next();
  if (!row) return tl::make_unexpected(row.error());
  if (!*row) return std::optional<LogEntry>();
  return std::optional<LogEntry>(entryOf(query));
}

// The inner statement reads indexes alone; bodies are fetched for the rows that are answered.
std::string selectionOf(const EntryFilter& filter) {
  std::string where;
  const auto add = [&where](bool wanted, const char* condition) {
    if (wanted) where.append(where.empty() ? " WHERE " : " AND ").append(condition);
  };
  const bool newest = filter.order == Order::NewestFirst;
  add(filter.signer.has_value(), "signer = ?");
  add(filter.artifact.has_value(), "artifact = ?");
  add(filter.artifactType.has_value(), "artifact_type = ?");
  add(filter.subject.has_value(), "subject = ?");
  add(filter.scanId.has_value(), "scan_id = ?");
  add(filter.from.has_value(), "integrated_time >= ?");
  add(filter.until.has_value(), "integrated_time <= ?");
  add(filter.after.has_value(), newest ? "leaf_index < ?" : "leaf_index > ?");
  const std::string order = newest ? " ORDER BY leaf_index DESC" : " ORDER BY leaf_index";
  return "SELECT " ENTRY_COLUMNS " FROM entries WHERE leaf_index IN (SELECT leaf_index FROM entries" + where + order +
         " LIMIT ? OFFSET ?)" + order;
}

}  // namespace

std::string LogEntry::recordPayload() const {
  std::string out = "certus-trust entry record v1\n";
  appendField(out, std::to_string(index));
  appendField(out, leafHash);
  appendField(out, artifact);
  appendField(out, signature);
  appendField(out, signer);
  appendOptional(out, artifactType);
  appendOptional(out, subject);
  appendOptional(out, scanId);
  appendOptional(out, details);
  return out;
}

Result<void> insertEntry(Database& database, const LogEntry& entry) {
  Query query(database, "INSERT INTO entries(" ENTRY_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
  query.bind(entry.index)
      .bindBlob(entry.leafHash)
      .bindBlob(entry.body)
      .bind(entry.integratedTime)
      .bindBlob(entry.entryTimestamp);
  query.bind(std::string_view(entry.artifact)).bindBlob(entry.signature).bind(std::string_view(entry.signer));
  query.bind(entry.artifactType).bind(entry.subject).bind(entry.scanId).bind(entry.details).bindBlob(entry.recordSignature);
  return query.finish();
}

Result<std::optional<LogEntry>> entryByIndex(Database& database, std::uint64_t index) {
  Query query(database, "SELECT " ENTRY_COLUMNS " FROM entries WHERE leaf_index = ?");
  return only(query.bind(index));
}

Result<std::optional<LogEntry>> entryByLeafHash(Database& database, std::string_view leafHash) {
  Query query(database, "SELECT " ENTRY_COLUMNS " FROM entries WHERE leaf_hash = ?");
  return only(query.bindBlob(leafHash));
}

Result<std::optional<LogEntry>> entryBySignature(Database& database, std::string_view signature) {
  Query query(database, "SELECT " ENTRY_COLUMNS " FROM entries WHERE signature = ? ORDER BY leaf_index LIMIT 1");
  return only(query.bindBlob(signature));
}

Result<std::vector<LogEntry>> findEntries(Database& database, const EntryFilter& filter) {
  const std::string sql = selectionOf(filter);
  Query query(database, sql);
  for (const auto* text : {&filter.signer, &filter.artifact, &filter.artifactType, &filter.subject, &filter.scanId}) {
    if (*text) query.bind(std::string_view(**text));
  }
  if (filter.from) query.bind(*filter.from);
  if (filter.until) query.bind(*filter.until);
  if (filter.after) query.bind(*filter.after);
  query.bind(filter.limit).bind(filter.offset);
  std::vector<LogEntry> entries;
  while (true) {
    auto row = query.next();
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) return entries;
    entries.push_back(entryOf(query));
  }
}

Result<std::vector<std::string>> distinctSigners(Database& database, std::uint64_t limit) {
  // Steps from one signer to the next in the index, instead of reading every row.
  Query query(database,
              "WITH RECURSIVE step(name) AS (SELECT min(signer) FROM entries UNION ALL "
              "SELECT (SELECT min(signer) FROM entries WHERE signer > name) FROM step WHERE name IS NOT NULL) "
              "SELECT name FROM step WHERE name IS NOT NULL LIMIT ?");
  query.bind(limit);
  std::vector<std::string> signers;
  while (true) {
    auto row = query.next();
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) return signers;
    signers.push_back(query.bytes(0));
  }
}

Result<std::optional<std::uint64_t>> newestIndex(Database& database) {
  Query query(database, "SELECT max(leaf_index) FROM entries");
  auto row = query.next();
  if (!row) return tl::make_unexpected(row.error());
  if (!*row || !query.optionalBytes(0)) return std::optional<std::uint64_t>();
  return std::optional(static_cast<std::uint64_t>(query.integer(0)));
}

}  // namespace certus::trust_service
