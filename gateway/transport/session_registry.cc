#include "gateway/transport/session_registry.h"

#include <charconv>
#include <utility>

#include "base/encoding.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kHomeDigits = 2;    // hex, so at most 256 io threads
constexpr std::size_t kRandomBytes = 18;  // 144 bits

std::string newId(unsigned home) {
  const char homeByte = static_cast<char>(home);
  return toHex(std::string_view(&homeByte, 1)) + toBase64Url(randomBytes(kRandomBytes));
}

}  // namespace

SessionRegistry::SessionRegistry(std::size_t threads, Limits limits) : limits_(limits) {
  for (std::size_t i = 0; i < threads; ++i) shards_.push_back(std::make_unique<Shard>());
}

Result<SessionRef> SessionRegistry::open(Session::Origin origin, Settlement settled, unsigned home, SteadyTime now) {
  if (count_.fetch_add(1) >= limits_.maxSessions) {
    count_.fetch_sub(1);
    return fail(ErrorCode::ResourceExhausted,
                "This gateway keeps at most " + std::to_string(limits_.maxSessions) +
                    " sessions and all are in use. End one with DELETE, or try again when an idle one has expired.");
  }
  auto session = std::make_shared<Session>(newId(home), std::move(origin), home);
  session->settled = std::move(settled);
  session->touch(now);
  Shard& shard = *shards_[home];
  const std::lock_guard lock(shard.mutex);
  shard.sessions.emplace(session->id, session);
  return session;
}

const SessionRegistry::Shard* SessionRegistry::shardOf(std::string_view id) const {
  if (id.size() <= kHomeDigits) return nullptr;
  unsigned home = 0;
  const auto parsed = std::from_chars(id.data(), id.data() + kHomeDigits, home, 16);
  if (parsed.ec != std::errc{} || parsed.ptr != id.data() + kHomeDigits || home >= shards_.size()) return nullptr;
  return shards_[home].get();
}

SessionRef SessionRegistry::find(std::string_view id, const Session::Origin& origin, SteadyTime now) const {
  const Shard* shard = shardOf(id);
  if (shard == nullptr) return nullptr;
  SessionRef found;
  {
    const std::lock_guard lock(shard->mutex);
    const auto at = shard->sessions.find(std::string(id));
    if (at == shard->sessions.end()) return nullptr;
    found = at->second;
  }
  if (found->origin != origin) return nullptr;
  found->touch(now);
  return found;
}

bool SessionRegistry::end(const Session& session) {
  Shard& shard = *shards_[session.home];
  SessionRef ended;  // freed after the lock
  const std::lock_guard lock(shard.mutex);
  const auto at = shard.sessions.find(session.id);
  if (at == shard.sessions.end()) return false;
  ended = std::move(at->second);
  shard.sessions.erase(at);
  count_.fetch_sub(1);
  return true;
}

std::vector<SessionRef> SessionRegistry::at(unsigned thread) const {
  const Shard& shard = *shards_[thread];
  std::vector<SessionRef> all;
  const std::lock_guard lock(shard.mutex);
  all.reserve(shard.sessions.size());
  for (const auto& [id, session] : shard.sessions) all.push_back(session);
  return all;
}

std::vector<SessionRef> SessionRegistry::expire(unsigned thread, SteadyTime now) {
  Shard& shard = *shards_[thread];
  std::vector<SessionRef> expired;
  const std::lock_guard lock(shard.mutex);
  for (auto at = shard.sessions.begin(); at != shard.sessions.end();) {
    if (at->second->idle() && now - at->second->lastUsed() > limits_.idle) {
      expired.push_back(std::move(at->second));
      at = shard.sessions.erase(at);
      count_.fetch_sub(1);
    } else {
      ++at;
    }
  }
  return expired;
}

}  // namespace certus::gateway
