// The numbers of a JSON Web Key as an OpenSSL key. Used by PublicKey alone.
#pragma once

#include <memory>

#include <openssl/evp.h>
#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "policy/identity/public_key.h"

namespace certus::identity {

struct FreesPkey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

struct KeyMaterial {
  KeyType type = KeyType::Rsa;
  std::unique_ptr<EVP_PKEY, FreesPkey> key;
};

// Errors as PublicKey::fromJwk says.
Result<KeyMaterial> readKeyMaterial(const nlohmann::json& jwk);

}  // namespace certus::identity
