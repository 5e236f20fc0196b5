// Certificates that no honest authority of ours would make: chains of several, with any limits, signed with any digest.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <openssl/x509v3.h>

#include "evidence_bench.h"

namespace certus::sigstore {

struct Issuer {
  Certificate certificate;
  KeyPtr key;
};

struct AuthorityOrder {
  std::string name = "authority";
  std::int64_t from = kNow - 9000, until = kNow + 9000;
  std::vector<std::pair<int, const char*>> further{};  // extensions beside those of every authority
  const EVP_MD* digest = EVP_sha256();
};

inline void extend(X509& x509, X509& issuer, const std::vector<std::pair<int, const char*>>& extensions) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &x509, nullptr, nullptr, 0);
  for (const auto& [nid, value] : extensions) {
    const trust_service::ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    EXPECT_EQ(X509_add_ext(&x509, extension.get(), -1), 1) << value;
  }
}

// An authority over `key` that `issuer` vouches for; without one, it vouches for itself.
inline Issuer authorityOf(KeyPtr key, const AuthorityOrder& order, const Issuer* issuer = nullptr) {
  trust_service::X509Ptr x509(X509_new());
  const auto* name = reinterpret_cast<const unsigned char*>(order.name.c_str());
  X509_set_version(x509.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 7);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509.get()), "CN", MBSTRING_UTF8, name, -1, -1, 0);
  X509& above = issuer ? issuer->certificate.x509() : *x509;
  X509_set_issuer_name(x509.get(), X509_get_subject_name(&above));
  ASN1_TIME_set(X509_getm_notBefore(x509.get()), order.from);
  ASN1_TIME_set(X509_getm_notAfter(x509.get()), order.until);
  X509_set_pubkey(x509.get(), key.get());
  extend(*x509, above, {{NID_basic_constraints, "critical,CA:TRUE"}, {NID_key_usage, "critical,keyCertSign"}});
  extend(*x509, above, {{NID_subject_key_identifier, "hash"}, {NID_authority_key_identifier, "keyid:always"}});
  extend(*x509, above, order.further);
  EXPECT_GT(X509_sign(x509.get(), issuer ? issuer->key.get() : key.get(), order.digest), 0);
  return {Certificate(std::move(x509)), std::move(key)};
}

// A leaf that differs from those of our own authority in what signs it.
inline Certificate leafOf(const Issuer& issuer, EVP_PKEY& key, const EVP_MD* digest = EVP_sha256()) {
  EVP_PKEY_up_ref(issuer.key.get());
  trust_service::X509Ptr copy(X509_dup(&issuer.certificate.x509()));
  const auto authority = CertificateAuthority::load(KeyPtr(issuer.key.get()), Certificate(std::move(copy))).value();
  Certificate leaf = Certificate::fromDer(authority.issue(kSigner, key, kNow).value()).value();
  EXPECT_GT(X509_sign(&leaf.x509(), issuer.key.get(), digest), 0);
  return Certificate::fromDer(leaf.der()).value();
}

// A root that names these certificates as its one authority, the anchor last.
inline Json rootOver(const EvidenceBench& bench, const std::vector<const Issuer*>& chain) {
  Json root = bench.root(), certificates = Json::array();
  for (const Issuer* each : chain) certificates.push_back(Json{{"rawBytes", toBase64(each->certificate.der())}});
  root["certificateAuthorities"][0]["certChain"]["certificates"] = certificates;
  return root;
}

}  // namespace certus::sigstore
