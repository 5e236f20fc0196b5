#include "services/trust/log/verification_trail.h"

namespace certus::trust_service {
namespace {

Result<void> add(Database& database, std::string_view counter, std::int64_t added) {
  return Query(database, "UPDATE counters SET value = value + ? WHERE name = ?").bind(added).bind(counter).finish();
}

Result<void> store(Database& database, const VerificationRecord& record) {
  Query query(database,
              "INSERT INTO verifications(verified_at, artifact, leaf_index, verifier, signer, valid, details) "
              "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS(SELECT 1 FROM entries WHERE artifact = ?2)");
  query.bind(record.verifiedAt).bind(std::string_view(record.artifact));
  record.index ? query.bind(*record.index) : query.bind(std::optional<std::string>());
  query.bind(std::string_view(record.verifier)).bind(std::string_view(record.signer));
  query.bind(std::int64_t{record.valid}).bind(std::string_view(record.details));
  return query.finish();
}

Result<void> trim(Database& database, const std::string& artifact) {
  Query query(database,
              "DELETE FROM verifications WHERE artifact = ?1 AND id <= "
              "(SELECT id FROM verifications WHERE artifact = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)");
  return query.bind(std::string_view(artifact)).bind(kTrailPerArtifact).finish();
}

}  // namespace

Result<void> insertVerification(Database& database, const VerificationRecord& record) {
  return add(database, "verifications", 1)
      .and_then([&] { return add(database, "verifications_successful", record.valid ? 1 : 0); })
      .and_then([&] { return store(database, record); })
      .and_then([&] { return trim(database, record.artifact); });
}

Result<void> countSignatures(Database& database, std::int64_t added) { return add(database, "signatures", added); }

Result<Counters> readCounters(Database& database) {
  Query query(database, "SELECT name, value FROM counters");
  Counters counters;
  while (true) {
    auto row = query.next();
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) return counters;
    const std::string name = query.bytes(0);
    const std::int64_t value = query.integer(1);
    if (name == "signatures") counters.signatures = value;
    if (name == "verifications") counters.verifications = value;
    if (name == "verifications_successful") counters.verificationsSuccessful = value;
  }
}

Result<std::vector<VerificationRecord>> verificationsOf(Database& database, const std::string& artifact,
                                                        std::uint64_t limit) {
  Query query(database,
              "SELECT verified_at, leaf_index, verifier, signer, valid, details FROM verifications "
              "WHERE artifact = ? ORDER BY id DESC LIMIT ?");
  query.bind(std::string_view(artifact)).bind(limit);
  std::vector<VerificationRecord> records;
  while (true) {
    auto row = query.next();
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) return records;
    VerificationRecord record{query.integer(0),      artifact,      std::nullopt, query.bytes(2), query.bytes(3),
                              query.integer(4) != 0, query.bytes(5)};
    if (query.optionalBytes(1)) record.index = static_cast<std::uint64_t>(query.integer(1));
    records.push_back(std::move(record));
  }
}

}  // namespace certus::trust_service
