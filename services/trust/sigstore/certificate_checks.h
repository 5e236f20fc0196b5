// Whether a signing certificate was issued, for code signing, by an authority that the trusted root names, at every time
// that is proven. Certificates of the bundle other than the leaf have no part in it.
#pragma once

#include <cstdint>
#include <span>

#include "services/trust/crypto/certificate.h"
#include "services/trust/sigstore/trusted_root.h"

namespace certus::sigstore {

// CERT_CHAIN when no authority issued it at any time, CERT_TIME when none did for one of `times` (Unix seconds, not empty).
Outcome<void> checkCertificate(const trust_service::Certificate& leaf, const TrustedRoot& root,
                               std::span<const std::int64_t> times);

}  // namespace certus::sigstore
