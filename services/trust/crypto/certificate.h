// One X.509 certificate as Sigstore uses it: a key, an identity in the SAN, an issuer in an extension, a short life.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/trust/crypto/keys.h"

namespace certus::trust_service {

// Fulcio's extensions: the issuer that vouched for the identity, as a DER UTF8String and, deprecated, as raw bytes;
// and the otherName type for an identity that is neither an address nor a URI.
inline constexpr const char* kIssuerOid = "1.3.6.1.4.1.57264.1.8";
inline constexpr const char* kIssuerRawOid = "1.3.6.1.4.1.57264.1.1";
inline constexpr const char* kOtherNameOid = "1.3.6.1.4.1.57264.1.7";

class Certificate {
 public:
  static Result<Certificate> fromPem(std::string_view pem);
  static Result<Certificate> fromDer(std::string_view der);
  explicit Certificate(X509Ptr x509) : x509_(std::move(x509)) {}

  X509& x509() const { return *x509_; }
  std::string der() const;
  std::string pem() const;
  Result<EVP_PKEY*> publicKey() const;            // borrowed; EC only
  Result<std::string> identity() const;           // of the one SAN: e-mail, URI or Fulcio's otherName
  std::vector<std::string> subjectNames() const;  // e-mails, URIs, DNS names, Fulcio's otherNames; at most 16, to search by
  std::string issuer() const;                     // of extension 1.8; empty when there is none
  std::int64_t notBefore() const;                 // Unix seconds
  std::int64_t notAfter() const;
  bool mayCodeSign() const;  // EKU codeSigning, digitalSignature, not a CA

 private:
  X509Ptr x509_;
};

enum class IdentityForm : std::uint8_t { Email, Uri, Other };
IdentityForm formOf(std::string_view identity);

}  // namespace certus::trust_service
