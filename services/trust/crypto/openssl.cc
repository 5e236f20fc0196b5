#include "services/trust/crypto/openssl.h"

#include <array>

#include <openssl/err.h>

namespace certus::trust_service {

std::string opensslReason() {
  unsigned long newest = 0;
  while (const unsigned long code = ERR_get_error()) newest = code;
  if (newest == 0) return "no reason given";
  std::array<char, 256> text{};
  ERR_error_string_n(newest, text.data(), text.size());
  return text.data();
}

tl::unexpected<Error> cryptoFailure(std::string_view what) {
  return fail(ErrorCode::Internal, "A cryptographic operation failed; the service's log says which.",
              std::string(what) + ": " + opensslReason());
}

}  // namespace certus::trust_service
