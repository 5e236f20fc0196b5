#include "policy/identity/token_cache.h"

#include <algorithm>

#include "base/encoding.h"

namespace certus::identity {
namespace {

std::size_t sizeOf(const std::vector<std::string>& names) {
  std::size_t out = names.capacity() * sizeof(std::string);
  for (const std::string& name : names) out += name.capacity();
  return out;
}

std::size_t sizeOf(const CachedToken& token) {
  const Principal& who = *token.principal;
  std::size_t out = sizeof(Principal) + sizeof(CachedToken) + 2 * sizeof(TokenDigest) + 64;  // 64: nodes and counters
  out += who.subject.capacity() + who.key.capacity() + who.tenant.capacity() + who.tokenId.capacity() + who.keyId.capacity();
  out += sizeOf(who.groups) + sizeOf(who.droppedGroups) + sizeOf(who.scopes);
  return who.allowedTools ? out + sizeOf(*who.allowedTools) : out;
}

}  // namespace

TokenDigest digestOf(std::string_view token) {
  TokenDigest out;
  sha256(token, out.data());
  return out;
}

TokenCache::TokenCache(std::size_t maxEntries, std::size_t maxBytes)
    : maxEntries_(std::max<std::size_t>(maxEntries / kShards, 1)), maxBytes_(maxBytes / kShards) {}

CachedToken TokenCache::find(const TokenDigest& digest) const {
  const Shard& shard = shardOf(digest);
  const std::scoped_lock lock(shard.mutex);
  const auto found = shard.tokens.find(digest);
  return found == shard.tokens.end() ? CachedToken{} : found->second;
}

void TokenCache::put(const TokenDigest& digest, CachedToken token) {
  const std::size_t size = sizeOf(token);
  Shard& shard = shardOf(digest);
  const std::scoped_lock lock(shard.mutex);
  drop(shard, digest);
  if (size > maxBytes_) return;
  while (!shard.order.empty() && (shard.order.size() >= maxEntries_ || shard.bytes + size > maxBytes_)) {
    const TokenDigest oldest = shard.order.front();
    shard.order.pop_front();
    drop(shard, oldest);
  }
  shard.tokens.emplace(digest, std::move(token));
  shard.order.push_back(digest);
  shard.bytes += size;
}

void TokenCache::remove(const TokenDigest& digest) {
  Shard& shard = shardOf(digest);
  const std::scoped_lock lock(shard.mutex);
  drop(shard, digest);
}

void TokenCache::drop(Shard& shard, const TokenDigest& digest) {
  const auto found = shard.tokens.find(digest);
  if (found == shard.tokens.end()) return;
  shard.bytes -= sizeOf(found->second);
  shard.tokens.erase(found);
}

std::size_t TokenCache::entries() const {
  std::size_t out = 0;
  for (const Shard& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    out += shard.tokens.size();
  }
  return out;
}

std::size_t TokenCache::bytes() const {
  std::size_t out = 0;
  for (const Shard& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    out += shard.bytes;
  }
  return out;
}

}  // namespace certus::identity
