#include "services/trust/verify/check.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace certus::trust_service {
namespace {

// Without each of these passed there is no proof, whatever a later edit of the verifier leaves out.
constexpr std::array kMustPass{kCheckLogEntry,         kCheckEntryBody,      kCheckSignature,  kCheckEntryRecord,
                               kCheckIntegratedTime,   kCheckInclusionProof, kCheckCheckpoint, kCheckLogConsistency,
                               kCheckCertificateChain, kCheckCertificateTime};

}  // namespace

const char* toString(CheckStatus status) {
  switch (status) {
    case CheckStatus::Passed: return "passed";
    case CheckStatus::Failed: return "failed";
    default: return "skipped";
  }
}

bool CheckList::failed(const char* name) const {
  return std::ranges::any_of(checks_, [&](const Check& check) {
    return check.status == CheckStatus::Failed && std::string_view(check.name) == name;
  });
}

bool CheckList::allProven() const {
  const auto passed = [this](std::string_view name) {
    return std::ranges::any_of(
        checks_, [&](const Check& check) { return check.status == CheckStatus::Passed && name == check.name; });
  };
  return std::ranges::none_of(checks_, [](const Check& check) { return check.status == CheckStatus::Failed; }) &&
         std::ranges::all_of(kMustPass, passed);
}

std::string CheckList::failedNames() const {
  std::string names;
  for (const Check& check : checks_) {
    if (check.status == CheckStatus::Failed) names.append(names.empty() ? "" : ", ").append(check.name);
  }
  return names;
}

}  // namespace certus::trust_service
