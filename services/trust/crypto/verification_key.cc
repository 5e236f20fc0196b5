#include "services/trust/crypto/verification_key.h"

#include <array>

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>

#include "services/trust/crypto/pem.h"

namespace certus::trust_service {
namespace {

constexpr int kMinRsaBits = 2048, kMaxRsaBits = 8192, kMaxExponentBits = 33;
constexpr std::size_t kMaxSignatureBytes = kMaxRsaBits / 8;

struct Curve {
  std::string_view group;
  HashAlgorithm algorithm;
  std::size_t derBytes;  // of a named curve and an uncompressed point: the one form that other tools write
};
constexpr std::array kCurves{Curve{"prime256v1", HashAlgorithm::Sha256, 91}, Curve{"secp384r1", HashAlgorithm::Sha384, 120},
                             Curve{"secp521r1", HashAlgorithm::Sha512, 158}};

tl::unexpected<Error> refuse(std::string why) {
  ERR_clear_error();
  return fail(ErrorCode::InvalidArgument, std::move(why));
}

Result<HashAlgorithm> algorithmOf(const EVP_PKEY& key) {
  if (EVP_PKEY_is_a(&key, "RSA")) {
    const int bits = EVP_PKEY_get_bits(&key);
    BIGNUM* found = nullptr;  // a long exponent makes each check a thousand times as long
    const bool read = EVP_PKEY_get_bn_param(&key, OSSL_PKEY_PARAM_RSA_E, &found) == 1;
    const BignumPtr exponent(found);
    if (!read || BN_num_bits(exponent.get()) > kMaxExponentBits)
      return refuse(fmt::format("an RSA key's public exponent must have at most {} bits", kMaxExponentBits));
    if (bits >= kMinRsaBits && bits <= kMaxRsaBits) return HashAlgorithm::Sha256;
    return refuse(fmt::format("an RSA key must have {} to {} bits; this one has {}", kMinRsaBits, kMaxRsaBits, bits));
  }
  std::array<char, 64> group{};
  std::size_t size = 0;
  if (EVP_PKEY_is_a(&key, "EC") &&
      EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), &size) == 1) {
    for (const Curve& curve : kCurves) {
      if (std::string_view(group.data(), size) != curve.group) continue;
      if (publicKeyDer(key).size() == curve.derBytes) return curve.algorithm;
      return refuse("an elliptic-curve key must name its curve and hold its point uncompressed");
    }
  }
  return refuse("entry algorithms are not allowed: the key must be P-256, P-384, P-521 or RSA");
}

Result<KeyPtr> keyFromDer(const std::string& der) {
  const unsigned char* at = bytesOf(der);
  KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (!key || at != bytesOf(der) + der.size()) return refuse("the public key cannot be read");
  return key;
}

// BER variants would decode to the same numbers. That (r, n - s) is good too is left: it is another signature.
bool isCanonicalEcdsa(std::string_view signature) {
  const unsigned char* at = bytesOf(signature);
  std::unique_ptr<ECDSA_SIG, Releases<ECDSA_SIG_free>> parsed(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(signature.size())));
  if (!parsed) ERR_clear_error();
  return parsed && derOf<ECDSA_SIG>(parsed.get(), i2d_ECDSA_SIG) == signature;
}

}  // namespace

Result<VerificationKey> VerificationKey::fromPem(std::string_view pem) {
  auto block = decodePem(pem);
  if (!block) return tl::make_unexpected(block.error());
  std::optional<Certificate> certificate;
  KeyPtr key;
  if (block->label == "CERTIFICATE") {
    auto parsed = Certificate::fromDer(block->der);
    if (!parsed) return tl::make_unexpected(parsed.error());
    certificate = std::move(*parsed);
    EVP_PKEY* inside = X509_get0_pubkey(&certificate->x509());
    if (!inside || EVP_PKEY_up_ref(inside) != 1) return refuse("the certificate's key cannot be read");
    key.reset(inside);
  } else if (block->label == "PUBLIC KEY") {
    auto parsed = keyFromDer(block->der);
    if (!parsed) return tl::make_unexpected(parsed.error());
    key = std::move(*parsed);
  } else {
    return refuse("the PEM block is a " + block->label + "; give a PUBLIC KEY or a CERTIFICATE");
  }
  auto algorithm = algorithmOf(*key);
  if (!algorithm) return tl::make_unexpected(algorithm.error());
  if (!certificate && publicKeyDer(*key) != block->der) return refuse("the public key is not DER");
  return VerificationKey(std::move(key), *algorithm, encodePem(block->label, block->der), std::move(certificate));
}

Result<void> VerificationKey::check(HashAlgorithm algorithm, std::string_view digest, std::string_view signature) const {
  if (algorithm != algorithm_) {
    return refuse(fmt::format("entry algorithms are not allowed: this key signs {} digests, not {}", toString(algorithm_),
                              toString(algorithm)));
  }
  if (digest.size() != digestBytes(algorithm)) return refuse("the digest has another length than its algorithm");
  if (signature.empty() || signature.size() > kMaxSignatureBytes) return refuse("the signature is empty or too long");
  if (EVP_PKEY_is_a(key_.get(), "EC") && !isCanonicalEcdsa(signature)) {
    return refuse("an ECDSA signature must be DER, SEQUENCE { r, s }; convert one that is r and s side by side");
  }
  if (!verifiesDigest(*key_, algorithm, digest, signature)) return refuse("the signature does not verify over this digest");
  return {};
}

}  // namespace certus::trust_service
