#include "policy/identity/public_key.h"

#include <array>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <nlohmann/json.hpp>

#include "policy/identity/jwk_members.h"
#include "policy/identity/signature.h"

namespace certus::identity {
namespace {

using Json = nlohmann::json;

// By Algorithm.
constexpr std::array<KeyType, kAlgorithms.size()> kTypes = {KeyType::Rsa, KeyType::Rsa, KeyType::P256, KeyType::P384,
                                                            KeyType::Ed25519};

tl::unexpected<Error> bad(std::string message) { return fail(ErrorCode::InvalidArgument, std::move(message)); }

// RFC 7517 sections 4.2 and 4.3: a key says what it is for, or says nothing.
std::optional<std::string> wrongPurpose(const Json& jwk) {
  if (const auto use = jwk.find("use"); use != jwk.end() && *use != "sig") return "is not for signatures (use)";
  const auto operations = jwk.find("key_ops");
  if (operations == jwk.end()) return std::nullopt;
  if (!operations->is_array()) return "has key_ops that is no list";
  for (const Json& operation : *operations) {
    if (operation == "verify") return std::nullopt;
  }
  return "is not for verification (key_ops)";
}

}  // namespace

void PublicKey::FreesKey::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

Result<PublicKey> PublicKey::fromJwk(const Json& jwk) {
  if (!jwk.is_object()) return bad("is not an object");
  for (const char* secret : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    if (jwk.contains(secret)) return bad("holds private material (" + std::string(secret) + "); publish public keys only");
  }
  if (auto wrong = wrongPurpose(jwk)) return fail(ErrorCode::NotFound, *std::move(wrong));
  auto material = readKeyMaterial(jwk);
  if (!material) return tl::make_unexpected(material.error());
  PublicKey out;
  out.type_ = material->type;
  out.key_.reset(material->key.release());
  if (const auto id = jwk.find("kid"); id != jwk.end()) {
    if (!id->is_string()) return bad("has a kid that is no text");
    out.id_ = id->get<std::string>();
  }
  if (const auto named = jwk.find("alg"); named != jwk.end()) {
    const auto algorithm = named->is_string() ? algorithmOf(named->get_ref<const std::string&>()) : std::nullopt;
    if (!algorithm) return fail(ErrorCode::NotFound, "is for an algorithm that is not used here");
    out.only_ = algorithm;
    if (!out.fits(*algorithm)) return bad("is of another type than its alg");
  }
  return out;
}

bool PublicKey::fits(Algorithm algorithm) const {
  if (only_ && *only_ != algorithm) return false;
  return type_ == kTypes[static_cast<std::size_t>(algorithm)];
}

bool PublicKey::verify(Algorithm algorithm, std::string_view bytes, std::string_view signature) const {
  if (!fits(algorithm)) return false;
  const bool valid = verifySignature(key_.get(), algorithm, bytes, signature);
  if (!valid) ERR_clear_error();  // left behind, it would be read as the reason of somebody else's failure
  return valid;
}

}  // namespace certus::identity
