// Tokens that were verified, by digest, so that a repeated one costs a lookup. Bounded in entries and bytes; the oldest goes
// first. Holds no token. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/identity/principal.h"

namespace certus::identity {

using TokenDigest = std::array<unsigned char, 32>;  // SHA-256 of the token as it was sent

TokenDigest digestOf(std::string_view token);

struct CachedToken {
  std::shared_ptr<const Principal> principal;
  std::uint32_t issuer = 0;
  std::uint64_t generation = 0;  // of the issuer's keys
};

class TokenCache {
 public:
  explicit TokenCache(std::size_t maxEntries = 20'000, std::size_t maxBytes = 16 << 20);

  // Null principal: not there.
  CachedToken find(const TokenDigest& digest) const;
  void put(const TokenDigest& digest, CachedToken token);
  void remove(const TokenDigest& digest);

  std::size_t entries() const;
  std::size_t bytes() const;

 private:
  struct Hash {
    std::size_t operator()(const TokenDigest& digest) const {
      std::size_t out = 0;
      std::memcpy(&out, digest.data() + 1, sizeof out);
      return out;
    }
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<TokenDigest, CachedToken, Hash> tokens;
    std::deque<TokenDigest> order;  // may name tokens that were removed already
    std::size_t bytes = 0;
  };
  static constexpr std::size_t kShards = 16;
  Shard& shardOf(const TokenDigest& digest) const { return shards_[digest[0] % kShards]; }
  static void drop(Shard& shard, const TokenDigest& digest);

  mutable std::array<Shard, kShards> shards_;
  std::size_t maxEntries_, maxBytes_;  // of a shard
};

}  // namespace certus::identity
