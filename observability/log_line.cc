#include "observability/log_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "base/utf8.h"

namespace certus::observability {
namespace {

constexpr std::array<bool, 256> kBare = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@+,*#")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

bool isBare(char c) { return kBare[static_cast<unsigned char>(c)]; }

void appendName(std::string& out, std::string_view name) {
  out += ' ';
  out += name;
  out += '=';
}

void appendDigits(std::string& out, std::int64_t value) {
  std::array<char, 24> digits{};
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

void appendUnicodeEscape(std::string& out, unsigned code) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", code);
  out += text.data();
}

void appendQuoted(std::string& out, std::string_view value) {
  out += '"';
  for (std::size_t i = 0; i < value.size();) {
    const auto byte = static_cast<unsigned char>(value[i]);
    const std::size_t size = utf8CharacterSize(value, i);
    if (size == 0) {
      out += "\\ufffd";
    } else if (byte < 0x20 || byte == 0x7f) {
      appendUnicodeEscape(out, byte);
    } else if (size == 2 && byte == 0xc2 && static_cast<unsigned char>(value[i + 1]) < 0xa0) {  // C1 controls
      appendUnicodeEscape(out, static_cast<unsigned char>(value[i + 1]));
    } else {
      if (byte == '"' || byte == '\\') out += '\\';
      out += value.substr(i, size);
    }
    i += std::max<std::size_t>(size, 1);
  }
  out += '"';
}

}  // namespace

std::string_view toString(Level level) {
  switch (level) {
    case Level::Error: return "error";
    case Level::Warning: return "warning";
    case Level::Info: return "info";
    case Level::Debug: return "debug";
  }
  return "info";
}

Level parseLevel(std::string_view word) {
  if (word == "error") return Level::Error;
  if (word == "warning") return Level::Warning;
  if (word == "debug") return Level::Debug;
  return Level::Info;
}

LogFields& LogFields::text(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  appendName(out_, name);
  if (std::all_of(value.begin(), value.end(), isBare)) {
    out_ += value;
  } else {
    appendQuoted(out_, value);
  }
  return *this;
}

LogFields& LogFields::word(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  appendName(out_, name);
  out_ += value;
  return *this;
}

LogFields& LogFields::number(std::string_view name, std::int64_t value) {
  appendName(out_, name);
  appendDigits(out_, value);
  return *this;
}

LogFields& LogFields::milliseconds(std::string_view name, std::chrono::nanoseconds value) {
  const auto micros = std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::microseconds>(value).count(), 0);
  const auto part = static_cast<int>(micros % 1000);
  appendName(out_, name);
  appendDigits(out_, micros / 1000);
  const char fraction[] = {'.', static_cast<char>('0' + part / 100), static_cast<char>('0' + part / 10 % 10),
                           static_cast<char>('0' + part % 10)};
  out_.append(fraction, sizeof fraction);
  return *this;
}

void appendLogHead(std::string& out, WallTime time, Level level, std::string_view event) {
  using namespace std::chrono;
  struct Second {  // formatting a date costs more than the rest of the line
    std::time_t of = -1;
    std::array<char, 24> text{};
  };
  thread_local Second cached;
  const auto millis = duration_cast<milliseconds>(time.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(millis / 1000);
  if (seconds != cached.of) {
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::strftime(cached.text.data(), cached.text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    cached.of = seconds;
  }
  const auto part = static_cast<int>(millis % 1000);
  const char fraction[] = {'.', static_cast<char>('0' + part / 100), static_cast<char>('0' + part / 10 % 10),
                           static_cast<char>('0' + part % 10), 'Z'};
  out += "time=";
  out += cached.text.data();
  out.append(fraction, sizeof fraction);
  out += " level=";
  out += toString(level);
  out += " event=";
  out += event;
}

}  // namespace certus::observability
