#include "http/peer_certificate.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/encoding.h"
#include "http/pem_files.h"

namespace certus::http {
namespace {

constexpr int kMaxNames = 256;

// As `openssl x509 -subject -nameopt RFC2253` prints it: what is not ASCII is \XX.
std::string subjectOf(X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  if (!out || X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) return {};
  const char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

// A name with a zero byte or a space in it is nobody's: what compares it might stop there.
std::string textOf(const ASN1_IA5STRING* value) {
  const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(value));
  std::string text(bytes, static_cast<std::size_t>(ASN1_STRING_length(value)));
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  return printable ? text : std::string();
}

void addNames(X509* certificate, PeerCertificate& out) {
  auto* const names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  const int count = std::min(sk_GENERAL_NAME_num(names), kMaxNames);
  for (int i = 0; i < count; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    std::vector<std::string>* kind = nullptr;
    if (name->type == GEN_URI) kind = &out.uris;
    if (name->type == GEN_DNS) kind = &out.names;
    if (name->type == GEN_EMAIL) kind = &out.emails;
    if (kind == nullptr) continue;
    if (std::string text = textOf(name->d.ia5); !text.empty()) kind->push_back(std::move(text));
  }
  GENERAL_NAMES_free(names);
  ERR_clear_error();
}

}  // namespace

std::unique_ptr<const PeerCertificate> peerCertificate(const SSL* session) {
  X509* const certificate = SSL_get0_peer_certificate(session);
  if (certificate == nullptr || SSL_get_verify_result(session) != X509_V_OK) return nullptr;
  auto out = std::make_unique<PeerCertificate>();
  out->subject = subjectOf(certificate);
  addNames(certificate, *out);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest, &size) == 1)
    out->sha256 = toHex({reinterpret_cast<const char*>(digest), size});
  out->notBefore = wallTime(X509_get0_notBefore(certificate));
  out->notAfter = wallTime(X509_get0_notAfter(certificate));
  return out;
}

}  // namespace certus::http
