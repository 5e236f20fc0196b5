// ECDSA keys: made, stored as PEM, and used over digests that are already computed. Signatures are DER.
#pragma once

#include <string>
#include <string_view>

#include "services/trust/crypto/digest.h"
#include "services/trust/crypto/openssl.h"

namespace certus::trust_service {

// The curve that Sigstore's tools expect for a digest: P-256, P-384, P-521 for sha256, sha384, sha512.
Result<KeyPtr> generateKeyFor(HashAlgorithm algorithm);

Result<std::string> privateKeyPem(const EVP_PKEY& key);  // PKCS#8, unencrypted
Result<KeyPtr> privateKeyFromPem(std::string_view pem);  // EC keys only
std::string publicKeyDer(const EVP_PKEY& key);           // SubjectPublicKeyInfo
Result<KeyPtr> publicKeyFromDer(std::string_view der);   // EC keys only

Result<std::string> signDigest(EVP_PKEY& key, HashAlgorithm algorithm, std::string_view digest);
bool verifiesDigest(EVP_PKEY& key, HashAlgorithm algorithm, std::string_view digest, std::string_view signature);

Result<std::string> signMessage(EVP_PKEY& key, std::string_view message);  // over sha256(message)
bool verifiesMessage(EVP_PKEY& key, std::string_view message, std::string_view signature);

}  // namespace certus::trust_service
