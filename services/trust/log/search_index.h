// Under which words an entry is found: Rekor's index keys (artifact and payload digests, key hashes, names in certificates).
// A convenience for finding entries, no evidence: what is found is proven from the entry itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/trust/crypto/verification_key.h"
#include "services/trust/log/database.h"
#include "services/trust/log/hashed_rekord.h"

namespace certus::trust_service {

std::string asSearchKey(std::string_view text);        // ASCII letters lowered, as keys are stored and looked up
std::string keyHashOf(std::string_view canonicalPem);  // hex SHA-256: under which a key's entries are found

std::vector<std::string> searchKeysOf(const HashedRekord& record);
// The same of a record whose certificate is known to name `identity`.
std::vector<std::string> searchKeysOf(const HashedRekord& record, std::string_view identity);
// Key hash and the names in its certificate, if it is one.
std::vector<std::string> searchKeysOf(const VerificationKey& key);

Result<void> insertSearchKeys(Database& database, std::uint64_t index, const std::vector<std::string>& keys);

// How many of the first entries have their keys in the index.
Result<std::uint64_t> indexedSoFar(Database& database);

// Indexes rows that came without keys (from a release before the index), at most `limit` of them. Answers how many it did:
// with fewer than `limit` all below `size` are indexed.
Result<std::uint64_t> indexMissing(Database& database, std::uint64_t size, std::uint64_t limit);
Result<void> countIndexed(Database& database, std::uint64_t before, std::uint64_t after);

enum class Match : std::uint8_t { Any, All };

inline constexpr std::uint64_t kMaxFound = 10'000;
inline constexpr std::uint64_t kMaxSearched = 100'000;  // entries of the rarest key, for Match::All

// Leaf hashes (raw) of all entries with any, or with all, of the keys; newest first. InvalidArgument when they are more than
// kMaxFound, or when with All each key has more entries than are looked through: never a part of them as if it were all.
Result<std::vector<std::string>> searchEntries(Database& database, std::vector<std::string> keys, Match match);

}  // namespace certus::trust_service
