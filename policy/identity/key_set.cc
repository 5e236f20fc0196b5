#include "policy/identity/key_set.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "policy/identity/strict_json.h"
#include "policy/identity/text_rules.h"

namespace certus::identity {
namespace {

using Json = nlohmann::json;

constexpr JsonLimits kSetLimits{kMaxKeySetBytes, 6, 10'000};

std::string nameOf(const Json& jwk, std::size_t index) {
  std::string out = "key " + std::to_string(index + 1);
  if (!jwk.is_object()) return out;
  const Json id = jwk.value("kid", Json());
  if (id.is_string() && isPrintableName(id.get_ref<const std::string&>())) out += " (kid " + id.get<std::string>() + ")";
  return out;
}

}  // namespace

Result<KeySet> KeySet::parse(std::string_view json) {
  const auto refused = [](std::string message) { return fail(ErrorCode::InvalidArgument, std::move(message)); };
  if (json.size() > kMaxKeySetBytes) return refused("longer than 256 KB; a key set is expected");
  const auto document = parseStrictObject(json, kSetLimits);
  if (!document) return refused("not a strict JSON object; a key set {\"keys\": [...]} is expected (RFC 7517)");
  const auto keys = document->find("keys");
  if (keys == document->end() || !keys->is_array()) return refused("has no list \"keys\"; a key set is expected (RFC 7517)");
  if (keys->size() > kMaxKeys) return refused("holds more than 100 keys");
  KeySet out;
  out.digest_ = certus::sha256(json);
  for (std::size_t i = 0; i < keys->size(); ++i) {
    const Json& jwk = (*keys)[i];
    auto key = PublicKey::fromJwk(jwk);
    if (!key) {
      out.warnings_.push_back(nameOf(jwk, i) + ": " + key.error().message);
      continue;
    }
    const bool repeated = std::any_of(out.keys_.begin(), out.keys_.end(), [&](const auto& other) {
      return key->id() && other->id() == key->id() && other->type() == key->type();
    });
    if (repeated)
      return refused(nameOf(jwk, i) + " has the kid of another key of its type; which one is meant cannot be told");
    out.keys_.push_back(std::make_shared<const PublicKey>(*std::move(key)));
  }
  if (out.keys_.empty())
    return refused(out.warnings_.empty() ? "holds no key" : "holds no usable key; " + out.warnings_.front());
  return out;
}

Checked<std::shared_ptr<const PublicKey>> KeySet::find(const std::optional<std::string>& keyId, Algorithm algorithm) const {
  std::shared_ptr<const PublicKey> found;
  bool named = false;
  for (const auto& key : keys_) {
    if (keyId && key->id() != keyId) continue;
    named = true;
    if (!key->fits(algorithm)) continue;
    if (found) return refuse(Failure::UnknownKey);  // without a kid it must be the only one
    found = key;
  }
  if (found) return found;
  return refuse(named && keyId ? Failure::KeyMismatch : Failure::UnknownKey);
}

}  // namespace certus::identity
