#include "policy/identity/jwk_members.h"

#include <string>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <nlohmann/json.hpp>

#include "base/encoding.h"

namespace certus::identity {
namespace {

using Json = nlohmann::json;

constexpr int kLeastRsaBits = 2048, kMostRsaBits = 8192;
constexpr std::size_t kMostExponentBytes = 4;  // a huge exponent makes every verification slow

template <auto Free>
struct Frees {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Number = std::unique_ptr<BIGNUM, Frees<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Frees<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Frees<OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Frees<EVP_PKEY_CTX_free>>;

tl::unexpected<Error> bad(std::string message) { return fail(ErrorCode::InvalidArgument, std::move(message)); }

Result<std::string> bytesOf(const Json& jwk, const char* name) {
  const auto member = jwk.find(name);
  if (member == jwk.end() || !member->is_string()) return bad(std::string("has no ") + name);
  auto bytes = fromBase64Url(member->get_ref<const std::string&>());
  if (!bytes || bytes->empty() || bytes->size() > kMostRsaBits / 8 + 1)
    return bad(std::string("has a malformed ") + name + "; unpadded base64url is expected");
  return *std::move(bytes);
}

const unsigned char* bytes(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Result<KeyMaterial> build(KeyType type, const char* name, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, name, nullptr));
  EVP_PKEY* key = nullptr;
  const bool made = parameters && EVP_PKEY_fromdata_init(context.get()) == 1 &&  // which refuses a context that is null
                    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
  KeyMaterial out{type, std::unique_ptr<EVP_PKEY, FreesPkey>(key)};
  const Context check(made ? EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr) : nullptr);
  if (!check || EVP_PKEY_public_check_quick(check.get()) != 1) {
    ERR_clear_error();
    return bad("is not a valid key of its type");
  }
  return out;
}

Result<KeyMaterial> readRsa(const Json& jwk) {
  const auto modulus = bytesOf(jwk, "n");
  if (!modulus) return tl::make_unexpected(modulus.error());
  const auto exponent = bytesOf(jwk, "e");
  if (!exponent) return tl::make_unexpected(exponent.error());
  const Number n(BN_bin2bn(bytes(*modulus), static_cast<int>(modulus->size()), nullptr));
  const Number e(BN_bin2bn(bytes(*exponent), static_cast<int>(exponent->size()), nullptr));
  if (!n || !e || BN_num_bits(n.get()) < kLeastRsaBits || BN_num_bits(n.get()) > kMostRsaBits)
    return bad("is an RSA key of fewer than 2048 or more than 8192 bits");
  if (exponent->size() > kMostExponentBytes || !BN_is_odd(e.get()) || BN_is_one(e.get()) || !BN_is_odd(n.get()))
    return bad("has an RSA modulus or exponent that no key has");
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return fail(ErrorCode::Internal, "cannot be built");
  return build(KeyType::Rsa, "RSA", builder.get());
}

Result<KeyMaterial> readEc(const Json& jwk) {
  const bool p256 = jwk.value("crv", Json()) == "P-256";
  if (!p256 && jwk.value("crv", Json()) != "P-384") return fail(ErrorCode::NotFound, "is on a curve that is not used here");
  const std::size_t size = p256 ? 32 : 48;  // RFC 7518 section 6.2.1.2: full size, leading zeros kept
  const auto x = bytesOf(jwk, "x");
  if (!x) return tl::make_unexpected(x.error());
  const auto y = bytesOf(jwk, "y");
  if (!y) return tl::make_unexpected(y.error());
  if (x->size() != size || y->size() != size) return bad("has coordinates of the wrong size");
  const std::string point = "\x04" + *x + *y;
  const Builder builder(OSSL_PARAM_BLD_new());
  const char* group = p256 ? "prime256v1" : "secp384r1";
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return fail(ErrorCode::Internal, "cannot be built");
  return build(p256 ? KeyType::P256 : KeyType::P384, "EC", builder.get());
}

Result<KeyMaterial> readEd25519(const Json& jwk) {
  if (jwk.value("crv", Json()) != "Ed25519") return fail(ErrorCode::NotFound, "is on a curve that is not used here");
  const auto x = bytesOf(jwk, "x");
  if (!x) return tl::make_unexpected(x.error());
  if (x->size() != 32) return bad("has an x of the wrong size");
  EVP_PKEY* key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(*x), x->size());
  if (!key) return bad("is not a valid key of its type");
  return KeyMaterial{KeyType::Ed25519, std::unique_ptr<EVP_PKEY, FreesPkey>(key)};
}

}  // namespace

Result<KeyMaterial> readKeyMaterial(const Json& jwk) {
  const Json type = jwk.value("kty", Json());
  if (type == "RSA") return readRsa(jwk);
  if (type == "EC") return readEc(jwk);
  if (type == "OKP") return readEd25519(jwk);
  if (!type.is_string()) return bad("has no kty");
  return fail(ErrorCode::NotFound, "is of a type that is not used here");
}

}  // namespace certus::identity
