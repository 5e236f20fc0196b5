// Certificates and keys out of PEM files. An error begins with the file's path. Internal to http/.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace certus::http {

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, FreeX509>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeX509>;

Result<std::vector<Certificate>> readCertificates(const std::string& path);  // at least one
Result<PrivateKey> readPrivateKey(const std::string& path);                  // refuses a file that others may read
WallTime wallTime(const ASN1_TIME* time);                                    // the epoch if it cannot be represented
std::string dayOf(WallTime time);                                            // "2026-11-23 04:26:00 UTC"
std::string lastTlsReason();  // of OpenSSL's newest error on this thread, in words; forgets it

}  // namespace certus::http
