// The one script that decides a call in Redis: everything in one atomic step, by the server's clock.
#pragma once

#include <string>
#include <string_view>

namespace certus::limits {

// KEYS: one a take. ARGV: "take" or "look", name of the lease, its life in milliseconds; then four a take: "r" or "c",
// charge, units a microsecond (c: 0), capacity.
// Reply: whole numbers: 1 admitted or 0, the take with the longest wait (from 1; 0: none), the wait in microseconds, then
// a number a take as it is now: its debt, or how many are under way.
std::string_view decideScript();
const std::string& decideScriptSha1();  // 40 hex digits, for EVALSHA

}  // namespace certus::limits
