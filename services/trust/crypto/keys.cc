#include "services/trust/crypto/keys.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include "base/encoding.h"

namespace certus::trust_service {

const EVP_MD* messageDigest(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::Sha384: return EVP_sha384();
    case HashAlgorithm::Sha512: return EVP_sha512();
    default: return EVP_sha256();
  }
}

bool holdsPublicPoint(const EVP_PKEY& key) {
  if (!EVP_PKEY_is_a(&key, "EC")) return true;
  std::size_t size = 0;  // the point at infinity is encoded in one byte
  const bool readable =
      EVP_PKEY_get_octet_string_param(&key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, nullptr, 0, &size) == 1 && size > 1;
  if (!readable) ERR_clear_error();
  return readable;
}

Result<KeyPtr> onlyElliptic(KeyPtr key, const unsigned char* end, std::string_view der) {
  if (!key || end != bytesOf(der) + der.size()) {
    ERR_clear_error();
    return fail(ErrorCode::InvalidArgument, "the key cannot be read");
  }
  if (!EVP_PKEY_is_a(key.get(), "EC")) return fail(ErrorCode::InvalidArgument, "the key is not an elliptic-curve key");
  if (!holdsPublicPoint(*key)) return fail(ErrorCode::InvalidArgument, "the key is the point at infinity");
  return key;
}

std::string publicKeyDer(const EVP_PKEY& key) { return derOf<EVP_PKEY>(&key, i2d_PUBKEY); }

Result<KeyPtr> publicKeyFromDer(std::string_view der) {
  const unsigned char* at = bytesOf(der);
  KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  return onlyElliptic(std::move(key), at, der);
}

bool verifiesDigest(EVP_PKEY& key, HashAlgorithm algorithm, std::string_view digest, std::string_view signature) {
  KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, &key, nullptr));
  const bool good =
      context && EVP_PKEY_verify_init(context.get()) == 1 &&
      EVP_PKEY_CTX_set_signature_md(context.get(), messageDigest(algorithm)) == 1 &&
      EVP_PKEY_verify(context.get(), bytesOf(signature), signature.size(), bytesOf(digest), digest.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

std::string hashWith(HashAlgorithm algorithm, std::string_view message) {
  std::string digest(digestBytes(algorithm), '\0');
  auto* out = reinterpret_cast<unsigned char*>(digest.data());
  if (EVP_Digest(message.data(), message.size(), out, nullptr, messageDigest(algorithm), nullptr) != 1) return {};
  return digest;
}

bool verifiesMessage(EVP_PKEY& key, std::string_view message, std::string_view signature) {
  return verifiesDigest(key, HashAlgorithm::Sha256, sha256(message), signature);
}

}  // namespace certus::trust_service
