// How one reload ended, for the log, whoever asked, and machines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"

namespace certus::reload {

enum class Trigger : std::uint8_t { FileChange, Hangup, Request };
enum class Outcome : std::uint8_t { Applied, Unchanged, Refused };

struct Report {
  Outcome outcome = Outcome::Unchanged;
  Trigger by = Trigger::Request;
  std::uint64_t generation = 0;  // in force afterwards
  WallTime at{};                 // when it ended
  Milliseconds took{0};
  std::vector<std::string> problems, warnings;  // "file:line:col: path: message", one each; problems only if refused
};

const char* toString(Trigger trigger);  // "file_change", "signal", "request"
const char* toString(Outcome outcome);  // "applied", "unchanged", "refused"

// {"outcome":"applied","generation":2,"at":"2026-11-23T05:00:00Z","by":"request","took_ms":3,"problems":[],"warnings":[]}
std::string toJson(const Report& report);
std::string timestamp(WallTime at);  // RFC 3339 in UTC, whole seconds

void appendJsonStrings(std::string& out, const std::vector<std::string>& texts);  // ["a","b"]

}  // namespace certus::reload
