#include "services/trust/sigstore/bundle_verifier.h"

#include <exception>

#include <openssl/err.h>

#include "services/trust/sigstore/bundle_verification.h"

namespace certus::sigstore {

const char* toString(CheckStatus status) {
  switch (status) {
    case CheckStatus::Passed: return "passed";
    case CheckStatus::Failed: return "failed";
    default: return "skipped";
  }
}

Outcome<ManagedKey> managedKey(std::string_view publicKeyDer) {
  const unsigned char* at = trust_service::bytesOf(publicKeyDer);
  trust_service::KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(publicKeyDer.size())));
  ERR_clear_error();
  if (!key || at != trust_service::bytesOf(publicKeyDer) + publicKeyDer.size() || !trust_service::holdsPublicPoint(*key))
    return refuse(FailureClass::KeyNotTrusted, "the key that was given cannot be read");
  return ManagedKey{std::move(key), {}, {}};
}

void BundleVerification::record(const char* name, const Step& step) {
  if (verdict_.failure.failure != FailureClass::None) {
    verdict_.checks.push_back({name, CheckStatus::Skipped, "an earlier check failed"});
  } else if (step) {
    verdict_.checks.push_back({name, step->status, step->reason});
  } else {
    verdict_.failure = step.error();
    verdict_.checks.push_back({name, CheckStatus::Failed, step.error().reason});
  }
}

// Cheap and unambiguous first: a bundle that does not belong to the artifact costs no signature check.
Verdict BundleVerification::run() {
  struct Named {
    const char* name;
    Step (BundleVerification::*step)();
    bool maySkip;  // whether there are bundles for which it has nothing to prove
  };
  static constexpr Named kSteps[] = {
      {"bundle", &BundleVerification::parse, false},
      {"key_material", &BundleVerification::readKey, false},
      {"artifact_digest", &BundleVerification::compareDigest, true},
      {"log", &BundleVerification::findLogs, false},
      {"entry_body", &BundleVerification::compareBodies, false},
      {"signed_entry_timestamp", &BundleVerification::checkSignedTimes, false},
      {"checkpoint", &BundleVerification::checkCheckpoints, true},
      {"inclusion_proof", &BundleVerification::checkInclusions, true},
      {"time", &BundleVerification::collectTimes, false},
      {"key", &BundleVerification::checkKey, false},
      {"certificate_transparency", &BundleVerification::checkTransparency, true},
      {"signature", &BundleVerification::checkSignature, false},
      {"subject", &BundleVerification::checkSubject, true},
      {"identity", &BundleVerification::checkIdentity, true},
      {"issuer", &BundleVerification::checkIssuer, true},
  };
  verdict_.failure = {FailureClass::None, ""};
  for (const Named& each : kSteps) {
    const bool going = verdict_.failure.failure == FailureClass::None;
    Step step = going ? (this->*each.step)() : Step(Finding{});
    if (step && step->status != CheckStatus::Passed && !each.maySkip)
      step = refuse(FailureClass::Internal, "a check that must be made was not");
    record(each.name, step);
  }
  if (verdict_.failure.failure != FailureClass::None) {
    verdict_.identity.clear();
    verdict_.identityIssuer.clear();
    verdict_.predicateType.clear();
    return std::move(verdict_);
  }
  verdict_.valid = true;
  verdict_.times = times_;
  verdict_.logIndex = bundle_.entries.front().index;
  verdict_.entryBody = bundle_.entries.front().body;
  return std::move(verdict_);
}

Verdict verifyBundle(std::string_view bundle, const TrustedRoot& root, const Artifact& artifact,
                     const Expectation& expectation) {
  try {
    return BundleVerification(bundle, root, artifact, expectation).run();
  } catch (const std::exception& error) {
    Verdict verdict;
    verdict.failure = {FailureClass::Internal, std::string("the verification broke off: ") + error.what()};
    return verdict;
  }
}

Verdict verifyBundle(std::string_view bundle, std::string_view trustedRoot, const Artifact& artifact,
                     const Expectation& expectation) {
  Verdict verdict;
  try {
    const auto root = parseTrustedRoot(trustedRoot);
    if (root) return verifyBundle(bundle, *root, artifact, expectation);
    verdict.failure = root.error();
  } catch (const std::exception& error) {
    verdict.failure = {FailureClass::Internal, std::string("the trusted root could not be read: ") + error.what()};
  }
  verdict.checks.push_back({"trusted_root", CheckStatus::Failed, verdict.failure.reason});
  return verdict;
}

}  // namespace certus::sigstore
