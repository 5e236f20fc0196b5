// A signed tree head in the signed-note form that Rekor v1 and Sigstore's clients read: origin "<host> - <tree id>", size,
// root, one signature line. Not a store of them.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "services/trust/crypto/keys.h"
#include "services/trust/formats/merkle.h"

namespace certus::trust_service {

struct Checkpoint {
  std::uint64_t size = 0;
  Hash root{};
  std::string note;  // the whole signed text
};

// A key that the log signed with before. It still proves the entries and heads of the log as it was then, and no later ones.
struct RetiredLogKey {
  KeyPtr key;                   // its public half is enough
  std::uint64_t untilSize = 0;  // entries in the log when it was retired
  std::int64_t until = 0;       // Unix seconds
};

// Who the log is: its key, and the names under which it signs.
class LogIdentity {
 public:
  // `host` is the name of the note's signer, `treeId` positive, `retired` the oldest first.
  LogIdentity(KeyPtr key, std::string host, std::int64_t treeId, std::vector<RetiredLogKey> retired = {});

  EVP_PKEY& key() const { return *key_; }  // that signs now
  const std::vector<RetiredLogKey>& retired() const { return retired_; }
  // The key that signed the record and the time of entry `index`.
  EVP_PKEY& keyOf(std::uint64_t index) const;
  std::string keyIdOf(std::uint64_t index) const;
  bool isOfRetiredKey(std::uint64_t index) const { return !retired_.empty() && index < retired_.back().untilSize; }
  std::string keyId() const { return keyId_; }  // raw SHA-256 of the DER public key: Rekor's logID
  const std::string& host() const { return host_; }
  std::int64_t treeId() const { return treeId_; }
  std::string treeIdHex() const;  // 16 hex digits, the head of an entry's id
  std::string origin() const;

  Result<Checkpoint> sign(std::uint64_t size, const Hash& root) const;
  // Strict: our origin, one signature line, ours. A retired key counts for heads of the sizes that it signed. The error's
  // message names the rule that is broken.
  Result<Checkpoint> open(std::string_view note) const;
  bool signsNow(const Checkpoint& head) const;  // of a checkpoint that open() gave: whether the key of now signed it

 private:
  bool knowsAsGood(std::string_view note) const;
  void rememberAsGood(std::string_view note) const;
  const RetiredLogKey* retiredOf(std::uint64_t index) const;
  Result<EVP_PKEY*> signerOf(std::string_view hint, std::uint64_t size) const;

  KeyPtr key_;
  std::string host_;
  std::int64_t treeId_;
  std::string keyId_;
  std::vector<RetiredLogKey> retired_;
  // Notes whose signature was found good: nearly every read meets one of the newest.
  mutable std::mutex mutex_;
  mutable std::array<std::string, 4> goodNotes_;
  mutable std::size_t nextGood_ = 0;
};

}  // namespace certus::trust_service
