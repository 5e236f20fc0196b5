#include "fill.h"

#include "base/encoding.h"
#include "services/trust/crypto/pem.h"
#include "services/trust/log/growing_tree.h"
#include "services/trust/log/hashed_rekord.h"
#include "services/trust/log/search_index.h"
#include "services/trust/log/tree.h"
#include "services/trust/log/verification_trail.h"
#include "services/trust/sign/private_keys.h"
#include "services/trust/state/kept_checkpoint.h"

namespace certus::trust_service {
namespace {

constexpr std::uint64_t kBatch = 20'000;

struct Shared {
  std::string certificate, promise;
};

Result<Shared> makeShared(const Installation& installation) {
  auto key = generateKeyFor(HashAlgorithm::Sha256);
  if (!key) return tl::make_unexpected(key.error());
  auto certificate = installation.authority().issue("ci@example.com", **key, kFillStart);
  if (!certificate) return tl::make_unexpected(certificate.error());
  auto promise = signMessage(installation.log().key(), "shared by all that is filled in");
  if (!promise) return tl::make_unexpected(promise.error());
  return Shared{encodePem("CERTIFICATE", *certificate), std::move(*promise)};
}

Result<void> appendOne(Database& database, GrowingTree& tree, const Shared& shared, std::uint64_t index) {
  LogEntry entry;
  static_cast<NewEntry&>(entry) = fillEntry(index, shared.certificate);
  const Hash leaf = leafHash(entry.body);
  entry.index = index;
  entry.leafHash = bytesOf(leaf);
  entry.integratedTime = fillTime(index);
  entry.entryTimestamp = entry.recordSignature = shared.promise;
  return insertEntry(database, entry).and_then([&] { return tree.append(index, leaf); }).and_then([&] {
    return insertSearchKeys(database, index, entry.searchKeys);
  });
}

Result<Checkpoint> appendBatch(Database& database, const LogIdentity& identity, const Shared& shared, std::uint64_t from,
                               std::uint64_t to) {
  auto transaction = Transaction::begin(database, Access::Write);
  if (!transaction) return tl::make_unexpected(transaction.error());
  GrowingTree tree(database);
  for (std::uint64_t index = from; index < to; ++index) {
    auto appended = appendOne(database, tree, shared, index);
    if (!appended) return tl::make_unexpected(appended.error());
  }
  auto root = rootAt(tree.nodes(), to);
  if (!root) return tl::make_unexpected(root.error());
  auto head = identity.sign(to, *root);
  if (!head) return head;
  auto stored = insertCheckpoint(database, *head)
                    .and_then([&] { return countIndexed(database, from, to); })
                    .and_then([&] { return countSignatures(database, static_cast<std::int64_t>(to - from)); })
                    .and_then([&] { return transaction->commit(); });
  if (!stored) return tl::make_unexpected(stored.error());
  return head;
}

}  // namespace

std::string popularArtifact() { return "sha256:" + toHex(sha256("popular")); }

std::int64_t fillTime(std::uint64_t index) { return kFillStart + static_cast<std::int64_t>(index) * kFillStep; }

NewEntry fillEntry(std::uint64_t index, const std::string& certificatePem) {
  const std::string number = std::to_string(index), hash = sha256("artifact " + number);
  const HashedRekord record{
      {HashAlgorithm::Sha256, index % 50 == 0 ? sha256("popular") : hash}, hash + sha256(hash), certificatePem};
  NewEntry entry;
  entry.body = record.canonical();
  entry.artifact = record.artifact.text();
  entry.signature = record.signature;
  entry.signer = "signer-" + std::to_string(index % 10);
  entry.artifactType = "type-" + std::to_string(index % 4);
  entry.subject = "subject-" + std::to_string(index % 500);
  entry.scanId = "scan-" + std::to_string(index / 100);
  entry.searchKeys = {entry.artifact, keyHashOf(certificatePem), entry.signer};
  return entry;
}

Result<void> fillLog(const Installation& installation, std::uint64_t size,
                     const std::function<void(std::uint64_t)>& progress) {
  auto database = Database::open(installation.directory().database(), Access::Write);
  if (!database) return tl::make_unexpected(database.error());
  // Only the last commit has to reach the disk, and the indexes are written all over.
  auto set = database->run("PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000; PRAGMA wal_autocheckpoint=100000");
  auto shared = makeShared(installation);
  auto newest = newestIndex(*database);
  if (!set || !shared || !newest) return fail(ErrorCode::Internal, "the log cannot be filled");
  std::uint64_t at = *newest ? **newest + 1 : 0;
  while (at < size) {
    const std::uint64_t next = std::min(size, at + kBatch);
    auto head = appendBatch(*database, installation.log(), *shared, at, next);
    if (!head) return tl::make_unexpected(head.error());
    at = next;
    if (progress) progress(at);
    if (at < size) continue;
    auto kept = KeptCheckpoint(installation.directory(), installation.log()).advance(*head);
    if (!kept) return kept;
  }
  database->foldOnClose();
  return database->run("PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace certus::trust_service
