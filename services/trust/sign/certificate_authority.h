// The installation's own certificate authority: one P-256 root of ten years, leaves of ten minutes. Keeps no list of what
// it issued: the transparency log is that list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/trust/crypto/certificate.h"

namespace certus::trust_service {

inline constexpr std::int64_t kLeafLifetimeSeconds = 600;
inline constexpr const char* kIssuer = "https://certus-trust";  // in every leaf: who vouches for the identity

// A root that issued leaves. A retired one counts until its end; no leaf is issued by it any more.
struct IssuingRoot {
  Certificate certificate;
  std::int64_t until;  // Unix seconds; its own end, or when it was retired
};

class CertificateAuthority {
 public:
  static Result<Certificate> selfSign(EVP_PKEY& key, std::int64_t now);
  // Fails when the key and the certificate do not belong together.
  static Result<CertificateAuthority> load(KeyPtr key, Certificate root, std::vector<IssuingRoot> retired = {});

  const Certificate& root() const { return roots_.back().certificate; }  // that issues now
  const std::vector<IssuingRoot>& roots() const { return roots_; }       // oldest first
  // A leaf for `identity` (checked by the caller: clean text) over the public half of `key`, valid from `now`.
  // Answers DER.
  Result<std::string> issue(std::string_view identity, EVP_PKEY& key, std::int64_t now) const;
  // By which of our roots `leaf` was issued, for code signing, if at all; says nothing about time.
  Result<const IssuingRoot*> issuerOf(const Certificate& leaf) const;
  bool validAt(std::int64_t now) const {
    return root().notBefore() <= now && now + kLeafLifetimeSeconds <= root().notAfter();
  }

 private:
  CertificateAuthority(KeyPtr key, std::vector<IssuingRoot> roots, X509StorePtr store)
      : key_(std::move(key)), roots_(std::move(roots)), store_(std::move(store)) {}
  KeyPtr key_;
  std::vector<IssuingRoot> roots_;
  X509StorePtr store_;  // holds the roots alone
};

}  // namespace certus::trust_service
