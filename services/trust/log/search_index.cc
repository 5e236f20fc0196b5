#include "services/trust/log/search_index.h"

#include <algorithm>

#include "base/encoding.h"
#include "services/trust/crypto/certificate.h"

namespace certus::trust_service {
namespace {

void addNames(std::vector<std::string>& keys, const Certificate& certificate) {
  for (const std::string& name : certificate.subjectNames()) keys.push_back(asSearchKey(name));
}

// No more is read than tells that it is too many: one key may be in every entry of the log.
std::string withAnyOf(std::size_t keys) {
  std::string sql = "SELECT leaf_index FROM (";
  for (std::size_t i = 0; i < keys; ++i) {
    sql += i > 0 ? " UNION " : "";
    sql += "SELECT * FROM (SELECT leaf_index FROM search_keys WHERE key = ? LIMIT " + std::to_string(kMaxFound + 1) + ")";
  }
  return sql + ")";
}

// Among the entries of the first key.
std::string withAllOf(std::size_t keys) {
  std::string sql = "SELECT leaf_index FROM search_keys AS one WHERE key = ?";
  for (std::size_t i = 1; i < keys; ++i)
    sql += " AND EXISTS(SELECT 1 FROM search_keys WHERE key = ? AND leaf_index = one.leaf_index)";
  return sql;
}

tl::unexpected<Error> tooMany(std::string why) {
  return fail(ErrorCode::InvalidArgument,
              std::move(why) + "; search for a rarer key as well, with the operator \"and\", or page /v1/transparency");
}

Result<std::uint64_t> entriesOf(Database& database, const std::string& key) {
  Query query(database, "SELECT count(*) FROM (SELECT 1 FROM search_keys WHERE key = ? LIMIT ?)");
  auto row = query.bind(std::string_view(key)).bind(kMaxSearched + 1).next();
  if (!row) return tl::make_unexpected(row.error());
  return static_cast<std::uint64_t>(query.integer(0));
}

Result<void> putRarestFirst(Database& database, std::vector<std::string>& keys) {
  std::uint64_t fewest = kMaxSearched + 1;
  for (std::size_t i = 0; i < keys.size() && fewest > 0; ++i) {
    auto count = entriesOf(database, keys[i]);
    if (!count) return tl::make_unexpected(count.error());
    if (*count >= fewest) continue;
    fewest = *count;
    std::swap(keys.front(), keys[i]);
  }
  if (fewest <= kMaxSearched) return {};
  return tooMany("each of the keys is in more than " + std::to_string(kMaxSearched) + " entries");
}

}  // namespace

Result<std::uint64_t> indexedSoFar(Database& database) {
  Query query(database, "SELECT value FROM counters WHERE name = 'indexed'");
  auto row = query.next();
  if (!row) return tl::make_unexpected(row.error());
  return *row ? static_cast<std::uint64_t>(query.integer(0)) : 0;
}

std::string asSearchKey(std::string_view text) {
  std::string key(text);
  std::ranges::transform(key, key.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return key;
}

std::string keyHashOf(std::string_view canonicalPem) { return toHex(sha256(canonicalPem)); }

std::vector<std::string> searchKeysOf(const HashedRekord& record) {
  std::vector<std::string> keys{record.artifact.text(), keyHashOf(record.keyPem)};
  if (const auto certificate = Certificate::fromPem(record.keyPem)) addNames(keys, *certificate);
  return keys;
}

std::vector<std::string> searchKeysOf(const HashedRekord& record, std::string_view identity) {
  return {record.artifact.text(), keyHashOf(record.keyPem), asSearchKey(identity)};
}

std::vector<std::string> searchKeysOf(const VerificationKey& key) {
  std::vector<std::string> keys{keyHashOf(key.pem())};
  if (key.certificate()) addNames(keys, *key.certificate());
  return keys;
}

Result<void> insertSearchKeys(Database& database, std::uint64_t index, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    auto stored =
        Query(database, "INSERT OR IGNORE INTO search_keys VALUES(?, ?)").bind(std::string_view(key)).bind(index).finish();
    if (!stored) return stored;
  }
  return {};
}

Result<std::uint64_t> indexMissing(Database& database, std::uint64_t size, std::uint64_t limit) {
  auto done = indexedSoFar(database);
  if (!done || *done >= size) return done.map([](std::uint64_t) { return std::uint64_t{0}; });
  std::vector<std::pair<std::uint64_t, std::vector<std::string>>> found;
  {
    Query rows(database, "SELECT leaf_index, body FROM entries WHERE leaf_index >= ? ORDER BY leaf_index LIMIT ?");
    rows.bind(*done).bind(limit);
    while (true) {
      auto row = rows.next();
      if (!row) return tl::make_unexpected(row.error());
      if (!*row) break;
      const auto body = parseHashedRekord(rows.bytes(1));
      found.emplace_back(static_cast<std::uint64_t>(rows.integer(0)),
                         body ? searchKeysOf(*body) : std::vector<std::string>{});
    }
  }
  for (const auto& [index, keys] : found) {
    auto stored = insertSearchKeys(database, index, keys);
    if (!stored) return tl::make_unexpected(stored.error());
  }
  auto counted = countIndexed(database, *done, *done + found.size());
  if (!counted) return tl::make_unexpected(counted.error());
  return found.size();
}

Result<void> countIndexed(Database& database, std::uint64_t before, std::uint64_t after) {
  return Query(database, "UPDATE counters SET value = ? WHERE name = 'indexed' AND value = ?")
      .bind(after)
      .bind(before)
      .finish();
}

Result<std::vector<std::string>> searchEntries(Database& database, std::vector<std::string> keys, Match match) {
  std::vector<std::string> hashes;
  if (keys.empty()) return hashes;
  if (match == Match::All && keys.size() > 1) {
    auto ordered = putRarestFirst(database, keys);
    if (!ordered) return tl::make_unexpected(ordered.error());
  }
  const std::string sql = "SELECT leaf_hash FROM entries WHERE leaf_index IN (" +
                          (match == Match::All ? withAllOf(keys.size()) : withAnyOf(keys.size())) + " LIMIT " +
                          std::to_string(kMaxFound + 1) + ") ORDER BY leaf_index DESC";
  Query query(database, sql);
  for (const std::string& key : keys) query.bind(std::string_view(key));
  while (true) {
    auto row = query.next();
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) return hashes;
    if (hashes.size() == kMaxFound) return tooMany("more than " + std::to_string(kMaxFound) + " entries match");
    hashes.push_back(query.bytes(0));
  }
}

}  // namespace certus::trust_service
