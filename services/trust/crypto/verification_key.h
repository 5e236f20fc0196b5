// A key that a stranger hands in, bare or in a certificate, to have a signature checked: which keys and digests are allowed,
// and the one PEM and the one signature encoding that may stand in a log entry. Trusts nobody: a certificate is a container.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/trust/crypto/certificate.h"

namespace certus::trust_service {

class VerificationKey {
 public:
  // One PEM block, PUBLIC KEY or CERTIFICATE: P-256, P-384, P-521 or RSA of 2048 to 8192 bits.
  static Result<VerificationKey> fromPem(std::string_view pem);

  const std::string& pem() const { return pem_; }                // canonical: 64 columns, LF, final newline
  HashAlgorithm algorithm() const { return algorithm_; }         // the digest that belongs to the key
  std::string publicKey() const { return publicKeyDer(*key_); }  // SubjectPublicKeyInfo
  const std::optional<Certificate>& certificate() const { return certificate_; }

  // Over a digest of algorithm(): ECDSA in DER, RSA in PKCS#1 v1.5. The error's message names the rule that is broken.
  Result<void> check(HashAlgorithm algorithm, std::string_view digest, std::string_view signature) const;

 private:
  VerificationKey(KeyPtr key, HashAlgorithm algorithm, std::string pem, std::optional<Certificate> certificate)
      : key_(std::move(key)), algorithm_(algorithm), pem_(std::move(pem)), certificate_(std::move(certificate)) {}

  KeyPtr key_;
  HashAlgorithm algorithm_;
  std::string pem_;
  std::optional<Certificate> certificate_;
};

}  // namespace certus::trust_service
