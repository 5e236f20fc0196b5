#include "services/trust/log/entry.h"

#include "base/encoding.h"
#include "services/trust/log/entry_selection.h"

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
  entry.origin = entry.recordSignature.empty() ? Origin::Submitted : Origin::Service;
  return entry;
}

Result<std::optional<LogEntry>> only(Query& query) {
  auto row = query.next();
  if (!row) return tl::make_unexpected(row.error());
  if (!*row) return std::optional<LogEntry>();
  return std::optional<LogEntry>(entryOf(query));
}

void bindValues(Query& query, const Selection& selection) {
  for (const auto& value : selection.values) {
    std::visit([&query](auto each) { query.bind(each); }, value);
  }
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
  query.bind(entry.artifactType).bind(entry.subject).bind(entry.scanId).bind(entry.details);
  if (entry.origin == Origin::Service) {
    query.bindBlob(entry.recordSignature);
  } else {
    query.bind(std::optional<std::string>());
  }
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
  Query query(database, "SELECT " ENTRY_COLUMNS
                        " FROM entries WHERE signature = ? "
                        "ORDER BY record_signature IS NULL, leaf_index LIMIT 1");
  return only(query.bindBlob(signature));
}

Result<std::vector<LogEntry>> findEntries(Database& database, const EntryFilter& filter) {
  // The inner statement reads indexes alone; bodies are fetched for the rows that are answered.
  const Selection chosen = selectionOf(filter);
  const std::string sql = "SELECT " ENTRY_COLUMNS " FROM entries WHERE leaf_index IN (" + chosen.sql +
                          ") ORDER BY leaf_index" + (filter.order == Order::NewestFirst ? " DESC" : "");
  Query query(database, sql);
  bindValues(query, chosen);
  std::vector<LogEntry> entries;
  while (true) {
    auto row = query.next();
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) return entries;
    entries.push_back(entryOf(query));
  }
}

Result<std::uint64_t> countEntries(Database& database, const EntryFilter& filter, std::uint64_t cap) {
  if (filter.isEverything()) {
    return newestIndex(database).map([&](const std::optional<std::uint64_t>& newest) { return newest ? *newest + 1 : 0; });
  }
  const Selection chosen = countOf(filter, cap);
  Query query(database, chosen.sql);
  bindValues(query, chosen);
  auto row = query.next();
  if (!row) return tl::make_unexpected(row.error());
  return static_cast<std::uint64_t>(query.integer(0));
}

Result<std::vector<std::string>> distinctSigners(Database& database, std::uint64_t limit) {
  // Steps from one signer to the next in the index, instead of reading every row.
  Query query(database,
              "WITH RECURSIVE step(name) AS (SELECT min(signer) FROM entries WHERE signer > '' UNION ALL "
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
