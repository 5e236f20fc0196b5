// One event as one logfmt line: name=value pairs that a person can read and a collector can parse. Control characters are
// escaped, so no value can forge a line or drive a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace certus::observability {

enum class Level : std::uint8_t { Error, Warning, Info, Debug };

std::string_view toString(Level level);
Level parseLevel(std::string_view word);  // as in `log.level`; Info for anything else

// Appends to a line; empty texts are left out.
class LogFields {
 public:
  explicit LogFields(std::string& out) : out_(out) {}
  LogFields& text(std::string_view name, std::string_view value);
  LogFields& word(std::string_view name, std::string_view value);  // of ours: letters, digits, - _ . / and nothing to escape
  LogFields& number(std::string_view name, std::int64_t value);
  LogFields& milliseconds(std::string_view name, std::chrono::nanoseconds value);  // "1.234"

 private:
  std::string& out_;
};

// "time=2026-11-22T18:38:51.123Z level=info event=call": the head of a line.
void appendLogHead(std::string& out, WallTime time, Level level, std::string_view event);

}  // namespace certus::observability
