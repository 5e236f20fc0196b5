#include "services/trust/api/bundle_route.h"

#include <fmt/format.h>

#include "services/trust/log/hashed_rekord.h"
#include "services/trust/log/proofs.h"
#include "services/trust/sign/evidence.h"
#include "services/trust/sigstore/bundle.h"
#include "services/trust/sigstore/bundle_verifier.h"

namespace certus::trust_service {
namespace {

void copyChecks(const sigstore::Verdict& from, CheckList& to) {
  for (const sigstore::Check& check : from.checks) {
    switch (check.status) {
      case sigstore::CheckStatus::Passed: to.pass(check.name, check.reason); break;
      case sigstore::CheckStatus::Failed: to.fail(check.name, check.reason); break;
      case sigstore::CheckStatus::Skipped: to.skip(check.name, check.reason); break;
    }
  }
}

// Only this service has the keys of its CA's certificates, so the entry has to be a row that it made and signed itself.
bool isRecordOf(const LogEntry& entry, const sigstore::Verdict& found, const LogIdentity& log) {
  return entry.body == found.entryBody && entry.origin == Origin::Service && entry.signer == found.identity &&
         verifiesMessage(log.keyOf(entry.index), entry.recordPayload(), entry.recordSignature);
}

// That the log, as it is now, extends the last tree it gave out and the tree that the bundle's checkpoint signs. All that a
// valid bundle names is this log: the trusted root knows no other. A proof without a checkpoint signs nothing.
Result<std::string> extendedTrees(Snapshot& snapshot, std::string_view bundle) {
  if (const auto& sound = snapshot.consistency(); !sound) return tl::make_unexpected(sound.error());
  const auto parsed = sigstore::parseBundle(bundle);
  if (!parsed) return fail(ErrorCode::Internal, parsed.error().reason);  // verified a moment ago
  const std::uint64_t size = snapshot.head()->size;
  for (const sigstore::TransparencyEntry& each : parsed->entries) {
    if (!each.proof || each.proof->checkpoint.empty()) continue;
    if (each.proof->treeSize > size) {
      return fail(ErrorCode::DataCorrupt, fmt::format("the log signed a tree of {} entries, its database holds {}",
                                                      each.proof->treeSize, size));
    }
    auto root = rootAt(nodesIn(snapshot.database()), each.proof->treeSize);
    if (!root) return tl::make_unexpected(root.error());
    if (bytesOf(*root) != each.proof->rootHash) {
      return fail(ErrorCode::DataCorrupt,
                  fmt::format("the log signed another tree of {} entries than its database holds", each.proof->treeSize));
    }
  }
  return std::string("the tree extends the last checkpoint that was given out, and the bundle's");
}

bool checkLogConsistency(Snapshot& snapshot, std::string_view bundle, CheckList& checks) {
  auto extended = extendedTrees(snapshot, bundle);
  if (!extended) return checks.fail(kCheckLogConsistency, extended.error().message), false;
  return checks.pass(kCheckLogConsistency, *extended), true;
}

}  // namespace

Result<BundleVerdict> verifyBundleOf(const ApiContext& context, const ArtifactDigest& artifact, std::string_view bundle,
                                     const std::optional<std::string>& identity) {
  sigstore::Expectation expectation;
  expectation.identity = identity;
  expectation.issuer = kIssuer;
  expectation.now = unixMicroseconds(context.service.clock()) / 1'000'000;
  const auto found =
      sigstore::verifyBundle(bundle, context.service.trustedRoot(), sigstore::Artifact::ofDigest(artifact), expectation);
  BundleVerdict out;
  copyChecks(found, out.verdict.checks);
  if (!found.valid) {
    out.failure = sigstore::toString(found.failure.failure);
    return out;
  }
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  const bool consistent = checkLogConsistency(*snapshot, bundle, out.verdict.checks);
  auto entry = entryByIndex(snapshot->database(), *found.logIndex);
  if (!entry) return tl::make_unexpected(entry.error());
  if (*entry && (*entry)->origin == Origin::Submitted && (*entry)->body == found.entryBody) {
    out.failure = "NOT_SIGNED_HERE";
    out.verdict.checks.fail(kCheckLogEntry, "somebody else submitted this entry to the log; this service did not sign it");
    return out;
  }
  if (!*entry || !isRecordOf(**entry, found, context.service.installation().log())) {
    out.failure = "LOG_INCONSISTENT";
    out.verdict.checks.fail(kCheckLogEntry,
                            "the log signed this entry, but its database no longer holds it as it was signed");
    return out;
  }
  out.verdict.checks.pass(kCheckLogEntry, "the log's database holds the entry");
  if (!consistent) {
    out.failure = "LOG_INCONSISTENT";
    return out;
  }
  auto body = parseHashedRekord((*entry)->body);
  const auto leaf = body.and_then([](const HashedRekord& record) { return Certificate::fromPem(record.keyPem); });
  const auto issuer = leaf.and_then(
      [&](const Certificate& certificate) { return context.service.installation().authority().issuerOf(certificate); });
  if (issuer) out.verdict.certificateChain = {body->keyPem, (*issuer)->certificate.pem()};
  out.verdict.valid = true;
  out.verdict.signer = found.identity;
  out.verdict.entry = std::move(**entry);
  return out;
}

Answer showTrustedRoot(const ApiContext& context) {
  Answer answer;
  answer.body = trustedRootOf(context.service.installation());
  return answer;
}

}  // namespace certus::trust_service
