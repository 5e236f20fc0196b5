#include "tests/unit/policy_identity/issuing.h"

#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace certus::identity {
namespace {

void require(bool holds) {
  if (!holds) throw std::runtime_error("OpenSSL refused");
}

EVP_PKEY* generate(const std::string& kind) {
  if (kind == "RSA") return EVP_RSA_gen(2048);
  if (kind == "RSA-1024") return EVP_RSA_gen(1024);
  if (kind == "Ed25519") return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  return EVP_EC_gen(kind.c_str());
}

std::string number(EVP_PKEY* key, const char* name, int size) {
  BIGNUM* value = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &value) == 1);
  std::string out(static_cast<std::size_t>(size ? size : BN_num_bytes(value)), '\0');
  require(BN_bn2binpad(value, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())) >= 0);
  BN_free(value);
  return toBase64Url(out);
}

std::string pairOf(const std::string& der, int size) {
  const auto* next = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &next, static_cast<long>(der.size()));
  require(signature != nullptr);
  std::string out(static_cast<std::size_t>(2 * size), '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature), bytes, size);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature), bytes + size, size);
  ECDSA_SIG_free(signature);
  return out;
}

}  // namespace

const SigningKey& SigningKey::of(const std::string& kind) {
  static std::map<std::string, SigningKey> made;
  const auto found = made.find(kind);
  if (found != made.end()) return found->second;
  SigningKey out;
  out.kind_ = kind;
  out.key_ = {generate(kind), EVP_PKEY_free};
  require(out.key_ != nullptr);
  return made.emplace(kind, std::move(out)).first->second;
}

Json SigningKey::jwk(const std::string& kid) const {
  EVP_PKEY* key = key_.get();
  if (kind_.starts_with("RSA")) {
    return {{"kty", "RSA"},
            {"kid", kid},
            {"n", number(key, OSSL_PKEY_PARAM_RSA_N, 0)},
            {"e", number(key, OSSL_PKEY_PARAM_RSA_E, 0)}};
  }
  if (kind_ == "Ed25519") {
    std::string x(32, '\0');
    std::size_t size = x.size();
    require(EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(x.data()), &size) == 1);
    return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", kid}, {"x", toBase64Url(x)}};
  }
  const int size = kind_ == "P-256" ? 32 : 48;
  return {{"kty", "EC"},
          {"crv", kind_},
          {"kid", kid},
          {"x", number(key, OSSL_PKEY_PARAM_EC_PUB_X, size)},
          {"y", number(key, OSSL_PKEY_PARAM_EC_PUB_Y, size)}};
}

std::string SigningKey::sign(const std::string& algorithm, const std::string& bytes) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const char* digest = kind_ == "Ed25519" ? nullptr : kind_ == "P-384" ? "SHA384" : "SHA256";
  EVP_PKEY_CTX* options = nullptr;
  require(EVP_DigestSignInit_ex(context.get(), &options, digest, nullptr, nullptr, key_.get(), nullptr) == 1);
  if (algorithm == "PS256") {
    require(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
    require(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
  }
  std::size_t size = 1024;
  std::string out(size, '\0');
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                         reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1);
  out.resize(size);
  if (kind_ == "P-256") return pairOf(out, 32);
  if (kind_ == "P-384") return pairOf(out, 48);
  return out;
}

std::string SigningKey::publicPem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  require(PEM_write_bio_PUBKEY(memory, key_.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string out(text, static_cast<std::size_t>(size));
  BIO_free(memory);
  return out;
}

std::string compact(const std::string& header, const std::string& payload, const std::string& signature) {
  return toBase64Url(header) + "." + toBase64Url(payload) + "." + toBase64Url(signature);
}

std::string signedText(const SigningKey& key, const std::string& algorithm, const std::string& header,
                       const std::string& payload) {
  return compact(header, payload, key.sign(algorithm, toBase64Url(header) + "." + toBase64Url(payload)));
}

std::string signedToken(const SigningKey& key, const Json& header, const Json& claims) {
  return signedText(key, header.value("alg", ""), header.dump(), claims.dump());
}

const SigningKey& keyFor(const std::string& algorithm) {
  if (algorithm == "ES256") return SigningKey::of("P-256");
  if (algorithm == "ES384") return SigningKey::of("P-384");
  if (algorithm == "EdDSA") return SigningKey::of("Ed25519");
  return SigningKey::of("RSA");
}

Json keySet() {
  return {
      {"keys",
       {keyFor("RS256").jwk("rsa"), keyFor("ES256").jwk("p256"), keyFor("ES384").jwk("p384"), keyFor("EdDSA").jwk("ed")}}};
}

IssuingWorld::IssuingWorld() {
  settings.name = "company";
  settings.issuer = "https://id.example.com";
  settings.audiences = {"https://gateway.example.com/mcp"};
  keys = std::make_shared<KeyCache>(KeyCacheOptions{}, nullptr);
  require(keys->fetched(keySet().dump(), at(kNow).steady).has_value());
  rebuild();
}

void IssuingWorld::rebuild() {
  verifier = std::make_unique<BearerVerifier>(std::vector<TrustedIssuer>{{settings, keys}}, revocations);
}

Json IssuingWorld::header(const std::string& algorithm) const {
  const std::map<std::string, std::string> kids = {{"ES256", "p256"}, {"ES384", "p384"}, {"EdDSA", "ed"}};
  const auto found = kids.find(algorithm);
  return {{"alg", algorithm}, {"typ", "JWT"}, {"kid", found == kids.end() ? "rsa" : found->second}};
}

Json IssuingWorld::claims() const {
  return {{"iss", settings.issuer},
          {"sub", "alice@example.com"},
          {"aud", settings.audiences.front()},
          {"iat", kNow - 60},
          {"exp", kNow + 600},
          {"jti", "token-1"},
          {"groups", {"dev", "ops", "dev"}},
          {"scope", "mcp:tools mcp:sign"}};
}

std::string IssuingWorld::good(const std::string& algorithm) const {
  return signedToken(keyFor(algorithm), header(algorithm), claims());
}

std::string said(const Outcome& outcome) {
  if (const auto* principal = std::get_if<PrincipalPointer>(&outcome)) return "ok:" + (*principal)->subject;
  if (const auto* failure = std::get_if<Failure>(&outcome)) return std::string(labelOf(*failure));
  return "await";
}

}  // namespace certus::identity
