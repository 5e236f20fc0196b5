#include "services/trust/sign/evidence.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "services/trust/log/hashed_rekord.h"
#include "services/trust/sign/private_keys.h"
#include "services/trust/sigstore/bundle_writer.h"

namespace certus::trust_service {
namespace {

std::string nameOf(const Certificate& certificate, int part) {
  std::array<char, 256> text{};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(&certificate.x509()), part, text.data(), text.size());
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

Result<std::string> promiseOf(const LogIdentity& log, const LogEntry& entry) {
  if (!log.isOfRetiredKey(entry.index)) return entry.entryTimestamp;
  // The key of now repeats what the key of then promised, and nothing that only the database says.
  const auto promised = entryTimestampPayload(entry.body, entry.integratedTime, log.keyIdOf(entry.index), entry.index);
  if (!verifiesMessage(log.keyOf(entry.index), promised, entry.entryTimestamp)) {
    return fail(ErrorCode::DataCorrupt,
                "The stored time of this entry is not the one that the log signed: the database was "
                "altered. Ask /v1/transparency to see the entry as it is stored.");
  }
  return signMessage(log.key(), entryTimestampPayload(entry.body, entry.integratedTime, log.keyId(), entry.index));
}

nlohmann::ordered_json bundleOf(const LogIdentity& log, const Signed& made) {
  const LogEntry& entry = made.logged.entry;
  const Checkpoint& head = *made.logged.head;
  sigstore::SignedArtifact out{made.artifact, entry.signature, made.certificate, {}};
  out.entry.index = entry.index;
  out.entry.logId = log.keyId();
  out.entry.kind = "hashedrekord";
  out.entry.version = "0.0.1";
  out.entry.integratedTime = entry.integratedTime;
  out.entry.entryTimestamp = entry.entryTimestamp;
  out.entry.proof = sigstore::InclusionProof{entry.index, head.size, bytesOf(head.root), {}, head.note};
  for (const Hash& hash : made.logged.path) out.entry.proof->hashes.push_back(bytesOf(hash));
  out.entry.body = entry.body;
  return sigstore::writeBundle(out);
}

nlohmann::ordered_json trustedRootOf(const Installation& installation) {
  const LogIdentity& log = installation.log();
  const auto& roots = installation.authority().roots();
  // The log is as old as the first CA's certificate, which is made first and dated back. Every key vouches from there on:
  // the one of now for the whole log, of which it signs the head.
  // A clock that was wrong at the first start must not make a period that no reader takes.
  std::int64_t since = roots.front().certificate.notBefore();
  for (const IssuingRoot& root : roots) since = std::min(since, root.certificate.notBefore());
  since = std::max<std::int64_t>(since, 0);
  std::vector<sigstore::OwnLog> logs;
  for (const RetiredLogKey& retired : log.retired())
    logs.push_back({log.host(), publicKeyDer(*retired.key), since, retired.until});
  logs.push_back({log.host(), publicKeyDer(log.key()), since, std::nullopt});
  std::vector<sigstore::OwnAuthority> authorities;
  for (const IssuingRoot& root : roots) {
    const Certificate& certificate = root.certificate;
    authorities.push_back({nameOf(certificate, NID_organizationName),
                           nameOf(certificate, NID_commonName),
                           kIssuer,
                           {certificate.der()},
                           std::max<std::int64_t>(certificate.notBefore(), 0),
                           std::max({root.until, certificate.notBefore(), std::int64_t{0}})});
  }
  return sigstore::writeTrustedRoot(logs, authorities);
}

}  // namespace certus::trust_service
