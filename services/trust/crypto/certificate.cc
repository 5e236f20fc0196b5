#include "services/trust/crypto/certificate.h"

#include <algorithm>
#include <ctime>

#include <openssl/err.h>

#include "services/trust/crypto/pem.h"

namespace certus::trust_service {
namespace {

constexpr int kMaxSubjectNames = 16;
constexpr std::string_view kAlnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::string textOf(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::int64_t unixSeconds(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return timegm(&parts);
}

Result<std::string> identityOf(const GENERAL_NAME& name) {
  int type = 0;
  const void* value = GENERAL_NAME_get0_value(&name, &type);
  if (type == GEN_EMAIL || type == GEN_URI) return textOf(static_cast<const ASN1_IA5STRING*>(value));
  ASN1_OBJECT* oid = nullptr;
  ASN1_TYPE* other = nullptr;
  if (type == GEN_OTHERNAME && GENERAL_NAME_get0_otherName(&name, &oid, &other) == 1) {
    const Asn1ObjectPtr wanted(OBJ_txt2obj(kOtherNameOid, 1));
    if (wanted && OBJ_cmp(oid, wanted.get()) == 0 && other->type == V_ASN1_UTF8STRING)
      return textOf(other->value.utf8string);
  }
  return fail(ErrorCode::InvalidArgument, "its subject alternative name is of an unknown kind");
}

}  // namespace

IdentityForm formOf(std::string_view identity) {
  const auto at = identity.find('@');
  if (at != std::string_view::npos && at > 0 && at + 1 < identity.size()) {
    const auto local = identity.substr(0, at);
    const auto domain = identity.substr(at + 1);
    const std::string localChars = std::string(kAlnum) + "!#$%&'*+-/=?^_`{|}~.";
    const std::string domainChars = std::string(kAlnum) + ".-";
    if (local.find_first_not_of(localChars) == std::string_view::npos &&
        domain.find_first_not_of(domainChars) == std::string_view::npos) {
      return IdentityForm::Email;
    }
  }
  const auto colon = identity.find(':');
  const bool scheme = colon != std::string_view::npos && colon > 0 && colon + 1 < identity.size() &&
                      identity.substr(0, colon).find_first_not_of(std::string(kAlnum) + "+.-") == std::string_view::npos &&
                      (identity[0] < '0' || identity[0] > '9');
  for (const char c : identity) {
    if (c <= ' ' || c > '~') return IdentityForm::Other;
  }
  return scheme ? IdentityForm::Uri : IdentityForm::Other;
}

Result<Certificate> Certificate::fromPem(std::string_view pem) {
  auto block = decodePem(pem);
  if (!block) return tl::make_unexpected(block.error());
  if (block->label != "CERTIFICATE") {
    return fail(ErrorCode::InvalidArgument, "the PEM block is a " + block->label + ", not a CERTIFICATE");
  }
  return fromDer(block->der);
}

Result<Certificate> Certificate::fromDer(std::string_view der) {
  const unsigned char* at = bytesOf(der);
  X509Ptr x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!x509 || at != bytesOf(der) + der.size()) {
    ERR_clear_error();
    return fail(ErrorCode::InvalidArgument, "the certificate is not well-formed X.509");
  }
  Certificate certificate(std::move(x509));
  if (certificate.der() != der) return fail(ErrorCode::InvalidArgument, "the certificate is not DER");
  return certificate;
}

std::string Certificate::der() const { return derOf<X509>(x509_.get(), i2d_X509); }

std::string Certificate::pem() const { return encodePem("CERTIFICATE", der()); }

Result<EVP_PKEY*> Certificate::publicKey() const {
  EVP_PKEY* key = X509_get0_pubkey(x509_.get());
  if (key && EVP_PKEY_is_a(key, "EC")) return key;
  ERR_clear_error();
  return fail(ErrorCode::InvalidArgument, "the certificate's key is not an elliptic-curve key");
}

Result<std::string> Certificate::identity() const {
  const GeneralNamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509_.get(), NID_subject_alt_name, nullptr, nullptr)));
  if (!names || sk_GENERAL_NAME_num(names.get()) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::InvalidArgument, "the certificate does not name exactly one identity");
  }
  auto identity = identityOf(*sk_GENERAL_NAME_value(names.get(), 0));
  if (identity && identity->find('\0') != std::string::npos) {
    return fail(ErrorCode::InvalidArgument, "the certificate's identity holds a NUL byte");
  }
  return identity;
}

std::vector<std::string> Certificate::subjectNames() const {
  std::vector<std::string> found;
  const GeneralNamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509_.get(), NID_subject_alt_name, nullptr, nullptr)));
  if (!names) ERR_clear_error();
  const int count = names ? std::min(sk_GENERAL_NAME_num(names.get()), kMaxSubjectNames) : 0;
  for (int i = 0; i < count; ++i) {
    const GENERAL_NAME& name = *sk_GENERAL_NAME_value(names.get(), i);
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(&name, &type);
    auto text = type == GEN_DNS ? Result<std::string>(textOf(static_cast<const ASN1_IA5STRING*>(value))) : identityOf(name);
    if (text && !text->empty() && text->find('\0') == std::string::npos) found.push_back(std::move(*text));
  }
  return found;
}

std::string Certificate::issuer() const {
  const Asn1ObjectPtr oid(OBJ_txt2obj(kIssuerOid, 1));
  const int at = X509_get_ext_by_OBJ(x509_.get(), oid.get(), -1);
  if (at < 0 || X509_get_ext_by_OBJ(x509_.get(), oid.get(), at) >= 0) return {};  // none, or two that may differ
  const ASN1_OCTET_STRING* data = X509_EXTENSION_get_data(X509_get_ext(x509_.get(), at));
  const unsigned char* bytes = ASN1_STRING_get0_data(data);
  const Asn1StringPtr text(d2i_ASN1_UTF8STRING(nullptr, &bytes, ASN1_STRING_length(data)));
  if (text && bytes == ASN1_STRING_get0_data(data) + ASN1_STRING_length(data)) return textOf(text.get());
  ERR_clear_error();
  return {};
}

std::int64_t Certificate::notBefore() const { return unixSeconds(X509_get0_notBefore(x509_.get())); }
std::int64_t Certificate::notAfter() const { return unixSeconds(X509_get0_notAfter(x509_.get())); }

bool Certificate::mayCodeSign() const {
  const auto present = X509_get_extension_flags(x509_.get());
  const bool hasBoth = (present & EXFLAG_XKUSAGE) && (present & EXFLAG_KUSAGE) && !(present & EXFLAG_INVALID);
  return hasBoth && (X509_get_extended_key_usage(x509_.get()) & XKU_CODE_SIGN) &&
         (X509_get_key_usage(x509_.get()) & KU_DIGITAL_SIGNATURE) && X509_check_ca(x509_.get()) == 0;
}

}  // namespace certus::trust_service
