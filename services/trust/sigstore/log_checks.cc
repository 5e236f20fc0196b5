#include "services/trust/sigstore/log_checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/encoding.h"
#include "services/trust/crypto/keys.h"
#include "services/trust/formats/merkle.h"
#include "services/trust/sigstore/signed_note.h"

namespace certus::sigstore {
namespace {

Outcome<EVP_PKEY*> keyOf(const TransparencyLog& log) {
  if (log.publicKey) return log.publicKey.get();
  return refuse(FailureClass::UnsupportedKey, "the log " + log.host + " has a key of the kind " + log.keyDetails +
                                                  "; entries of Rekor v1 are signed with PKIX_ECDSA_P256_SHA_256");
}

bool isOriginOf(std::string_view origin, std::string_view host) {
  constexpr std::string_view between = " - ";
  if (!origin.starts_with(host) || !origin.substr(host.size()).starts_with(between)) return false;
  const auto treeId = origin.substr(host.size() + between.size());
  return !treeId.empty() && treeId.size() <= 19 && treeId.find_first_not_of("0123456789") == std::string_view::npos;
}

// Rekor's promise: RFC 8785 JSON, so written down here as it must read.
std::string promiseOver(const TransparencyEntry& entry) {
  return fmt::format(R"({{"body":"{}","integratedTime":{},"logID":"{}","logIndex":{}}})", toBase64(entry.body),
                     entry.integratedTime, toHex(entry.logId), entry.index);
}

}  // namespace

Outcome<const TransparencyLog*> selectLog(const TrustedRoot& root, const TransparencyEntry& entry) {
  bool known = false;
  for (const TransparencyLog& log : root.logs) {
    if (log.keyId != entry.logId) continue;
    known = true;
    if (entry.integratedTime == 0 ? log.validity.start.has_value() : log.validity.covers(entry.integratedTime)) return &log;
  }
  const std::string id = toHex(entry.logId).substr(0, 16);
  if (!known) return refuse(FailureClass::UnknownLog, "the trusted root names no log with the id " + id + "...");
  return refuse(FailureClass::LogKeyNotValidAtTime,
                "the trusted root's key of the log " + id + "... was not in force at the entry's time");
}

Outcome<void> checkEntryTimestamp(const TransparencyEntry& entry, const TransparencyLog& log) {
  if (entry.entryTimestamp.empty() || entry.integratedTime == 0)
    return refuse(FailureClass::SetMissing, "the log entry has no signed time (integratedTime with an inclusionPromise)");
  const auto key = keyOf(log);
  if (!key) return tl::make_unexpected(key.error());
  if (!trust_service::verifiesMessage(**key, promiseOver(entry), entry.entryTimestamp))
    return refuse(FailureClass::SetInvalid, "the log did not sign this entry, index and time together");
  return {};
}

Outcome<void> checkCheckpoint(const InclusionProof& proof, const TransparencyLog& log) {
  if (proof.checkpoint.empty()) return refuse(FailureClass::CheckpointMalformed, "the inclusion proof has no checkpoint");
  const auto note = parseSignedNote(proof.checkpoint);
  if (!note) return tl::make_unexpected(note.error());
  if (note->signatures.size() != 1)
    return refuse(FailureClass::CheckpointMalformed, "the checkpoint must have exactly one signature, the log's");
  const NoteSignature& signature = note->signatures[0];
  if (!isOriginOf(note->origin, log.host) || signature.name != log.host)
    return refuse(FailureClass::CheckpointOrigin, "the checkpoint is not of the log " + log.host);
  const auto key = keyOf(log);
  if (!key) return tl::make_unexpected(key.error());
  if (signature.keyHint != sha256(log.key).substr(0, 4))
    return refuse(FailureClass::CheckpointSignature, "the checkpoint names another key than this log's");
  if (!trust_service::verifiesMessage(**key, note->text, signature.signature))
    return refuse(FailureClass::CheckpointSignature, "the checkpoint's signature is not by this log's key");
  if (note->root != proof.rootHash || note->size != proof.treeSize)
    return refuse(FailureClass::CheckpointRootMismatch,
                  "the checkpoint signs another tree than the inclusion proof leads to");
  return {};
}

Outcome<void> checkInclusion(const InclusionProof& proof, std::string_view body) {
  std::vector<trust_service::Hash> path;
  for (const std::string& bytes : proof.hashes) {
    const auto hash = trust_service::hashFrom(bytes);
    if (!hash) return refuse(FailureClass::InclusionProof, "a hash of the inclusion proof is not 32 bytes");
    path.push_back(*hash);
  }
  const auto root = trust_service::hashFrom(proof.rootHash);
  const auto leaf = trust_service::leafHash(body);
  if (!root || !trust_service::verifiesInclusion(proof.index, proof.treeSize, leaf, path, *root))
    return refuse(FailureClass::InclusionProof,
                  fmt::format("the entry does not lead to the signed root as leaf {} of {}", proof.index, proof.treeSize));
  return {};
}

}  // namespace certus::sigstore
