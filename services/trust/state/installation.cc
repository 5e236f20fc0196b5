#include "services/trust/state/installation.h"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "base/encoding.h"
#include "services/trust/log/schema.h"
#include "services/trust/sign/private_keys.h"

namespace certus::trust_service {
namespace {

tl::unexpected<Error> lost(const std::string& file) {
  return fail(ErrorCode::DataCorrupt, "The Trust service's state directory is damaged: " + file +
                                          " is missing beside files that need it. Restore the whole "
                                          "directory from a backup, or move it away to start a new log with new keys.");
}

}  // namespace

Result<void> createKey(const std::string& path) {
  auto key = generateKeyFor(HashAlgorithm::Sha256);
  if (!key) return tl::make_unexpected(key.error());
  return privateKeyPem(**key).and_then([&](const std::string& pem) { return replaceFile(path, pem); });
}

Result<KeyPtr> loadKey(const std::string& path) {
  auto pem = readSmallFile(path, Secrecy::Secret);
  if (!pem) return tl::make_unexpected(pem.error());
  auto key = privateKeyFromPem(*pem);
  if (!key)
    return fail(ErrorCode::DataCorrupt,
                "A key in the Trust service's state directory cannot be read: " + path + ": " + key.error().message);
  return key;
}

namespace {

Result<void> createAuthority(const StateDirectory& directory, std::int64_t now) {
  if (!fileExists(directory.caKey())) {
    auto made = createKey(directory.caKey());
    if (made) made = syncFolderOf(directory.caKey());  // a certificate without its key would be kept for good
    if (!made) return made;
  }
  auto key = loadKey(directory.caKey());
  if (!key) return tl::make_unexpected(key.error());
  auto root = CertificateAuthority::selfSign(**key, now);
  if (!root) return tl::make_unexpected(root.error());
  return replaceFile(directory.caCertificate(), root->pem());
}

std::int64_t newTreeId() {
  std::int64_t id = 0;
  for (const char c : randomBytes(8)) id = (id << 8 | static_cast<unsigned char>(c)) & INT64_MAX;
  return id ? id : 1;
}

// The database comes last and whole, so that its presence says that everything else is there: on the disk too, which may
// forget names that were not synced.
Result<void> createLog(const StateDirectory& directory) {
  auto key = loadKey(directory.logKey());
  if (!key) return tl::make_unexpected(key.error());
  const LogNames names{kLogHost, newTreeId()};
  auto empty = LogIdentity(std::move(*key), names.host, names.treeId).sign(0, emptyRoot());
  if (!empty) return tl::make_unexpected(empty.error());
  const std::string fresh = directory.database() + ".new";
  for (const char* journal : {"-wal", "-shm", "-journal"})
    std::remove((fresh + journal).c_str());  // of a start that was killed
  return createEmptyFile(fresh)
      .and_then([&] { return createLogDatabase(fresh, names, *empty); })
      .and_then([&] { return syncFile(fresh); })
      .and_then([&] { return replaceFile(directory.checkpoint(), empty->note); })
      .and_then([&] { return syncFolderOf(fresh); })
      .and_then([&] { return moveFile(fresh, directory.database()); })
      .and_then([&] { return syncFolderOf(directory.database()); });
}

// A kept checkpoint of a tree that had entries, without its database: the log is lost, and must not silently start anew.
Result<void> refuseLostLog(const StateDirectory& directory) {
  if (!fileExists(directory.checkpoint())) return {};
  auto note = readSmallFile(directory.checkpoint(), Secrecy::Public);
  if (!note) return tl::make_unexpected(note.error());
  const auto secondLine = note->find('\n');
  if (secondLine != std::string::npos && note->compare(secondLine, 3, "\n0\n") == 0) return {};
  return lost(directory.database());
}

// SQLite reads a last page that is cut off as zeros. A power cut may leave one too, but then the journal holds it whole.
Result<void> refuseCutPage(const StateDirectory& directory, Database& database) {
  Query query(database, "PRAGMA page_size");
  auto row = query.next();
  if (!row) return tl::make_unexpected(row.error());
  std::error_code failed;
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(directory.database(), failed));
  if (failed || size % query.integer(0) == 0) return {};
  const auto journal = std::filesystem::file_size(directory.database() + "-wal", failed);
  if (!failed && journal > 0) return {};
  return fail(
      ErrorCode::DataCorrupt,
      "The transparency log's database is damaged: it is cut off within a page. Restore the whole state directory from "
      "a backup.");
}

Result<void> create(const StateDirectory& directory, std::int64_t now) {
  auto lock = FileLock::take(directory.lockFile());
  if (!lock) return tl::make_unexpected(lock.error());
  if (fileExists(directory.database())) return {};  // another process was first
  auto whole = refuseLostLog(directory);
  if (whole && !fileExists(directory.caCertificate())) whole = createAuthority(directory, now);
  if (whole && !fileExists(directory.logKey())) whole = createKey(directory.logKey());
  if (whole && !fileExists(directory.credential()))
    whole = replaceFile(directory.credential(), toBase64Url(randomBytes(32)) + "\n");
  if (!whole) return whole;
  return createLog(directory);
}

// Signing with a retired key would be believed by nobody, and the retired one's end would be forgotten.
tl::unexpected<Error> keysAreOlder(const StateDirectory& directory, std::uint64_t rotations, std::uint64_t listed) {
  return fail(
      ErrorCode::DataCorrupt,
      fmt::format("The installation's keys were rotated {} times, {} knows of {}: it is missing or an older one. Put "
                  "the newest copy of it back, with the keys that it names.",
                  rotations, directory.keyRing(), listed));
}

Result<Certificate> loadRoot(const std::string& path) {
  if (!fileExists(path)) return lost(path);
  auto pem = readSmallFile(path, Secrecy::Public);
  if (!pem) return tl::make_unexpected(pem.error());
  auto root = Certificate::fromPem(*pem);
  if (!root) return fail(ErrorCode::DataCorrupt, "The CA certificate cannot be read: " + path + ": " + root.error().message);
  return root;
}

Result<CertificateAuthority> loadAuthority(const StateDirectory& directory, const KeyRing& ring) {
  auto key = loadKey(directory.file(ring.caKeyFile));
  if (!key) return tl::make_unexpected(key.error());
  auto root = loadRoot(directory.file(ring.caCertificateFile));
  if (!root) return tl::make_unexpected(root.error());
  std::vector<IssuingRoot> retired;
  for (const auto& each : ring.retiredAuthorities) {
    auto old = loadRoot(directory.file(each.certificateFile));
    if (!old) return tl::make_unexpected(old.error());
    retired.push_back({std::move(*old), each.until});
  }
  return CertificateAuthority::load(std::move(*key), std::move(*root), std::move(retired));
}

Result<std::vector<RetiredLogKey>> retiredKeysOf(const KeyRing& ring) {
  std::vector<RetiredLogKey> keys;
  for (const auto& each : ring.retiredLogKeys) {
    auto key = publicKeyFromDer(each.publicKey);
    if (!key) return fail(ErrorCode::DataCorrupt, "A retired log key cannot be read: " + key.error().message);
    keys.push_back({std::move(*key), each.untilSize, each.until});
  }
  return keys;
}

}  // namespace

Installation::Installation(StateDirectory directory, KeyRing ring, CertificateAuthority authority, std::string credential,
                           KeyPtr logKey, std::vector<RetiredLogKey> retiredKeys, LogNames names)
    : directory_(std::move(directory)),
      ring_(std::move(ring)),
      authority_(std::move(authority)),
      credential_(std::move(credential)),
      log_(std::move(logKey), std::move(names.host), names.treeId, std::move(retiredKeys)) {}

Result<std::unique_ptr<Installation>> Installation::openOrCreate(StateDirectory directory, std::int64_t now) {
  if (!fileExists(directory.database())) {
    auto made = create(directory, now);
    if (!made) return tl::make_unexpected(made.error());
  }
  auto ring = KeyRing::load(directory);
  if (!ring) return tl::make_unexpected(ring.error());
  for (const auto& needed : {directory.file(ring->caKeyFile), directory.file(ring->caCertificateFile),
                             directory.file(ring->logKeyFile), directory.credential(), directory.checkpoint()}) {
    if (!fileExists(needed)) return lost(needed);
  }
  auto authority = loadAuthority(directory, *ring);
  if (!authority) return tl::make_unexpected(authority.error());
  auto retiredKeys = retiredKeysOf(*ring);
  if (!retiredKeys) return tl::make_unexpected(retiredKeys.error());
  auto credential = loadServiceCredential(directory.path());
  if (!credential) return tl::make_unexpected(credential.error());
  auto logKey = loadKey(directory.file(ring->logKeyFile));
  if (!logKey) return tl::make_unexpected(logKey.error());
  auto database = Database::open(directory.database(), Access::Read);
  if (!database) return tl::make_unexpected(database.error());
  auto whole = refuseCutPage(directory, *database);
  if (!whole) return tl::make_unexpected(whole.error());
  auto old = needsUpgrade(*database);
  if (!old) return tl::make_unexpected(old.error());
  if (*old) {
    auto upgraded = upgradeLogDatabase(directory);
    if (!upgraded) return tl::make_unexpected(upgraded.error());
  }
  auto names = readLogNames(*database);
  if (!names) return tl::make_unexpected(names.error());
  auto rotations = rotationsIn(*database);
  if (!rotations) return tl::make_unexpected(rotations.error());
  if (*rotations > ring->rotations()) return keysAreOlder(directory, *rotations, ring->rotations());
  return std::make_unique<Installation>(std::move(directory), std::move(*ring), std::move(*authority),
                                        std::move(*credential), std::move(*logKey), std::move(*retiredKeys),
                                        std::move(*names));
}

std::string serviceCredentialFile(const std::string& stateDirectory) { return stateDirectory + "/service-credential"; }

Result<std::string> loadServiceCredential(const std::string& stateDirectory) {
  auto text = readSmallFile(serviceCredentialFile(stateDirectory), Secrecy::Secret);
  if (!text) return text;
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  if (const auto bytes = fromBase64Url(*text); !bytes || bytes->size() < 32) {
    return fail(ErrorCode::DataCorrupt, "The service credential is damaged: " + serviceCredentialFile(stateDirectory) +
                                            " must hold 32 bytes as base64url.");
  }
  return text;
}

}  // namespace certus::trust_service
