#include "policy/identity/signature.h"

#include <memory>
#include <string>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace certus::identity {
namespace {

struct FreesDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreesEcdsa {
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

const unsigned char* start(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// RFC 7518 section 3.4 writes r and s side by side at full size; OpenSSL reads DER.
std::string derOf(std::string_view pair, std::size_t size) {
  if (pair.size() != 2 * size) return {};
  const std::unique_ptr<ECDSA_SIG, FreesEcdsa> signature(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(start(pair), static_cast<int>(size), nullptr);
  BIGNUM* s = BN_bin2bn(start(pair) + size, static_cast<int>(size), nullptr);
  if (!signature || ECDSA_SIG_set0(signature.get(), r, s) != 1) {  // which refuses a number that is null
    BN_free(r);
    BN_free(s);
    return {};
  }
  const int length = i2d_ECDSA_SIG(signature.get(), nullptr);
  if (length < 0) return {};
  std::string out(static_cast<std::size_t>(length), '\0');
  auto* next = reinterpret_cast<unsigned char*>(out.data());
  i2d_ECDSA_SIG(signature.get(), &next);
  return out;
}

const char* digestOf(Algorithm algorithm) {
  if (algorithm == Algorithm::EdDSA) return nullptr;
  return algorithm == Algorithm::ES384 ? "SHA384" : "SHA256";
}

// RFC 7518 section 3.5: the salt is as long as the digest, MGF1 uses the same one. OpenSSL takes what it only reads as
// char*.
const OSSL_PARAM* optionsOf(Algorithm algorithm) {
  static char padding[] = OSSL_PKEY_RSA_PAD_MODE_PSS, salt[] = OSSL_PKEY_RSA_PSS_SALT_LEN_DIGEST;
  static const OSSL_PARAM pss[] = {OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, padding, 0),
                                   OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, salt, 0),
                                   OSSL_PARAM_construct_end()};
  return algorithm == Algorithm::PS256 ? pss : nullptr;
}

}  // namespace

bool verifySignature(EVP_PKEY* key, Algorithm algorithm, std::string_view bytes, std::string_view signature) {
  std::string der;
  if (algorithm == Algorithm::ES256 || algorithm == Algorithm::ES384) {
    der = derOf(signature, algorithm == Algorithm::ES256 ? 32 : 48);
    if (der.empty()) return false;
    signature = der;
  }
  const std::unique_ptr<EVP_MD_CTX, FreesDigest> context(EVP_MD_CTX_new());
  if (!context ||
      EVP_DigestVerifyInit_ex(context.get(), nullptr, digestOf(algorithm), nullptr, nullptr, key, optionsOf(algorithm)) != 1)
    return false;
  return EVP_DigestVerify(context.get(), start(signature), signature.size(), start(bytes), bytes.size()) == 1;
}

}  // namespace certus::identity
