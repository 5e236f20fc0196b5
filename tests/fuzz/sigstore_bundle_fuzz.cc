// The bundle verifier against any bytes, as a bundle and as a trusted root: it ends, every failure has a class and a reason,
// and nothing becomes valid but the entries that the trusted log signed. Those are in the seeds with a certificate; the
// managed key that is trusted signed nothing.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "services/trust/sigstore/bundle.h"
#include "services/trust/sigstore/bundle_verifier.h"
#include "services/trust/sigstore/entry_body.h"
#include "services/trust/sigstore/log_checks.h"
#include "services/trust/sigstore/signed_note.h"
#include "services/trust/sigstore/statement.h"
#include "tests/fuzz/sigstore_bundle_trusted.h"

namespace {

using namespace certus::sigstore;

void require(bool holds) {
  if (!holds) std::abort();
}

// The parts by themselves, since a verification ends at the first that fails. The trusted log's key signed one seed only.
void requireSound(const TransparencyEntry& entry, const TransparencyLog& log, std::size_t size) {
  require(!entry.body.empty() && entry.body.size() <= size && entry.index >> 63 == 0 && entry.integratedTime >= 0);
  const auto body = parseEntryBody(entry.body, entry.kind, entry.version);
  require(body ? !body->keyDer.empty() && !body->digest.empty() : !body.error().reason.empty());
#ifdef CERTUS_FUZZ_SELFTEST
  // Planted: reached only by a whole bundle in which the log entry's body, base64 within JSON, is JSON no longer.
  if (!body && body.error().failure == FailureClass::Malformed && entry.proof) __builtin_trap();
#endif
  const auto time = checkEntryTimestamp(entry, log);
  require(time || !time.error().reason.empty());
  if (!entry.proof) return;
  require(entry.proof->rootHash.size() == 32 && entry.proof->hashes.size() <= kMaxProofHashes);
  const auto note = parseSignedNote(entry.proof->checkpoint);
  if (note) require(note->text.ends_with('\n') && note->root.size() == 32 && !note->signatures.empty());
  if (checkCheckpoint(*entry.proof, log))
    require(note && note->signatures.size() == 1 && note->root == entry.proof->rootHash);
  const auto included = checkInclusion(*entry.proof, entry.body);
  require(included || !included.error().reason.empty());
}

void requireSound(const Bundle& bundle, const TransparencyLog& log, std::size_t size) {
  require(bundle.minor >= 1 && bundle.minor <= 3);
  require(bundle.entries.size() <= kMaxLogEntries && bundle.timestamps.size() <= kMaxTimestamps);
  require(bundle.message.has_value() != bundle.envelope.has_value());
  require(bundle.hint.has_value() || !bundle.certificate.empty());
  for (const auto& entry : bundle.entries) requireSound(entry, log, size);
  if (bundle.envelope) checkStatement(bundle.envelope->payload, Artifact::ofBytes(""), std::nullopt);
  if (bundle.certificate.empty()) return;
  const auto certificate = certus::trust_service::Certificate::fromDer(bundle.certificate);
  if (certificate) require(certificate->der() == bundle.certificate && certificate->issuer().size() < size);
  if (certificate) require(!certificate->identity() || certificate->identity()->size() < size);
}

// The artifact that the bundle names, where it names one: so that a verification goes on behind that comparison.
Artifact artifactOf(const Bundle& bundle) {
  const auto algorithm = bundle.message ? algorithmNamed(bundle.message->digestAlgorithm) : std::nullopt;
  if (!algorithm) return Artifact::ofBytes("nothing that was ever signed");
  return Artifact::ofDigest({*algorithm, bundle.message->digest});
}

// Altered roots: what they name is whole, and whoever is said to have issued a certificate bounds when it counts.
void requireSound(const TrustedRoot& root) {
  static const auto kCertificate = certus::trust_service::Certificate::fromDer(certus::fromBase64(kLeaf).value()).value();
  for (const TransparencyLog& log : root.logs) {
    require(!log.host.empty() && !log.keyId.empty() && !log.key.empty());
    require(!log.validity.covers(0) || (log.validity.start && *log.validity.start <= 0));
    TransparencyEntry entry;
    entry.logId = log.keyId;
    entry.integratedTime = kCertificate.notBefore();
    const auto found = selectLog(root, entry);
    require(found ? (*found)->keyId == log.keyId : !found.error().reason.empty());
  }
  for (const TrustedAuthority& authority : root.authorities) {
    require(authority.chain != nullptr);
    const auto period = authority.chain->issued(kCertificate);
    require(period ? period->first >= kCertificate.notBefore() && period->last <= kCertificate.notAfter()
                   : !period.error().empty());
  }
}

// Of a verdict that is valid.
bool signedByTheLog(const Verdict& verdict) {
  const std::string digest = certus::toHex(certus::sha256(verdict.entryBody));
  return std::ranges::find(kSignedBodies, digest) != kSignedBodies.end() && !verdict.identity.empty() &&
         verdict.failure.failure == FailureClass::None && !verdict.times.empty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TrustedRoot kTrusted = parseTrustedRoot(kTrustedRoot).value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto bundle = parseBundle(text);
  if (!bundle) {
    require(!bundle.error().reason.empty());
    const auto root = parseTrustedRoot(text);  // no text is both
    if (root) requireSound(*root);
    if (!root) require(!root.error().reason.empty());
    return 0;
  }
  requireSound(*bundle, kTrusted.logs[0], size);
  // The key that is trusted is the log's own, which signed no artifact.
  Expectation expectation;
  if (bundle->certificate.empty()) expectation.key = ManagedKey{kTrusted.logs[0].publicKey, {}, {}};
  const Verdict verdict = verifyBundle(text, kTrusted, artifactOf(*bundle), expectation);
  require(verdict.failure.failure != FailureClass::Internal && !verdict.checks.empty());
  if (verdict.valid) {
    require(signedByTheLog(verdict));
    return 0;
  }
  require(!verdict.failure.reason.empty() && verdict.failure.failure != FailureClass::None);
  require(verdict.identity.empty() && verdict.times.empty());
  return 0;
}
