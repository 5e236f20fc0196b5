// One verification under way: the steps of bundle_verifier.cc and what they hand on to each other.
#pragma once

#include "services/trust/crypto/certificate.h"
#include "services/trust/sigstore/bundle.h"
#include "services/trust/sigstore/bundle_verifier.h"
#include "services/trust/sigstore/entry_body.h"

namespace certus::sigstore {

struct Finding {
  CheckStatus status = CheckStatus::Passed;  // or Skipped, where a step says why it has nothing to prove
  std::string reason;
};

using Step = Outcome<Finding>;

class BundleVerification {
 public:
  BundleVerification(std::string_view text, const TrustedRoot& root, const Artifact& artifact,
                     const Expectation& expectation)
      : text_(text), root_(root), artifact_(artifact), expectation_(expectation) {}

  Verdict run();

 private:
  // In this order. Each may rely on those before it having passed.
  Step parse();
  Step readKey();
  Step compareDigest();
  Step findLogs();
  Step compareBodies();
  Step checkSignedTimes();
  Step checkCheckpoints();
  Step checkInclusions();
  Step collectTimes();
  Step checkKey();
  Step checkTransparency();
  Step checkSignature();
  Step checkSubject();
  Step checkIdentity();
  Step checkIssuer();

  Outcome<void> compareBody(const TransparencyEntry& entry) const;
  void record(const char* name, const Step& step);

  std::string_view text_;
  const TrustedRoot& root_;
  const Artifact& artifact_;
  const Expectation& expectation_;

  Verdict verdict_;
  Bundle bundle_;
  std::optional<trust_service::Certificate> certificate_;
  std::shared_ptr<EVP_PKEY> key_;
  HashAlgorithm algorithm_ = HashAlgorithm::Sha256;  // the one that goes with the key
  std::vector<const TransparencyLog*> logs_;         // of each entry
  std::vector<std::int64_t> times_;
};

}  // namespace certus::sigstore
