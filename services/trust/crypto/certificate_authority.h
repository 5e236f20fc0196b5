// The installation's own certificate authority: one P-256 root of ten years, leaves of ten minutes. Keeps no list of what
// it issued: the transparency log is that list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/trust/crypto/certificate.h"

namespace certus::trust_service {

inline constexpr std::int64_t kLeafLifetimeSeconds = 600;
inline constexpr const char* kIssuer = "https://certus-trust";  // in every leaf: who vouches for the identity

class CertificateAuthority {
 public:
  static Result<Certificate> selfSign(EVP_PKEY& key, std::int64_t now);
  // Fails when the key and the certificate do not belong together.
  static Result<CertificateAuthority> load(KeyPtr key, Certificate root);

  const Certificate& root() const { return root_; }
  // A leaf for `identity` (checked by the caller: clean text) over the public half of `key`, valid from `now`.
  Result<Certificate> issue(std::string_view identity, EVP_PKEY& key, std::int64_t now) const;
  // Whether we issued `leaf`, for code signing, at all; says nothing about time.
  Result<void> checkIssued(const Certificate& leaf) const;
  bool validAt(std::int64_t now) const { return root_.notBefore() <= now && now + kLeafLifetimeSeconds <= root_.notAfter(); }

 private:
  CertificateAuthority(KeyPtr key, Certificate root, X509StorePtr store)
      : key_(std::move(key)), root_(std::move(root)), store_(std::move(store)) {}
  KeyPtr key_;
  Certificate root_;
  X509StorePtr store_;  // holds the root alone
};

}  // namespace certus::trust_service
