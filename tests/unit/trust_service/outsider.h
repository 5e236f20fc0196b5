// Somebody outside of the service: has keys of their own, and proposes entries to the log as Rekor's clients do.
#pragma once

#include <string>

#include <openssl/rsa.h>

#include "bench.h"
#include "services/trust/crypto/pem.h"
#include "services/trust/sign/private_keys.h"

namespace certus::trust_service {

class Outsider {
 public:
  explicit Outsider(HashAlgorithm algorithm = HashAlgorithm::Sha256) : algorithm_(algorithm) {
    auto made = generateKeyFor(algorithm);
    EXPECT_TRUE(made.has_value());
    key_ = std::move(*made);
  }
  static Outsider withRsa(unsigned bits) { return Outsider(HashAlgorithm::Sha256, KeyPtr(EVP_RSA_gen(bits))); }
  static Outsider withLongExponent() {
    const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    BIGNUM* exponent = nullptr;
    EXPECT_GT(BN_hex2bn(&exponent, "10000000000000000D"), 0);
    const BignumPtr owner(exponent);
    EVP_PKEY* key = nullptr;
    EXPECT_EQ(EVP_PKEY_keygen_init(context.get()), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), 2048), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), exponent), 1);
    EXPECT_EQ(EVP_PKEY_generate(context.get(), &key), 1);
    return Outsider(HashAlgorithm::Sha256, KeyPtr(key));
  }
  static Outsider withKey(KeyPtr key) { return Outsider(HashAlgorithm::Sha256, std::move(key)); }

  EVP_PKEY& key() const { return *key_; }
  std::string pem() const { return encodePem("PUBLIC KEY", publicKeyDer(*key_)); }
  std::string hash(const std::string& message) const { return hashWith(algorithm_, message); }
  std::string sign(const std::string& message) const {
    auto signature = signDigest(*key_, algorithm_, hash(message));
    EXPECT_TRUE(signature.has_value());
    return *signature;
  }

  // A hashedrekord for the content, signed now.
  Json proposal(const std::string& content) const { return proposal(content, sign(content), pem()); }
  Json proposal(const std::string& content, const std::string& signature, const std::string& keyPem) const {
    return Json{{"apiVersion", "0.0.1"},
                {"kind", "hashedrekord"},
                {"spec",
                 {{"data", {{"hash", {{"algorithm", toString(algorithm_)}, {"value", toHex(hash(content))}}}}},
                  {"signature", {{"content", toBase64(signature)}, {"publicKey", {{"content", toBase64(keyPem)}}}}}}}};
  }

  // An envelope over an in-toto statement, or over any other payload.
  std::string envelope(const std::string& payload, const std::string& type = "application/vnd.in-toto+json") const {
    const std::string encoded =
        "DSSEv1 " + std::to_string(type.size()) + " " + type + " " + std::to_string(payload.size()) + " " + payload;
    return Json{{"payload", toBase64(payload)},
                {"payloadType", type},
                {"signatures", Json::array({{{"sig", toBase64(sign(encoded))}, {"keyid", ""}}})}}
        .dump();
  }
  Json dsseProposal(const std::string& envelopeText) const {
    return Json{
        {"apiVersion", "0.0.1"},
        {"kind", "dsse"},
        {"spec", {{"proposedContent", {{"envelope", envelopeText}, {"verifiers", Json::array({toBase64(pem())})}}}}}};
  }

 private:
  Outsider(HashAlgorithm algorithm, KeyPtr key) : algorithm_(algorithm), key_(std::move(key)) {}
  HashAlgorithm algorithm_;
  KeyPtr key_;
};

inline constexpr const char* kEntriesPath = "/api/v1/log/entries";

// The only member of a Rekor entry map, and its name.
inline const Json& onlyEntry(const Json& map) { return map.begin().value(); }
inline std::string onlyId(const Json& map) { return map.begin().key(); }

inline std::string headerOf(const Reply& reply, const std::string& name) {
  const auto at = reply.headers.find(name + ": ");
  if (at == std::string::npos) return {};
  const auto start = at + name.size() + 2;
  return reply.headers.substr(start, reply.headers.find("\r\n", start) - start);
}

}  // namespace certus::trust_service
