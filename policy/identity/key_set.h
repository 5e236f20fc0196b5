// An issuer's keys as one document published them (RFC 7517 section 5). Immutable.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "policy/identity/failure.h"
#include "policy/identity/public_key.h"

namespace certus::identity {

inline constexpr std::size_t kMaxKeySetBytes = 256 << 10;
inline constexpr std::size_t kMaxKeys = 100;

class KeySet {
 public:
  // Keys that cannot be used are passed over and named in warnings(). InvalidArgument: the document is no key set, two keys
  // of one type share a kid, or no key is left.
  static Result<KeySet> parse(std::string_view json);

  // By `kid`; a token without one may use the only key that fits. UnknownKey, or KeyMismatch where the named key does not
  // fit.
  Checked<std::shared_ptr<const PublicKey>> find(const std::optional<std::string>& keyId, Algorithm algorithm) const;

  std::size_t size() const { return keys_.size(); }
  const std::vector<std::string>& warnings() const { return warnings_; }  // "key 2 (kid old): is an RSA key of ..."
  const std::string& digest() const { return digest_; }                   // SHA-256 of the document

 private:
  std::vector<std::shared_ptr<const PublicKey>> keys_;
  std::vector<std::string> warnings_;
  std::string digest_;
};

}  // namespace certus::identity
