#include "services/trust/verify/entry_checks.h"

#include <fmt/format.h>

#include "services/trust/crypto/pem.h"
#include "services/trust/log/proofs.h"

namespace certus::trust_service {

Result<GivenKey> parseGivenKey(std::string_view pem) {
  auto block = decodePem(pem);
  if (!block) return tl::make_unexpected(block.error());
  if (block->label == "PUBLIC KEY") {
    auto key = publicKeyFromDer(block->der);
    if (!key) return tl::make_unexpected(key.error());
    return GivenKey{std::nullopt, block->der};
  }
  auto certificate = Certificate::fromPem(pem);
  if (!certificate) return tl::make_unexpected(certificate.error());
  auto key = certificate->publicKey();
  if (!key) return tl::make_unexpected(key.error());
  std::string der = publicKeyDer(**key);
  return GivenKey{std::move(*certificate), std::move(der)};
}

void checkTreeHead(Snapshot& snapshot, CheckList& checks) {
  if (!snapshot.head()) {
    checks.fail(kCheckCheckpoint, snapshot.head().error().message);
  } else {
    checks.pass(kCheckCheckpoint, fmt::format("the log key signed the tree of {} entries", snapshot.head()->size));
  }
  const auto& consistent = snapshot.consistency();
  if (!consistent) return checks.fail(kCheckLogConsistency, consistent.error().message);
  checks.pass(kCheckLogConsistency, "the tree extends the last checkpoint that was given out");
}

EntryChecks::EntryChecks(Snapshot& snapshot, const LogEntry& entry, const LogIdentity& identity,
                         const CertificateAuthority& authority)
    : snapshot_(snapshot), entry_(entry), identity_(identity), authority_(authority) {
  verdict_.entry = entry;
}

Verdict EntryChecks::run(const ArtifactDigest& artifact, std::string_view signature,
                         const std::optional<std::string>& certificate,
                         const std::optional<std::string>& expectedIdentity) && {
  verdict_.checks.pass(kCheckLogEntry, fmt::format("entry {} of the log holds this signature", entry_.index));
  checkBody(artifact, signature);
  checkGivenCertificate(certificate);
  checkSignature(artifact, signature);
  checkRecord();
  checkIntegratedTime();
  checkInclusion();
  checkTreeHead(snapshot_, verdict_.checks);
  checkChain();
  checkCertificateTime();
  checkIdentity(expectedIdentity);
  verdict_.valid = verdict_.checks.allProven();
  return std::move(verdict_);
}

void EntryChecks::checkBody(const ArtifactDigest& artifact, std::string_view signature) {
  auto parsed = parseHashedRekord(entry_.body);
  if (!parsed) return verdict_.checks.fail(kCheckEntryBody, parsed.error().message);
  body_ = std::move(*parsed);
  auto logged = VerificationKey::fromPem(body_->keyPem);
  if (!logged)
    return verdict_.checks.fail(kCheckEntryBody,
                                "the key in the log entry's body cannot be used: " + logged.error().message);
  logged_ = std::move(*logged);
  if (logged_->certificate()) certificate_ = &*logged_->certificate();
  if (body_->artifact != artifact) {
    return verdict_.checks.fail(kCheckEntryBody, "the log entry names another artifact: " + body_->artifact.text());
  }
  if (body_->signature != signature)
    return verdict_.checks.fail(kCheckEntryBody, "the log entry's body holds another signature");
  verdict_.checks.pass(kCheckEntryBody, certificate_ ? "the body names this digest, this signature and its certificate"
                                                     : "the body names this digest, this signature and its key");
}

void EntryChecks::checkGivenCertificate(const std::optional<std::string>& pem) {
  if (!pem) return verdict_.checks.skip(kCheckCertificate, "none was given; the one in the log entry is used");
  auto given = parseGivenKey(*pem);
  if (!given) return verdict_.checks.fail(kCheckCertificate, "what was given cannot be used: " + given.error().message);
  given_ = std::move(*given);
  if (!logged_) return verdict_.checks.fail(kCheckCertificate, "the log entry has no certificate to compare it with");
  const bool same = given_->certificate ? certificate_ && given_->certificate->der() == certificate_->der()
                                        : logged_->publicKey() == given_->publicKeyDer;
  if (!same) return verdict_.checks.fail(kCheckCertificate, "it is not the one that the log entry names");
  verdict_.checks.pass(kCheckCertificate, "it is the one that the log entry names");
}

void EntryChecks::checkSignature(const ArtifactDigest& artifact, std::string_view signature) {
  bool good = false;
  if (given_) {
    auto key = publicKeyFromDer(given_->publicKeyDer);
    if (!key) return verdict_.checks.fail(kCheckSignature, "there is no key to verify it with");
    good = verifiesDigest(**key, artifact.algorithm, artifact.bytes, signature);
  } else if (logged_) {
    good = logged_->check(artifact.algorithm, artifact.bytes, signature).has_value();
  } else {
    return verdict_.checks.fail(kCheckSignature, "there is no key to verify it with");
  }
  if (!good) {
    return verdict_.checks.fail(kCheckSignature, "it does not verify over this digest with the certificate's key");
  }
  verdict_.checks.pass(kCheckSignature, "it verifies over this digest with the certificate's key");
}

void EntryChecks::checkRecord() {
  if (entry_.leafHash != bytesOf(leafHash(entry_.body))) {
    return verdict_.checks.fail(kCheckEntryRecord, "the stored entry id is not that of the stored body");
  }
  if (!body_ || entry_.artifact != body_->artifact.text() || entry_.signature != body_->signature) {
    return verdict_.checks.fail(kCheckEntryRecord, "the stored digest or signature differs from the entry's body");
  }
  if (entry_.origin == Origin::Submitted) {
    return verdict_.checks.fail(kCheckEntryRecord, "somebody submitted this entry to the log; this service did not sign it");
  }
  if (!verifiesMessage(identity_.keyOf(entry_.index), entry_.recordPayload(), entry_.recordSignature)) {
    return verdict_.checks.fail(kCheckEntryRecord,
                                "the stored signer, type, subject, scan or details are not what the log signed");
  }
  verdict_.checks.pass(kCheckEntryRecord, "signer, type, subject, scan and details are as the log signed them");
}

void EntryChecks::checkIntegratedTime() {
  const auto payload =
      entryTimestampPayload(entry_.body, entry_.integratedTime, identity_.keyIdOf(entry_.index), entry_.index);
  if (!verifiesMessage(identity_.keyOf(entry_.index), payload, entry_.entryTimestamp)) {
    return verdict_.checks.fail(kCheckIntegratedTime, "the log did not sign this time for this entry");
  }
  verdict_.checks.pass(kCheckIntegratedTime, "the log signed the time of this entry");
}

void EntryChecks::checkInclusion() {
  if (!snapshot_.head()) return verdict_.checks.fail(kCheckInclusionProof, "there is no checkpoint to prove it against");
  const Checkpoint& head = *snapshot_.head();
  const auto node = nodesIn(snapshot_.database());
  auto proof = inclusionProof(node, entry_.index, head.size);
  if (!proof) return verdict_.checks.fail(kCheckInclusionProof, "no proof can be made: " + proof.error().message);
  const Hash leaf = leafHash(entry_.body);
  if (!verifiesInclusion(entry_.index, head.size, leaf, *proof, head.root)) {
    return verdict_.checks.fail(kCheckInclusionProof,
                                "the entry's body does not lead to the root that the checkpoint signs");
  }
  auto stored = node(0, entry_.index);
  if (!stored || *stored != leaf)
    return verdict_.checks.fail(kCheckInclusionProof, "the tree's stored leaf is not the hash of the entry's body");
  verdict_.checks.pass(kCheckInclusionProof, fmt::format("leaf {} of {} leads to the signed root by {} hashes", entry_.index,
                                                         head.size, proof->size()));
}

void EntryChecks::checkChain() {
  if (!certificate_) return verdict_.checks.fail(kCheckCertificateChain, "the log entry holds no certificate");
  auto issued = authority_.issuerOf(*certificate_);
  auto identity = certificate_->identity();
  if (!issued || !identity) {
    return verdict_.checks.fail(kCheckCertificateChain, issued ? identity.error().message : issued.error().message);
  }
  if (*identity != entry_.signer) {
    return verdict_.checks.fail(kCheckCertificateChain,
                                "the certificate is for another identity than the log's record names");
  }
  chainProven_ = true;
  issuer_ = *issued;
  certificateIdentity_ = *identity;
  verdict_.signer = *identity;
  verdict_.certificateChain = {certificate_->pem(), issuer_->certificate.pem()};
  verdict_.checks.pass(kCheckCertificateChain, "this installation's CA issued it for code signing");
}

void EntryChecks::checkCertificateTime() {
  if (!certificate_) return verdict_.checks.fail(kCheckCertificateTime, "the log entry holds no certificate");
  if (verdict_.checks.failed(kCheckIntegratedTime))
    return verdict_.checks.skip(kCheckCertificateTime, "the time of the entry is not proven");
  const std::int64_t time = entry_.integratedTime;
  const Certificate& root = issuer_ ? issuer_->certificate : authority_.root();
  const std::int64_t until = issuer_ ? issuer_->until : root.notAfter();
  if (time < certificate_->notBefore() || time > certificate_->notAfter() || time < root.notBefore() || time > until) {
    return verdict_.checks.fail(kCheckCertificateTime, "the certificate was not valid when the entry was logged");
  }
  verdict_.checks.pass(kCheckCertificateTime, "the certificate was valid when the entry was logged");
}

void EntryChecks::checkIdentity(const std::optional<std::string>& expected) {
  if (!expected) {
    return verdict_.checks.skip(kCheckIdentity, chainProven_
                                                    ? "signed by " + certificateIdentity_ + "; no expected signer was named"
                                                    : "no expected signer was named");
  }
  if (!chainProven_) return verdict_.checks.fail(kCheckIdentity, "the signer is not proven");
  if (*expected != certificateIdentity_) {
    return verdict_.checks.fail(kCheckIdentity, "signed by " + certificateIdentity_ + ", not by the expected " + *expected);
  }
  verdict_.checks.pass(kCheckIdentity, "signed by the expected " + *expected);
}

}  // namespace certus::trust_service
