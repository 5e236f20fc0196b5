// ECDSA keys of our own: made, stored as PEM, and signed with.
#pragma once

#include <string>
#include <string_view>

#include "services/trust/crypto/keys.h"

namespace certus::trust_service {

// The curve that Sigstore's tools expect for a digest: P-256, P-384, P-521 for sha256, sha384, sha512.
Result<KeyPtr> generateKeyFor(HashAlgorithm algorithm);

Result<std::string> privateKeyPem(const EVP_PKEY& key);  // PKCS#8, unencrypted
Result<KeyPtr> privateKeyFromPem(std::string_view pem);  // EC keys only

// Signatures are DER.
Result<std::string> signDigest(EVP_PKEY& key, HashAlgorithm algorithm, std::string_view digest);
Result<std::string> signMessage(EVP_PKEY& key, std::string_view message);  // over sha256(message)

// Signs one message after another with a key that outlives it, and looks the algorithm up once. For one thread at a time.
class MessageSigner {
 public:
  explicit MessageSigner(EVP_PKEY& key) : key_(key) {}
  Result<std::string> sign(std::string_view message);  // over sha256(message)

 private:
  EVP_PKEY& key_;
  KeyContextPtr context_;
};

}  // namespace certus::trust_service
