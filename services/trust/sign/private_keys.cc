#include "services/trust/sign/private_keys.h"

#include <array>

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

KeyContextPtr keyMaker(const char* curve) {
  KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_CTX_set_group_name(context.get(), curve) != 1) return {};
  return context;
}

Result<KeyContextPtr> readyToSign(EVP_PKEY& key, HashAlgorithm algorithm) {
  KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, &key, nullptr));
  if (!context || EVP_PKEY_sign_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), messageDigest(algorithm)) != 1) {
    return cryptoFailure("preparing a signature");
  }
  return context;
}

Result<std::string> signedBy(EVP_PKEY_CTX& context, const EVP_PKEY& key, std::string_view digest) {
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(&key)), '\0');
  std::size_t size = signature.size();
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_PKEY_sign(&context, out, &size, bytesOf(digest), digest.size()) != 1) return cryptoFailure("signing");
  signature.resize(size);
  return signature;
}

}  // namespace

Result<KeyPtr> generateKeyFor(HashAlgorithm algorithm) {
  // The curve's tables cost more than a key of it: each thread reads them once.
  thread_local std::array<KeyContextPtr, 3> makers;
  KeyContextPtr& maker = makers.at(static_cast<std::size_t>(algorithm));
  if (!maker) maker = keyMaker(curveFor(algorithm));
  EVP_PKEY* made = nullptr;
  if (!maker || EVP_PKEY_generate(maker.get(), &made) != 1) return cryptoFailure("making an EC key");
  return KeyPtr(made);
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
  auto context = readyToSign(key, algorithm);
  if (!context) return tl::make_unexpected(context.error());
  return signedBy(**context, key, digest);
}

Result<std::string> signMessage(EVP_PKEY& key, std::string_view message) {
  return signDigest(key, HashAlgorithm::Sha256, sha256(message));
}

Result<std::string> MessageSigner::sign(std::string_view message) {
  if (!context_) {
    auto context = readyToSign(key_, HashAlgorithm::Sha256);
    if (!context) return tl::make_unexpected(context.error());
    context_ = std::move(*context);
  }
  return signedBy(*context_, key_, sha256(message));
}

}  // namespace certus::trust_service
