#include "services/trust/state/installation.h"

#include <cstdio>

#include "base/encoding.h"
#include "services/trust/log/schema.h"

namespace certus::trust_service {
namespace {

tl::unexpected<Error> lost(const std::string& file) {
  return fail(ErrorCode::DataCorrupt, "The Trust service's state directory is damaged: " + file +
                                          " is missing beside files that need it. Restore the whole "
                                          "directory from a backup, or move it away to start a new log with new keys.");
}

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

Result<void> createAuthority(const StateDirectory& directory, std::int64_t now) {
  if (!fileExists(directory.caKey())) {
    auto made = createKey(directory.caKey());
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

// The database comes last and whole, so that its presence says that everything else is there.
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
      .and_then([&]() -> Result<void> {
        if (std::rename(fresh.c_str(), directory.database().c_str()) == 0) return {};
        return fail(ErrorCode::Internal, "The Trust service's state directory failed.", "renaming " + fresh);
      })
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

Result<CertificateAuthority> loadAuthority(const StateDirectory& directory) {
  auto key = loadKey(directory.caKey());
  if (!key) return tl::make_unexpected(key.error());
  auto pem = readSmallFile(directory.caCertificate(), Secrecy::Public);
  if (!pem) return tl::make_unexpected(pem.error());
  auto root = Certificate::fromPem(*pem);
  if (!root)
    return fail(ErrorCode::DataCorrupt,
                "The CA certificate cannot be read: " + directory.caCertificate() + ": " + root.error().message);
  return CertificateAuthority::load(std::move(*key), std::move(*root));
}

}  // namespace

Installation::Installation(StateDirectory directory, CertificateAuthority authority, std::string credential, KeyPtr logKey,
                           std::string host, std::int64_t treeId)
    : directory_(std::move(directory)),
      authority_(std::move(authority)),
      credential_(std::move(credential)),
      log_(std::move(logKey), std::move(host), treeId) {}

Result<std::unique_ptr<Installation>> Installation::openOrCreate(StateDirectory directory, std::int64_t now) {
  if (!fileExists(directory.database())) {
    auto made = create(directory, now);
    if (!made) return tl::make_unexpected(made.error());
  }
  for (const auto& needed :
       {directory.caKey(), directory.caCertificate(), directory.logKey(), directory.credential(), directory.checkpoint()}) {
    if (!fileExists(needed)) return lost(needed);
  }
  auto authority = loadAuthority(directory);
  if (!authority) return tl::make_unexpected(authority.error());
  auto credential = loadServiceCredential(directory.path());
  if (!credential) return tl::make_unexpected(credential.error());
  auto logKey = loadKey(directory.logKey());
  if (!logKey) return tl::make_unexpected(logKey.error());
  auto database = Database::open(directory.database(), Access::Read);
  if (!database) return tl::make_unexpected(database.error());
  auto names = readLogNames(*database);
  if (!names) return tl::make_unexpected(names.error());
  return std::make_unique<Installation>(std::move(directory), std::move(*authority), std::move(*credential),
                                        std::move(*logKey), names->host, names->treeId);
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
