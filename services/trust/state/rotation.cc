#include "services/trust/state/rotation.h"

#include <algorithm>

#include "services/trust/log/entry.h"
#include "services/trust/log/schema.h"
#include "services/trust/log/tree.h"
#include "services/trust/state/kept_checkpoint.h"

namespace certus::trust_service {
namespace {

struct Quiet {  // an installation over which no service runs
  FileLock lock;
  std::unique_ptr<Installation> installation;
};

Result<std::unique_ptr<Installation>> load(const std::string& stateDirectory) {
  auto directory = StateDirectory::open(stateDirectory);
  if (!directory) return tl::make_unexpected(directory.error());
  return Installation::openOrCreate(std::move(*directory), 0);
}

Result<Quiet> quiet(const std::string& stateDirectory) {
  if (stateDirectory.empty() || !fileExists(stateDirectory + "/trust.db")) {
    return fail(ErrorCode::NotFound,
                "There is no installation in \"" + stateDirectory + "\": name its directory with --state DIR.");
  }
  auto lock = FileLock::tryTake(stateDirectory + "/trust.running");
  if (!lock) return tl::make_unexpected(lock.error());
  if (!*lock) {
    return fail(ErrorCode::Unavailable, "A Trust service runs over " + stateDirectory +
                                            ": it would go on with the old key. Stop it, and every gateway that embeds it, "
                                            "then rotate; nothing was changed.");
  }
  auto installation = load(stateDirectory);
  if (!installation) return tl::make_unexpected(installation.error());
  return Quiet{std::move(**lock), std::move(*installation)};
}

// The newest head, once it is known to be sound.
Result<Checkpoint> soundHead(const Installation& installation, Database& database) {
  auto kept = KeptCheckpoint(installation.directory(), installation.log()).read();
  if (!kept) return kept;
  auto head = newestCheckpoint(database, installation.log());
  if (!head) return head;
  return checkTree(database, *head, *kept).map([&] { return std::move(*head); });
}

// The latest time of any entry: a clock may have been set back since.
Result<std::int64_t> retirementTime(Database& database, std::int64_t now) {
  Query query(database, "SELECT max(integrated_time) FROM entries");
  auto row = query.next();
  if (!row) return tl::make_unexpected(row.error());
  return std::max(now, query.integer(0));
}

// A key in a file that a killed rotation left behind is taken.
Result<void> provideKey(const std::string& path) {
  if (fileExists(path)) return loadKey(path).map([](const KeyPtr&) {});
  return createKey(path).and_then([&] { return syncFolderOf(path); });
}

Result<void> replaceHead(const Installation& installation, Database& database, const Checkpoint& head) {
  auto fresh = installation.log().sign(head.size, head.root);
  if (!fresh) return tl::make_unexpected(fresh.error());
  return Query(database, "UPDATE checkpoints SET note = ? WHERE tree_size = ?")
      .bind(std::string_view(fresh->note))
      .bind(head.size)
      .finish();
}

Result<KeptCheckpoint::Turn> takeTurn(const Installation& installation) {
  return KeptCheckpoint(installation.directory(), installation.log()).take();
}

Result<void> keepHead(const Installation& installation, Database& database, const KeptCheckpoint::Turn& turn) {
  auto head = newestCheckpoint(database, installation.log());
  if (!head) return tl::make_unexpected(head.error());
  const KeptCheckpoint kept(installation.directory(), installation.log());
  return kept.advance(*head, turn).and_then([&] { return kept.sync(); });
}

// Stores `ring` with the key of `before` added to the retired ones, and signs the head anew. Answers the log's size.
Result<std::uint64_t> retireLogKey(const Installation& before, KeyRing& ring, std::int64_t now) {
  auto turn = takeTurn(before);
  if (!turn) return tl::make_unexpected(turn.error());
  auto database = Database::open(before.directory().database(), Access::Write);
  if (!database) return tl::make_unexpected(database.error());
  // Holds off programs that know no trust.running: none of them may append between the two.
  auto transaction = Transaction::begin(*database, Access::Write);
  if (!transaction) return tl::make_unexpected(transaction.error());
  auto head = soundHead(before, *database);
  if (!head) return tl::make_unexpected(head.error());
  auto until = retirementTime(*database, now);
  if (!until) return tl::make_unexpected(until.error());
  ring.retiredLogKeys.push_back({publicKeyDer(before.log().key()), head->size, *until});
  auto stored = ring.store(before.directory());
  if (!stored) return tl::make_unexpected(stored.error());
  auto after = load(before.directory().path());
  if (!after) return tl::make_unexpected(after.error());
  auto renewed = replaceHead(**after, *database, *head)
                     .and_then([&] { return storeRotations(*database, ring.rotations()); })
                     .and_then([&] { return transaction->commit(); })
                     .and_then([&] { return keepHead(**after, *database, *turn); });
  if (!renewed) return tl::make_unexpected(renewed.error());
  database->foldOnClose();
  return head->size;
}

}  // namespace

Result<void> renewHead(const Installation& installation) {
  if (installation.log().retired().empty()) return {};
  auto database = Database::open(installation.directory().database(), Access::Write);
  if (!database) return tl::make_unexpected(database.error());
  auto head = newestCheckpoint(*database, installation.log());
  if (!head) return tl::make_unexpected(head.error());
  if (installation.log().signsNow(*head)) return {};  // as always but after a kill: without waiting for writers
  auto turn = takeTurn(installation);
  if (!turn) return tl::make_unexpected(turn.error());
  auto transaction = Transaction::begin(*database, Access::Write);
  if (!transaction) return tl::make_unexpected(transaction.error());
  head = soundHead(installation, *database);
  if (!head) return tl::make_unexpected(head.error());
  if (installation.log().signsNow(*head)) return {};
  return replaceHead(installation, *database, *head).and_then([&] { return transaction->commit(); }).and_then([&] {
    return keepHead(installation, *database, *turn);
  });
}

Result<Rotated> rotateLogKey(const std::string& stateDirectory, std::int64_t now) {
  auto found = quiet(stateDirectory);
  if (!found) return tl::make_unexpected(found.error());
  const Installation& before = *found->installation;
  KeyRing ring = before.ring();
  const std::string retiredFile = before.directory().file(ring.logKeyFile);
  ring.logKeyFile = "trust-log." + std::to_string(ring.retiredLogKeys.size() + 2) + ".key";
  auto provided = provideKey(before.directory().file(ring.logKeyFile));
  if (!provided) return tl::make_unexpected(provided.error());
  auto size = retireLogKey(before, ring, now);
  if (!size) return tl::make_unexpected(size.error());
  return Rotated{before.directory().file(ring.logKeyFile), retiredFile, *size, ring.retiredLogKeys.back().until};
}

Result<Rotated> rotateAuthority(const std::string& stateDirectory, std::int64_t now) {
  auto found = quiet(stateDirectory);
  if (!found) return tl::make_unexpected(found.error());
  const Installation& before = *found->installation;
  const StateDirectory& directory = before.directory();
  KeyRing ring = before.ring();
  const std::string retiredFile = directory.file(ring.caKeyFile),
                    number = std::to_string(ring.retiredAuthorities.size() + 2);
  auto turn = takeTurn(before);
  if (!turn) return tl::make_unexpected(turn.error());
  auto database = Database::open(directory.database(), Access::Write);
  if (!database) return tl::make_unexpected(database.error());
  auto transaction = Transaction::begin(*database, Access::Write);
  if (!transaction) return tl::make_unexpected(transaction.error());
  auto head = soundHead(before, *database);
  if (!head) return tl::make_unexpected(head.error());
  auto until = retirementTime(*database, now);
  if (!until) return tl::make_unexpected(until.error());
  ring.retiredAuthorities.push_back({ring.caCertificateFile, std::min(*until, before.authority().root().notAfter())});
  ring.caKeyFile = "trust-ca." + number + ".key";
  ring.caCertificateFile = "trust-ca." + number + ".pem";
  auto made = provideKey(directory.file(ring.caKeyFile));
  if (!made) return tl::make_unexpected(made.error());
  auto key = loadKey(directory.file(ring.caKeyFile));
  if (!key) return tl::make_unexpected(key.error());
  auto root = CertificateAuthority::selfSign(**key, now);
  if (!root) return tl::make_unexpected(root.error());
  auto stored = replaceFile(directory.file(ring.caCertificateFile), root->pem())
                    .and_then([&] { return syncFolderOf(directory.path() + "/"); })
                    .and_then([&] { return ring.store(directory); })
                    .and_then([&] { return storeRotations(*database, ring.rotations()); })
                    .and_then([&] { return transaction->commit(); });
  if (!stored) return tl::make_unexpected(stored.error());
  database->foldOnClose();
  return Rotated{directory.file(ring.caKeyFile), retiredFile, head->size, ring.retiredAuthorities.back().until};
}

}  // namespace certus::trust_service
