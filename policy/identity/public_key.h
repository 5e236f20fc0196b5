// One public key of a key set (RFC 7517), ready to verify signatures. Immutable, so any thread may use it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/types.h>
#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "policy/identity/algorithm.h"

namespace certus::identity {

enum class KeyType : std::uint8_t { Rsa, P256, P384, Ed25519 };

class PublicKey {
 public:
  // InvalidArgument: the key is malformed, too weak, private, or not meant for signatures; the message says which.
  // NotFound: a key of a kind that is not used here, to be passed over (RFC 7517 section 5).
  static Result<PublicKey> fromJwk(const nlohmann::json& jwk);

  const std::optional<std::string>& id() const { return id_; }
  KeyType type() const { return type_; }

  // True where the key's type, and its `alg` if it has one, are the algorithm's: RS/ES/HS confusion ends here.
  bool fits(Algorithm algorithm) const;

  // True only where the signature is the algorithm's over exactly these bytes; false for a key that does not fit.
  bool verify(Algorithm algorithm, std::string_view bytes, std::string_view signature) const;

 private:
  struct FreesKey {
    void operator()(EVP_PKEY* key) const;
  };
  std::optional<std::string> id_;
  std::optional<Algorithm> only_;  // `alg`
  KeyType type_ = KeyType::Rsa;
  std::unique_ptr<EVP_PKEY, FreesKey> key_;
};

}  // namespace certus::identity
