// JWS signatures (RFC 7518 section 3, RFC 8037 section 3.1) by OpenSSL.
#pragma once

#include <string_view>

#include <openssl/types.h>

#include "policy/identity/algorithm.h"

namespace certus::identity {

// The caller has made sure that the key is of the algorithm's type. May leave OpenSSL errors behind when it says false.
bool verifySignature(EVP_PKEY* key, Algorithm algorithm, std::string_view bytes, std::string_view signature);

}  // namespace certus::identity
