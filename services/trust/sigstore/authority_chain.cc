#include "services/trust/sigstore/authority_chain.h"

#include <algorithm>

#include <openssl/err.h>

namespace certus::sigstore {
namespace {

using namespace trust_service;

// Of OpenSSL's levels the one of 112 bits: RSA from 2048 bits, no SHA-1.
constexpr int kAuthLevel = 2;

// A limit in an authority's certificate holds for all that it issues, as the other verifiers have it.
bool mayIssueForCodeSigning(const STACK_OF(X509) * chain) {
  for (int i = 1; i < sk_X509_num(chain); ++i) {
    X509* x509 = sk_X509_value(chain, i);
    const bool limited = (X509_get_extension_flags(x509) & EXFLAG_XKUSAGE) != 0;
    if (limited && (X509_get_extended_key_usage(x509) & XKU_CODE_SIGN) == 0) return false;
  }
  return true;
}

Period periodOf(const STACK_OF(X509) * chain) {
  constexpr Period kNever{1, 0};
  Period period;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509* x509 = sk_X509_value(chain, i);
    X509_up_ref(x509);
    const Certificate certificate{X509Ptr(x509)};
    if (certificate.notBefore() <= 0) return kNever;  // not readable, or from before there were any
    period.first = std::max(period.first, certificate.notBefore());
    period.last = std::min(period.last, certificate.notAfter());
  }
  return period;
}

}  // namespace

tl::expected<std::shared_ptr<const AuthorityChain>, std::string> AuthorityChain::load(
    const std::vector<std::string>& certificates) {
  auto chain = std::make_shared<AuthorityChain>();
  chain->anchor_.reset(X509_STORE_new());
  chain->between_.reset(sk_X509_new_null());
  if (!chain->anchor_ || !chain->between_ || certificates.empty())
    return tl::make_unexpected(std::string("has no certificate"));
  for (const std::string& der : certificates) {
    auto certificate = Certificate::fromDer(der);
    if (!certificate) return tl::make_unexpected(certificate.error().message);
    X509* x509 = &certificate->x509();
    X509_check_purpose(x509, -1, 0);  // reads its extensions now, not under the hands of several threads
    const bool last = &der == &certificates.back();
    const bool taken = last ? X509_STORE_add_cert(chain->anchor_.get(), x509) == 1
                            : X509_up_ref(x509) == 1 && sk_X509_push(chain->between_.get(), x509) > 0;
    if (!taken) return tl::make_unexpected(std::string("a certificate cannot be loaded"));
  }
  return std::shared_ptr<const AuthorityChain>(std::move(chain));
}

// Periods are compared by us: OpenSSL takes the last second for expired.
tl::expected<Period, std::string> AuthorityChain::issued(const Certificate& leaf) const {
  const X509StoreContextPtr context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), anchor_.get(), &leaf.x509(), between_.get()) != 1) {
    ERR_clear_error();
    return tl::make_unexpected(std::string("the check could not be made"));
  }
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context.get()), kAuthLevel);
  const bool holds = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (!holds)
    return tl::make_unexpected(std::string(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()))));
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context.get());
  if (!mayIssueForCodeSigning(chain))
    return tl::make_unexpected(std::string("an authority over it may not issue for code signing"));
  return periodOf(chain);
}

}  // namespace certus::sigstore
