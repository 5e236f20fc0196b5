// Seals what a client must carry back unread: a module's state between the rounds of one call. AES-256-GCM, bound to who
// may bring it back, where, for what, and until when. Thread-safe; keeps no state of its own.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace certus::gateway {

using SealKey = std::array<unsigned char, 32>;

// Everything a sealed text is bound to beside its expiry. All must be equal when it is opened.
struct SealBinding {
  std::string_view principalKey;
  std::string_view route;
  std::string_view method;  // "tools/call"
  std::string_view name;    // tool, prompt or URI
  std::string_view argumentsDigest;
};

class Sealer {
 public:
  explicit Sealer(std::vector<SealKey> keys);  // at least one: the first seals, all open

  std::string seal(std::string_view state, const SealBinding& binding, WallTime now) const;  // base64url

  // Nothing tells which check failed: the text comes from outside.
  std::optional<std::string> open(std::string_view sealed, const SealBinding& binding, WallTime now) const;

 private:
  std::vector<SealKey> keys_;
};

constexpr std::chrono::minutes kSealLifetime{10};

// The keys in `<stateDirectory>/seal.keys` (64 hex digits a line, the first one seals). Makes the file with one random
// key, mode 0600, durable and whole whoever else does the same at the same time. A file that others can read is refused.
Result<std::vector<SealKey>> loadOrCreateSealKeys(const std::string& stateDirectory);

}  // namespace certus::gateway
