// A trusted authority's certificates, loaded once: the anchor, and those between it and the leaves. Usable from any number
// of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/trust/crypto/certificate.h"

namespace certus::sigstore {

struct Period {  // Unix seconds, inclusive (RFC 5280 4.1.2.5)
  std::int64_t first = 1, last = INT64_MAX;
  bool covers(std::int64_t time) const { return first <= time && time <= last; }
};

class AuthorityChain {
 public:
  // DER, the anchor last. The error says what is wrong with a certificate.
  static tl::expected<std::shared_ptr<const AuthorityChain>, std::string> load(const std::vector<std::string>& certificates);

  // Whether it issued `leaf`: when all certificates from the leaf to the anchor are in force, or OpenSSL's reason why never.
  tl::expected<Period, std::string> issued(const trust_service::Certificate& leaf) const;

 private:
  static void freeStack(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }

  trust_service::X509StorePtr anchor_;
  std::unique_ptr<STACK_OF(X509), trust_service::Releases<freeStack>> between_;
};

}  // namespace certus::sigstore
