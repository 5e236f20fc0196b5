// Throw-away certificates for TLS tests: a CA and what it signs, as PEM files in a directory of their own.
#pragma once

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>

namespace certus::test {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

struct Terms {                     // of a certificate
  long begins = -60, ends = 3600;  // seconds from now
  std::string extendedUsage{};     // "serverAuth"; empty: any
};

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "Test CA") {
    std::string form = (std::filesystem::temp_directory_path() / "certus-tls-XXXXXX").string();
    directory_ = ::mkdtemp(form.data());
    key_.reset(EVP_EC_gen("P-256"));
    certificate_ = make(name, *key_, "", true, {});
    writeCertificate("ca.pem", *certificate_);
  }
  ~TestAuthority() { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return directory_ + "/" + name; }

  // Writes <name>.pem and <name>.key; `alternative` as "DNS:localhost" or "IP:127.0.0.1".
  void issue(const std::string& name, const std::string& alternative, const Terms& terms = {}) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = make(name, *key, alternative, false, terms);
    writeCertificate(name + ".pem", *certificate);
    FILE* const file = std::fopen(path(name + ".key").c_str(), "w");
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    ::chmod(path(name + ".key").c_str(), 0600);
  }

 private:
  Certificate make(const std::string& name, EVP_PKEY& key, const std::string& alternative, bool authority,
                   const Terms& terms) {
    Certificate made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial_);
    std::time_t now = std::time(nullptr);
    X509_time_adj_ex(X509_getm_notBefore(made.get()), 0, terms.begins, &now);
    X509_time_adj_ex(X509_getm_notAfter(made.get()), 0, terms.ends, &now);
    X509_NAME* const subject = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made.get(), authority ? subject : X509_get_subject_name(certificate_.get()));
    X509_set_pubkey(made.get(), &key);
    if (authority) extend(*made, NID_basic_constraints, "critical,CA:TRUE");
    if (!terms.extendedUsage.empty()) extend(*made, NID_ext_key_usage, terms.extendedUsage);
    if (!alternative.empty()) extend(*made, NID_subject_alt_name, alternative);
    X509_sign(made.get(), key_.get(), EVP_sha256());
    return made;
  }

  static void extend(X509& certificate, int kind, const std::string& value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(&certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  void writeCertificate(const std::string& name, X509& certificate) const {
    FILE* const file = std::fopen(path(name).c_str(), "w");
    PEM_write_X509(file, &certificate);
    std::fclose(file);
  }

  std::string directory_;
  Key key_;
  Certificate certificate_;
  long serial_ = 0;
};

}  // namespace certus::test
