#include "services/trust/sign/certificate_authority.h"

#include <array>

#include <openssl/err.h>

#include "base/encoding.h"

namespace certus::trust_service {
namespace {

constexpr std::int64_t kRootLifetimeSeconds = 10LL * 365 * 24 * 3600;
constexpr std::int64_t kRootBackdateSeconds = 24 * 3600;  // a clock set back a little must not precede the root

bool setSerial(X509& x509) {
  std::string bytes = randomBytes(19);  // positive and under 20 octets (RFC 5280 4.1.2.2)
  const BignumPtr number(BN_bin2bn(bytesOf(bytes), static_cast<int>(bytes.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&x509)) != nullptr;
}

bool setLife(X509& x509, std::int64_t from, std::int64_t until) {
  return ASN1_TIME_set(X509_getm_notBefore(&x509), from) && ASN1_TIME_set(X509_getm_notAfter(&x509), until);
}

// X509_set_pubkey writes the key, reads it back and searches all decoders for it: several times the cost of a signature.
bool setEllipticKey(X509& x509, const EVP_PKEY& key) {
  std::array<char, 32> curve{};
  unsigned char* point = nullptr;
  if (EVP_PKEY_get_group_name(&key, curve.data(), curve.size(), nullptr) != 1) return false;
  const std::size_t size = EVP_PKEY_get1_encoded_public_key(const_cast<EVP_PKEY*>(&key), &point);
  ASN1_OBJECT* group = OBJ_nid2obj(OBJ_txt2nid(curve.data()));
  if (size > 0 && group &&
      X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(&x509), OBJ_nid2obj(NID_X9_62_id_ecPublicKey), V_ASN1_OBJECT, group, point,
                             static_cast<int>(size)) == 1) {
    return true;  // the certificate owns the point now
  }
  OPENSSL_free(point);
  return false;
}

bool addStandard(X509& x509, X509& issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &x509, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(&x509, extension.get(), -1) == 1;
}

bool addRaw(X509& x509, const char* oidText, std::string_view content) {
  const Asn1ObjectPtr oid(OBJ_txt2obj(oidText, 1));
  const std::unique_ptr<ASN1_OCTET_STRING, Releases<ASN1_OCTET_STRING_free>> data(ASN1_OCTET_STRING_new());
  if (!oid || !data || ASN1_OCTET_STRING_set(data.get(), bytesOf(content), static_cast<int>(content.size())) != 1)
    return false;
  const ExtensionPtr extension(X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), 0, data.get()));
  return extension && X509_add_ext(&x509, extension.get(), -1) == 1;
}

bool addIssuer(X509& x509) {
  const std::string_view issuer = kIssuer;
  std::string utf8String{'\x0c', static_cast<char>(issuer.size())};  // DER: UTF8String, short length
  return addRaw(x509, kIssuerRawOid, issuer) && addRaw(x509, kIssuerOid, utf8String.append(issuer));
}

bool setOtherName(GENERAL_NAME& name, std::string_view identity) {
  Asn1ObjectPtr oid(OBJ_txt2obj(kOtherNameOid, 1));
  Asn1StringPtr text(ASN1_UTF8STRING_new());
  std::unique_ptr<ASN1_TYPE, Releases<ASN1_TYPE_free>> value(ASN1_TYPE_new());
  if (!oid || !text || !value || ASN1_STRING_set(text.get(), identity.data(), static_cast<int>(identity.size())) != 1)
    return false;
  ASN1_TYPE_set(value.get(), V_ASN1_UTF8STRING, text.release());
  return GENERAL_NAME_set0_othername(&name, oid.release(), value.release()) == 1;
}

bool addIdentity(X509& x509, std::string_view identity) {
  GeneralNamePtr name(GENERAL_NAME_new());
  if (!name) return false;
  const auto form = formOf(identity);
  if (form == IdentityForm::Other) {
    if (!setOtherName(*name, identity)) return false;
  } else {
    Asn1StringPtr text(ASN1_IA5STRING_new());
    if (!text || ASN1_STRING_set(text.get(), identity.data(), static_cast<int>(identity.size())) != 1) return false;
    GENERAL_NAME_set0_value(name.get(), form == IdentityForm::Email ? GEN_EMAIL : GEN_URI, text.release());
  }
  const GeneralNamesPtr names(sk_GENERAL_NAME_new_null());
  if (!names || sk_GENERAL_NAME_push(names.get(), name.get()) <= 0) return false;
  name.release();
  // Critical, because the subject is empty (RFC 5280 4.2.1.6).
  return X509_add1_ext_i2d(&x509, NID_subject_alt_name, names.get(), 1, X509V3_ADD_APPEND) == 1;
}

bool nameRoot(X509& x509) {
  X509_NAME* name = X509_get_subject_name(&x509);
  const std::string common = "Certus-Trust CA " + toHex(randomBytes(4));
  return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, bytesOf("Certus"), -1, -1, 0) == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytesOf(common), -1, -1, 0) == 1 &&
         X509_set_issuer_name(&x509, name) == 1;
}

}  // namespace

Result<Certificate> CertificateAuthority::selfSign(EVP_PKEY& key, std::int64_t now) {
  X509Ptr x509(X509_new());
  const bool built = x509 && X509_set_version(x509.get(), X509_VERSION_3) == 1 && setSerial(*x509) && nameRoot(*x509) &&
                     setLife(*x509, now - kRootBackdateSeconds, now + kRootLifetimeSeconds) &&
                     X509_set_pubkey(x509.get(), &key) == 1 &&
                     addStandard(*x509, *x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                     addStandard(*x509, *x509, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                     addStandard(*x509, *x509, NID_subject_key_identifier, "hash") &&
                     addStandard(*x509, *x509, NID_authority_key_identifier, "keyid:always") &&
                     X509_sign(x509.get(), &key, EVP_sha256()) > 0;
  if (!built) return cryptoFailure("making the CA certificate");
  return Certificate(std::move(x509));
}

Result<CertificateAuthority> CertificateAuthority::load(KeyPtr key, Certificate root, std::vector<IssuingRoot> retired) {
  X509StorePtr store(X509_STORE_new());
  if (!store || X509_STORE_add_cert(store.get(), &root.x509()) != 1) return cryptoFailure("loading the CA certificate");
  for (const IssuingRoot& old : retired) {
    if (X509_STORE_add_cert(store.get(), &old.certificate.x509()) != 1)
      return cryptoFailure("loading a retired CA certificate");
  }
  if (X509_check_private_key(&root.x509(), key.get()) != 1 || X509_check_ca(&root.x509()) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::DataCorrupt, "The CA's key and certificate do not belong together.");
  }
  const std::int64_t until = root.notAfter();
  retired.push_back({std::move(root), until});
  return CertificateAuthority(std::move(key), std::move(retired), std::move(store));
}

Result<std::string> CertificateAuthority::issue(std::string_view identity, EVP_PKEY& key, std::int64_t now) const {
  X509Ptr x509(X509_new());
  X509& issuer = root().x509();
  const bool built = x509 && X509_set_version(x509.get(), X509_VERSION_3) == 1 && setSerial(*x509) &&
                     X509_set_issuer_name(x509.get(), X509_get_subject_name(&issuer)) == 1 &&
                     setLife(*x509, now, now + kLeafLifetimeSeconds) && setEllipticKey(*x509, key) &&
                     addStandard(*x509, issuer, NID_key_usage, "critical,digitalSignature") &&
                     addStandard(*x509, issuer, NID_ext_key_usage, "codeSigning") &&
                     addStandard(*x509, issuer, NID_subject_key_identifier, "hash") &&
                     addStandard(*x509, issuer, NID_authority_key_identifier, "keyid:always") &&
                     addIdentity(*x509, identity) && addIssuer(*x509) && X509_sign(x509.get(), key_.get(), EVP_sha256()) > 0;
  if (!built) return cryptoFailure("issuing a certificate");
  return derOf<X509>(x509.get(), i2d_X509);
}

Result<const IssuingRoot*> CertificateAuthority::issuerOf(const Certificate& leaf) const {
  const X509StoreContextPtr context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), store_.get(), &leaf.x509(), nullptr) != 1) {
    return cryptoFailure("checking a certificate");
  }
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_X509_STRICT);
  if (X509_verify_cert(context.get()) != 1) {
    const std::string why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
    ERR_clear_error();
    return fail(ErrorCode::PermissionDenied, "the certificate was not issued by this installation's CA (" + why + ")");
  }
  if (!leaf.mayCodeSign()) return fail(ErrorCode::PermissionDenied, "the certificate is not one for code signing");
  if (leaf.issuer() != kIssuer)
    return fail(ErrorCode::PermissionDenied, "the certificate names another issuer of its identity");
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context.get());
  const X509* anchor = sk_X509_value(chain, sk_X509_num(chain) - 1);
  for (const IssuingRoot& each : roots_) {
    if (X509_cmp(&each.certificate.x509(), anchor) == 0) return &each;
  }
  return fail(ErrorCode::PermissionDenied, "the certificate leads to none of this installation's CAs");
}

}  // namespace certus::trust_service
