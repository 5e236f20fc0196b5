#include "services/trust/log/tree.h"

#include <fmt/format.h>

#include "services/trust/log/entry.h"

namespace certus::trust_service {
namespace {

tl::unexpected<Error> disagree(std::string why) {
  why += " Put the newest state directory back, as one whole, or move this one away to start a new log.";
  return fail(ErrorCode::DataCorrupt, std::move(why));
}

}  // namespace

NodeReader nodesIn(Database& database) {
  return [&database](unsigned level, std::uint64_t position) -> Result<Hash> {
    Query query(database, "SELECT hash FROM hashes WHERE level = ? AND position = ?");
    auto row = query.bind(std::int64_t{level}).bind(position).next();
    if (!row) return tl::make_unexpected(row.error());
    const auto hash = *row ? hashFrom(query.bytes(0)) : std::nullopt;
    if (!hash)
      return fail(ErrorCode::DataCorrupt,
                  fmt::format("the tree's hash at level {}, position {} is missing", level, position));
    return *hash;
  };
}

Result<Checkpoint> newestCheckpoint(Database& database, const LogIdentity& identity) {
  Query query(database, "SELECT tree_size, note FROM checkpoints ORDER BY tree_size DESC LIMIT 1");
  auto row = query.next();
  if (!row) return tl::make_unexpected(row.error());
  if (!*row) return disagree("The log's database holds no checkpoint.");
  auto checkpoint = identity.open(query.bytes(1));
  if (checkpoint && static_cast<std::int64_t>(checkpoint->size) != query.integer(0)) {
    return fail(ErrorCode::DataCorrupt, "the checkpoint is filed under another tree size than it signs");
  }
  return checkpoint;
}

Result<void> insertCheckpoint(Database& database, const Checkpoint& checkpoint) {
  return Query(database, "INSERT INTO checkpoints VALUES(?, ?)")
      .bind(checkpoint.size)
      .bind(std::string_view(checkpoint.note))
      .finish();
}

Result<std::vector<Hash>> provenPath(Database& database, const LogEntry& entry, const Checkpoint& head) {
  auto path = inclusionProof(nodesIn(database), entry.index, head.size);
  if (!path || verifiesInclusion(entry.index, head.size, leafHash(entry.body), *path, head.root)) return path;
  return fail(ErrorCode::DataCorrupt,
              "The stored entry does not lead to the root that the log signed: the database was altered. "
              "Ask /v1/transparency with include_proof=false to see the entry as it is stored.");
}

Result<void> checkTree(Database& database, const Checkpoint& head, const Checkpoint& kept) {
  if (kept.size > head.size) {
    return disagree(
        fmt::format("The log's database is older than its last signed checkpoint: it holds {} entries, {} were signed.",
                    head.size, kept.size));
  }
  auto newest = newestIndex(database);
  if (!newest) return tl::make_unexpected(newest.error());
  const std::uint64_t rows = *newest ? **newest + 1 : 0;
  if (rows != head.size)
    return disagree(fmt::format("The log's newest checkpoint counts {} entries, its rows end at {}.", head.size, rows));
  const auto node = nodesIn(database);
  auto root = rootAt(node, head.size);
  if (!root) return tl::make_unexpected(root.error());
  if (*root != head.root)
    return disagree("The log's stored hashes do not lead to the root that its newest checkpoint signs.");
  if (kept.size == head.size) {
    if (kept.root != head.root)
      return disagree("The log's newest checkpoint and the one kept beside the database sign different trees.");
    return {};
  }
  auto keptRoot = rootAt(node, kept.size);
  if (!keptRoot) return tl::make_unexpected(keptRoot.error());
  if (*keptRoot != kept.root)
    return disagree("The log is not an extension of the tree whose checkpoint is kept beside the database.");
  return {};
}

}  // namespace certus::trust_service
