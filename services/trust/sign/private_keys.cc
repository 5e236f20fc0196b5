#include "services/trust/sign/private_keys.h"

#include <openssl/ec.h>

#include "base/encoding.h"
#include "services/trust/crypto/pem.h"

namespace certus::trust_service {
namespace {

const char* curveFor(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::Sha384: return "P-384";
    case HashAlgorithm::Sha512: return "P-521";
    default: return "P-256";
  }
}

}  // namespace

Result<KeyPtr> generateKeyFor(HashAlgorithm algorithm) {
  KeyPtr key(EVP_EC_gen(curveFor(algorithm)));
  if (!key) return cryptoFailure("making an EC key");
  return key;
}

Result<std::string> privateKeyPem(const EVP_PKEY& key) {
  std::unique_ptr<PKCS8_PRIV_KEY_INFO, Releases<PKCS8_PRIV_KEY_INFO_free>> info(EVP_PKEY2PKCS8(&key));
  if (!info) return cryptoFailure("encoding a private key");
  return encodePem("PRIVATE KEY", derOf<PKCS8_PRIV_KEY_INFO>(info.get(), i2d_PKCS8_PRIV_KEY_INFO));
}

Result<KeyPtr> privateKeyFromPem(std::string_view pem) {
  auto block = decodePem(pem);
  if (!block) return tl::make_unexpected(block.error());
  const unsigned char* at = bytesOf(block->der);
  KeyPtr key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(block->der.size())));
  return onlyElliptic(std::move(key), at, block->der);
}

Result<std::string> signDigest(EVP_PKEY& key, HashAlgorithm algorithm, std::string_view digest) {
  KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, &key, nullptr));
  std::size_t size = 0;
  if (!context || EVP_PKEY_sign_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), messageDigest(algorithm)) != 1 ||
      EVP_PKEY_sign(context.get(), nullptr, &size, bytesOf(digest), digest.size()) != 1) {
    return cryptoFailure("preparing a signature");
  }
  std::string signature(size, '\0');
  if (EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytesOf(digest),
                    digest.size()) != 1) {
    return cryptoFailure("signing");
  }
  signature.resize(size);
  return signature;
}

Result<std::string> signMessage(EVP_PKEY& key, std::string_view message) {
  return signDigest(key, HashAlgorithm::Sha256, sha256(message));
}

}  // namespace certus::trust_service
