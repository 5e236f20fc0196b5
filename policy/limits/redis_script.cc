#include "policy/limits/redis_script.h"

#include <openssl/sha.h>

namespace certus::limits {
namespace {

// Numbers stay below 2^53 (kMostUnits), so doubles are exact. A value that is none of ours counts as a full debt: it pays
// itself back and nobody passes by it. A clock that steps back adds nothing and takes nothing.
constexpr std::string_view kScript = R"lua(
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
local whole = function(n) return string.format('%.0f', n) end
local look, lease, life = ARGV[1] == 'look', ARGV[2], tonumber(ARGV[3])
local n = #KEYS
local state, worst, longest = {}, 0, 0
for i = 1, n do
  local a = 4 * i
  local kind, charge, speed, room = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  local wait = 0
  if kind == 'r' then
    local debt = 0
    local said = redis.call('GET', KEYS[i])
    if said then
      local d, l = string.match(said, '^(%d+) (%d+)$')
      if d then
        debt = math.min(tonumber(d), room)
        local elapsed = now - tonumber(l)
        if elapsed >= math.ceil(debt / speed) then debt = 0 elseif elapsed > 0 then debt = debt - elapsed * speed end
      else
        debt = room
      end
    end
    state[i] = debt
    if debt + charge > room then wait = math.ceil((debt + charge - room) / speed) end
  else
    state[i] = redis.call('ZCOUNT', KEYS[i], '(' .. whole(now), '+inf')
    if state[i] >= room then wait = 1000000 end
  end
  if wait > longest then worst, longest = i, wait end
end
local out = {worst == 0 and 1 or 0, worst, longest}
for i = 1, n do out[3 + i] = state[i] end
if look or worst ~= 0 then return out end
for i = 1, n do
  local a = 4 * i
  if ARGV[a] == 'r' then
    local debt, speed = state[i] + tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
    redis.call('SET', KEYS[i], whole(debt) .. ' ' .. whole(now), 'PX', whole(math.ceil(debt / speed / 1000) + 1))
  else
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', whole(now))
    redis.call('ZADD', KEYS[i], whole(now + life * 1000), lease)
    if redis.call('PTTL', KEYS[i]) < life then redis.call('PEXPIRE', KEYS[i], whole(life)) end
  end
end
return out
)lua";

std::string sha1Of(std::string_view text) {
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  std::string out;
  for (const unsigned char byte : digest) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

}  // namespace

std::string_view decideScript() { return kScript; }

const std::string& decideScriptSha1() {
  static const std::string digest = sha1Of(kScript);
  return digest;
}

}  // namespace certus::limits
