// The steps of a verification. Each ends with what it has proven or with the class of its failure.
#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <openssl/err.h>

#include "base/encoding.h"
#include "services/trust/crypto/keys.h"
#include "services/trust/formats/times.h"
#include "services/trust/sigstore/bundle_verification.h"
#include "services/trust/sigstore/certificate_checks.h"
#include "services/trust/sigstore/log_checks.h"
#include "services/trust/sigstore/statement.h"

namespace certus::sigstore {
namespace {

Step passed(std::string reason) { return Finding{CheckStatus::Passed, std::move(reason)}; }
Step skipped(std::string reason) { return Finding{CheckStatus::Skipped, std::move(reason)}; }
Step failing(Failure failure) { return tl::make_unexpected(std::move(failure)); }

constexpr int kMinRsaBits = 2048, kMaxRsaBits = 8192;

// The digest that Sigstore pairs with a key; the public log takes no other either. RSA is PKCS#1 v1.5.
std::optional<HashAlgorithm> algorithmFor(const EVP_PKEY& key) {
  if (EVP_PKEY_is_a(&key, "RSA")) {
    const int bits = EVP_PKEY_get_bits(&key);
    return bits >= kMinRsaBits && bits <= kMaxRsaBits ? std::optional(HashAlgorithm::Sha256) : std::nullopt;
  }
  char name[64] = {};
  std::size_t size = 0;
  if (!EVP_PKEY_is_a(&key, "EC") || EVP_PKEY_get_group_name(&key, name, sizeof name, &size) != 1 ||
      !trust_service::holdsPublicPoint(key)) {
    return std::nullopt;
  }
  const std::string_view curve(name, size);
  if (curve == "prime256v1") return HashAlgorithm::Sha256;
  if (curve == "secp384r1") return HashAlgorithm::Sha384;
  if (curve == "secp521r1") return HashAlgorithm::Sha512;
  return std::nullopt;
}

std::shared_ptr<EVP_PKEY> keyOf(const trust_service::Certificate& certificate) {
  EVP_PKEY* key = X509_get0_pubkey(&certificate.x509());
  if (key && EVP_PKEY_up_ref(key) == 1) return trust_service::KeyPtr(key);
  ERR_clear_error();
  return nullptr;
}

}  // namespace

Step BundleVerification::parse() {
  auto bundle = parseBundle(text_);
  if (!bundle) return failing(bundle.error());
  bundle_ = std::move(*bundle);
  std::set<std::pair<std::string, std::uint64_t>> seen;
  for (const TransparencyEntry& entry : bundle_.entries) {
    if (!seen.emplace(entry.logId, entry.index).second)
      return refuse(FailureClass::Threshold, "the bundle holds the same log entry twice");
  }
  if (bundle_.entries.empty()) return refuse(FailureClass::Threshold, "the bundle has no log entry; one is needed");
  return passed(fmt::format("version 0.{} with {} log entr{}", bundle_.minor, bundle_.entries.size(),
                            bundle_.entries.size() == 1 ? "y" : "ies"));
}

Step BundleVerification::readKey() {
  const bool managed = bundle_.certificate.empty();
  if (managed != expectation_.key.has_value()) {
    return refuse(FailureClass::KeyNotTrusted,
                  managed ? "the bundle is signed with a managed key: give the public key that is trusted"
                          : "the bundle is signed with a certificate, but a public key is what was given to trust");
  }
  if (managed) {
    key_ = expectation_.key->key;
  } else {
    auto certificate = trust_service::Certificate::fromDer(bundle_.certificate);
    if (!certificate) return refuse(FailureClass::Malformed, certificate.error().message);
    certificate_ = std::move(*certificate);
    key_ = keyOf(*certificate_);
  }
  const auto algorithm = key_ ? algorithmFor(*key_) : std::nullopt;
  if (!algorithm)
    return refuse(FailureClass::UnsupportedKey,
                  "the key is neither of the curves P-256, P-384 and P-521 nor RSA of 2048 to "
                  "8192 bits");
  algorithm_ = *algorithm;
  return passed(managed ? "signed with a managed key" : "signed with a certificate");
}

Step BundleVerification::compareDigest() {
  if (!bundle_.message) return skipped("the bundle holds an envelope: its subjects are compared below");
  const auto& own = artifact_.digest(algorithm_);
  if (!own) {
    return refuse(FailureClass::ArtifactMismatch, fmt::format("the bundle's key signs {} digests: give that digest of the "
                                                              "artifact, or the artifact itself",
                                                              trust_service::toString(algorithm_)));
  }
  if (bundle_.message->digestAlgorithm.empty()) return skipped("the bundle names no digest");
  if (algorithmNamed(bundle_.message->digestAlgorithm) != algorithm_)
    return refuse(FailureClass::ArtifactMismatch, "the bundle's digest is of an algorithm that does not go with its key");
  if (bundle_.message->digest != *own)
    return refuse(FailureClass::ArtifactMismatch,
                  "the bundle is for another artifact, of the digest " + toHex(bundle_.message->digest));
  return passed("the bundle names this artifact's digest");
}

Step BundleVerification::findLogs() {
  for (const TransparencyEntry& entry : bundle_.entries) {
    auto log = selectLog(root_, entry);
    if (!log) return failing(log.error());
    logs_.push_back(*log);
  }
  return passed("in the log of " + logs_.front()->host);
}

Outcome<void> BundleVerification::compareBody(const TransparencyEntry& entry) const {
  const auto body = parseEntryBody(entry.body, entry.kind, entry.version);
  if (!body) return tl::make_unexpected(body.error());
  if ((entry.kind == "dsse") != bundle_.envelope.has_value())
    return refuse(FailureClass::EntryMismatchKind,
                  "a log entry of kind " + entry.kind + " does not record such a signature");
  const std::string& signature = bundle_.message ? bundle_.message->signature : bundle_.envelope->signature;
  if (body->signature != signature)
    return refuse(FailureClass::EntryMismatchSignature, "the log entry records another signature");
  const std::string expected =
      bundle_.message ? artifact_.digest(algorithm_).value_or("")
                      : trust_service::hashWith(body->algorithm, bundle_.envelope->payload);
  if ((bundle_.message && body->algorithm != algorithm_) || body->digest != expected)
    return refuse(FailureClass::EntryMismatchDigest, "the log entry records another digest");
  const std::string key = certificate_ ? bundle_.certificate : trust_service::publicKeyDer(*key_);
  if (body->isCertificate != certificate_.has_value() || body->keyDer != key)
    return refuse(FailureClass::EntryMismatchKey, "the log entry records another key or certificate");
  return {};
}

Step BundleVerification::compareBodies() {
  for (const TransparencyEntry& entry : bundle_.entries) {
    auto same = compareBody(entry);
    if (!same) return failing(same.error());
  }
  return passed("it records this signature, this digest and this key");
}

Step BundleVerification::checkSignedTimes() {
  for (std::size_t i = 0; i < bundle_.entries.size(); ++i) {
    auto checked = checkEntryTimestamp(bundle_.entries[i], *logs_[i]);
    if (checked) continue;
    if (checked.error().failure == FailureClass::SetMissing && !bundle_.timestamps.empty()) {
      return refuse(FailureClass::UnsupportedTimestampAuthority,
                    "the only time in the bundle is from a timestamp authority, which cannot be verified here");
    }
    return failing(checked.error());
  }
  return passed("the log signed entry, index and time");
}

// A proof that is there counts, in every version: one without a checkpoint leads to a root that nobody signed.
Step BundleVerification::checkCheckpoints() {
  std::size_t checked = 0;
  for (std::size_t i = 0; i < bundle_.entries.size(); ++i) {
    const TransparencyEntry& entry = bundle_.entries[i];
    if (!entry.proof) {
      if (bundle_.minor == 1) continue;
      return refuse(FailureClass::InclusionProof, "the log entry has no inclusion proof");
    }
    auto good = checkCheckpoint(*entry.proof, *logs_[i]);
    if (!good) return failing(good.error());
    ++checked;
  }
  if (checked != bundle_.entries.size()) return skipped("a bundle of version 0.1 may rest on the log's promise alone");
  return passed("the log signed the tree that the proof leads to");
}

Step BundleVerification::checkInclusions() {
  std::size_t checked = 0;
  for (const TransparencyEntry& entry : bundle_.entries) {
    if (!entry.proof) continue;  // version 0.1, see above
    auto included = checkInclusion(*entry.proof, entry.body);
    if (!included) return failing(included.error());
    ++checked;
  }
  if (checked != bundle_.entries.size()) return skipped("a bundle of version 0.1 may rest on the log's promise alone");
  return passed("the entry is in the signed tree");
}

Step BundleVerification::collectTimes() {
  for (const TransparencyEntry& entry : bundle_.entries) {
    if (expectation_.now && entry.integratedTime > *expectation_.now)
      return refuse(FailureClass::TimestampInvalid, "the log entry is from the future; check this machine's clock");
    times_.push_back(entry.integratedTime);
  }
  const bool timeMatters = certificate_ || expectation_.key->notBefore || expectation_.key->notAfter;
  if (!bundle_.timestamps.empty() && timeMatters) {
    return refuse(FailureClass::UnsupportedTimestampAuthority,
                  "the bundle also has times from a timestamp authority, which cannot be verified here; the key would have "
                  "to be valid at those too");
  }
  const std::string logged = "logged at " + trust_service::formatSeconds(times_.front());
  return passed(bundle_.timestamps.empty()
                    ? logged
                    : logged + "; timestamps of an authority are not counted, and this key needs no time");
}

Step BundleVerification::checkKey() {
  if (certificate_) {
    auto issued = checkCertificate(*certificate_, root_, times_);
    if (!issued) return failing(issued.error());
    return passed("an authority of the trusted root issued the certificate for code signing, valid at the logged time");
  }
  const ManagedKey& key = *expectation_.key;
  for (const std::int64_t time : times_) {
    if ((key.notBefore && time < *key.notBefore) || (key.notAfter && time > *key.notAfter))
      return refuse(FailureClass::KeyExpired, "the key was not to be used when the entry was logged");
  }
  return passed("it is the key that was given");
}

Step BundleVerification::checkTransparency() {
  if (!certificate_) return skipped("there is no certificate");
  if (!root_.demandsCertificateTransparency) return skipped("the trusted root names no log of certificates");
  return refuse(FailureClass::UnsupportedTransparency,
                "the trusted root names logs of certificates, and their SCTs cannot be verified here");
}

Step BundleVerification::checkSignature() {
  std::string digest, signature;
  if (bundle_.message) {
    digest = artifact_.digest(algorithm_).value_or("");
    signature = bundle_.message->signature;
  } else {
    const DsseEnvelope& envelope = *bundle_.envelope;
    digest = trust_service::hashWith(algorithm_, preAuthenticationEncoding(envelope.payloadType, envelope.payload));
    signature = envelope.signature;
  }
  if (digest.empty() || !trust_service::verifiesDigest(*key_, algorithm_, digest, signature))
    return refuse(FailureClass::Signature, "the signature does not verify with the key");
  return passed(bundle_.message ? "it verifies over the artifact" : "it verifies over the envelope");
}

Step BundleVerification::checkSubject() {
  if (!bundle_.envelope) {
    if (!expectation_.predicateType) return skipped("the bundle holds no statement");
    return refuse(FailureClass::PredicateType, "the bundle holds no statement");
  }
  if (bundle_.envelope->payloadType != kStatementType)
    return refuse(FailureClass::UnsupportedPayload, "the envelope's payload is no in-toto statement");
  auto checked = checkStatement(bundle_.envelope->payload, artifact_, expectation_.predicateType);
  if (!checked) return failing(checked.error());
  verdict_.predicateType = *checked;
  return passed("a subject of the statement is this artifact; its predicate is of the type \"" + *checked + "\"");
}

Step BundleVerification::checkIdentity() {
  if (!certificate_) {
    if (!expectation_.identity) return skipped("a key has no identity");
    return refuse(FailureClass::Identity, "an identity was asked for, but a key has none");
  }
  auto identity = certificate_->identity();
  if (!identity) return refuse(FailureClass::Identity, identity.error().message);
  verdict_.identity = *identity;
  if (!expectation_.identity) return skipped("signed by " + *identity + "; no identity was asked for");
  if (*identity != *expectation_.identity)
    return refuse(FailureClass::Identity, "signed by " + *identity + ", not by the expected " + *expectation_.identity);
  return passed("signed by the expected " + *identity);
}

Step BundleVerification::checkIssuer() {
  if (!certificate_) {
    if (!expectation_.issuer) return skipped("a key has no issuer of identities");
    return refuse(FailureClass::Issuer, "an issuer was asked for, but a key has none");
  }
  const std::string issuer = certificate_->issuer();
  verdict_.identityIssuer = issuer;
  if (!expectation_.issuer) return skipped("no issuer was asked for");
  if (issuer.empty() || issuer != *expectation_.issuer) {
    return refuse(FailureClass::Issuer,
                  "the identity was vouched for by \"" + issuer + "\", not by the expected " + *expectation_.issuer);
  }
  return passed("vouched for by the expected " + issuer);
}

}  // namespace certus::sigstore
