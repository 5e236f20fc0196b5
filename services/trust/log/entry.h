// One row of the log: the leaf, the log's promises over it, and the service's own record of what was signed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/trust/formats/merkle.h"
#include "services/trust/log/database.h"

namespace certus::trust_service {

// Who brought an entry: the service signed it and vouches for its record, or somebody else submitted it, signed already.
enum class Origin : std::uint8_t { Service, Submitted };

// What is known of an entry before it is in the log.
struct NewEntry {
  Origin origin = Origin::Service;
  std::string body;       // HashedRekord::canonical() or DsseRecord::canonical()
  std::string artifact;   // ArtifactDigest::text(); for DSSE of the payload
  std::string signature;  // raw; for DSSE the first
  std::string signer;     // empty when it was submitted: the log proves no name for it
  std::optional<std::string> artifactType, subject, scanId;
  std::optional<std::string> details;          // a JSON object: metadata and predicates as given
  std::int64_t notEarlierThan = 0;             // Unix seconds: its certificate's start
  std::optional<std::int64_t> notLaterThan{};  // and end: later it is refused
  std::vector<std::string> searchKeys;         // see search_index.h; written only
};

struct LogEntry : NewEntry {
  std::uint64_t index = 0;
  std::string leafHash;  // raw
  std::int64_t integratedTime = 0;
  std::string entryTimestamp;   // DER signature over entryTimestampPayload()
  std::string recordSignature;  // DER signature over recordPayload(); empty when it was submitted

  // Every column that is not in the leaf, in one unambiguous text that the log key signs.
  std::string recordPayload() const;
};

Result<void> insertEntry(Database& database, const LogEntry& entry);

Result<std::optional<LogEntry>> entryByIndex(Database& database, std::uint64_t index);
Result<std::optional<LogEntry>> entryByLeafHash(Database& database, std::string_view leafHash);
// Ours when there is one: a stranger may submit a signature of ours under another key.
Result<std::optional<LogEntry>> entryBySignature(Database& database, std::string_view signature);

// Ours: what the service signed. Strangers can add any number of entries to an artifact, so what asks whom to believe asks
// for ours.
enum class Whose : std::uint8_t { Everyones, Ours };

enum class Order : std::uint8_t { OldestFirst, NewestFirst };

struct EntryFilter {
  std::optional<std::string> signer, artifact, artifactType, subject, scanId;
  std::optional<std::int64_t> from, until;  // Unix seconds, inclusive
  std::optional<std::uint64_t> after;       // cursor: entries that follow this index in `order`
  Whose whose = Whose::Everyones;
  Order order = Order::OldestFirst;
  std::uint64_t offset = 0;
  std::uint64_t limit = 10;

  bool isEverything() const {  // but for the page
    return !signer && !artifact && !artifactType && !subject && !scanId && !from && !until && whose == Whose::Everyones;
  }
};

Result<std::vector<LogEntry>> findEntries(Database& database, const EntryFilter& filter);

// How many entries the filter means in all, whatever its cursor, limit and offset: exact below `cap`, else `cap`. Without a
// filter always exact.
Result<std::uint64_t> countEntries(Database& database, const EntryFilter& filter, std::uint64_t cap);
Result<std::vector<std::string>> distinctSigners(Database& database, std::uint64_t limit);

// Index and integrated time of the newest row; nullopt in an empty log.
Result<std::optional<std::uint64_t>> newestIndex(Database& database);

}  // namespace certus::trust_service
