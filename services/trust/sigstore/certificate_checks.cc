#include "services/trust/sigstore/certificate_checks.h"

#include <algorithm>

namespace certus::sigstore {

Outcome<void> checkCertificate(const trust_service::Certificate& leaf, const TrustedRoot& root,
                               std::span<const std::int64_t> times) {
  if (times.empty()) return refuse(FailureClass::TimestampMissing, "there is no proven time to check the certificate at");
  if (!leaf.mayCodeSign()) return refuse(FailureClass::CertChain, "the certificate is not one for code signing");
  struct Issuer {
    Period period;
    const Validity* validity;
  };
  std::vector<Issuer> issuers;
  std::string why = "it names none";
  for (const TrustedAuthority& authority : root.authorities) {
    const auto period = authority.chain->issued(leaf);
    if (period) issuers.push_back({*period, &authority.validity});
    if (!period) why = period.error();
  }
  if (issuers.empty())
    return refuse(FailureClass::CertChain, "no authority of the trusted root issued the certificate (" + why + ")");
  for (const std::int64_t time : times) {
    const bool holds = std::ranges::any_of(
        issuers, [&](const Issuer& issuer) { return issuer.validity->covers(time) && issuer.period.covers(time); });
    if (!holds) {
      return refuse(FailureClass::CertTime,
                    "the certificate, or an authority over it, was not valid at the proven time " + std::to_string(time));
    }
  }
  return {};
}

}  // namespace certus::sigstore
