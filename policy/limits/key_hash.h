// 128 bits that stand for whoever shares a limit: tables keep them instead of names, so that entries are of one size.
// Nobody outside can make two callers meet in one key.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace certus::limits {

struct Key {
  std::uint64_t a, b;
  bool operator==(const Key&) const = default;
};

std::string toHex(const Key& key);  // 32 digits

using HashSecret = std::array<std::uint64_t, 2>;

Key sipHash13(const HashSecret& secret, std::string_view bytes);  // SipHash-1-3 with 128 bits of output

class KeyHash {
 public:
  // For one process: `secret` is random and kept.
  static KeyHash secret(const HashSecret& secret) { return KeyHash(secret, false); }
  // The same in every process: SHA-256, cut.
  static KeyHash shared() { return KeyHash({}, true); }

  Key operator()(std::string_view bytes) const;

 private:
  KeyHash(const HashSecret& secret, bool shared) : secret_(secret), shared_(shared) {}
  HashSecret secret_;
  bool shared_;
};

}  // namespace certus::limits
