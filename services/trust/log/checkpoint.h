// A signed tree head in the signed-note form that Rekor v1 and Sigstore's clients read: origin "<host> - <tree id>", size,
// root, one signature line. Not a store of them.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "services/trust/crypto/keys.h"
#include "services/trust/log/merkle.h"

namespace certus::trust_service {

struct Checkpoint {
  std::uint64_t size = 0;
  Hash root{};
  std::string note;  // the whole signed text
};

// Who the log is: its key, and the names under which it signs.
class LogIdentity {
 public:
  // `host` is the name of the note's signer, `treeId` positive.
  LogIdentity(KeyPtr key, std::string host, std::int64_t treeId);

  EVP_PKEY& key() const { return *key_; }
  std::string keyId() const { return keyId_; }  // raw SHA-256 of the DER public key: Rekor's logID
  std::int64_t treeId() const { return treeId_; }
  std::string treeIdHex() const;  // 16 hex digits, the head of an entry's id
  std::string origin() const;

  Result<Checkpoint> sign(std::uint64_t size, const Hash& root) const;
  // Strict: our origin, one signature line, ours. The error's message names the rule that is broken.
  Result<Checkpoint> open(std::string_view note) const;

 private:
  KeyPtr key_;
  std::string host_;
  std::int64_t treeId_;
  std::string keyId_;
  mutable std::mutex mutex_;
  mutable std::string lastVerified_;  // a note whose signature was found good: most reads meet the same one
};

}  // namespace certus::trust_service
