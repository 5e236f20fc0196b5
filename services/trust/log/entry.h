// One row of the log: the leaf, the log's promises over it, and the service's own record of what was signed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/trust/log/database.h"
#include "services/trust/log/merkle.h"

namespace certus::trust_service {

// What the signer of an entry knows before it is in the log.
struct NewEntry {
  std::string body;       // HashedRekord::canonical()
  std::string artifact;   // ArtifactDigest::text()
  std::string signature;  // DER
  std::string signer;
  std::optional<std::string> artifactType, subject, scanId;
  std::optional<std::string> details;  // a JSON object: metadata and predicates as given
  std::int64_t notEarlierThan = 0;     // Unix seconds: its certificate's start
};

struct LogEntry : NewEntry {
  std::uint64_t index = 0;
  std::string leafHash;  // raw
  std::int64_t integratedTime = 0;
  std::string entryTimestamp;   // DER signature over entryTimestampPayload()
  std::string recordSignature;  // DER signature over recordPayload()

  // Every column that is not in the leaf, in one unambiguous text that the log key signs.
  std::string recordPayload() const;
};

Result<void> insertEntry(Database& database, const LogEntry& entry);

Result<std::optional<LogEntry>> entryByIndex(Database& database, std::uint64_t index);
Result<std::optional<LogEntry>> entryByLeafHash(Database& database, std::string_view leafHash);
Result<std::optional<LogEntry>> entryBySignature(Database& database, std::string_view signature);

enum class Order : std::uint8_t { OldestFirst, NewestFirst };

struct EntryFilter {
  std::optional<std::string> signer, artifact, artifactType, subject, scanId;
  std::optional<std::int64_t> from, until;  // Unix seconds, inclusive
  std::optional<std::uint64_t> after;       // cursor: entries that follow this index in `order`
  Order order = Order::OldestFirst;
  std::uint64_t offset = 0;
  std::uint64_t limit = 10;
};

Result<std::vector<LogEntry>> findEntries(Database& database, const EntryFilter& filter);
Result<std::vector<std::string>> distinctSigners(Database& database, std::uint64_t limit);

// Index and integrated time of the newest row; nullopt in an empty log.
Result<std::optional<std::uint64_t>> newestIndex(Database& database);

}  // namespace certus::trust_service
