// Keys as others know them: read, named and verified with. Nothing here holds or needs a private one (sign/private_keys.h).
#pragma once

#include <string>
#include <string_view>

#include "services/trust/crypto/digest.h"
#include "services/trust/crypto/openssl.h"

namespace certus::trust_service {

const EVP_MD* messageDigest(HashAlgorithm algorithm);
std::string hashWith(HashAlgorithm algorithm, std::string_view message);

std::string publicKeyDer(const EVP_PKEY& key);  // SubjectPublicKeyInfo
// False for the point at infinity, which OpenSSL reads as a key and under which anyone can make signatures. True of RSA.
bool holdsPublicPoint(const EVP_PKEY& key);
Result<KeyPtr> publicKeyFromDer(std::string_view der);  // EC keys only
// What a decoder of `der` left behind: the whole of it read, a key, on a curve.
Result<KeyPtr> onlyElliptic(KeyPtr key, const unsigned char* end, std::string_view der);

// Signatures are DER, and over digests that are already computed.
bool verifiesDigest(EVP_PKEY& key, HashAlgorithm algorithm, std::string_view digest, std::string_view signature);
bool verifiesMessage(EVP_PKEY& key, std::string_view message, std::string_view signature);  // over sha256(message)

}  // namespace certus::trust_service
