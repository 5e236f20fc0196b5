#include "gateway/mcp/json_escape.h"

#include <cstdint>
#include <cstring>

namespace certus::gateway {
namespace {

std::uint32_t hexDigit(char c) {
  if (c <= '9') return static_cast<std::uint32_t>(c - '0');
  return static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
}

// `at` points at four hex digits, which the parser has checked.
std::uint32_t codeUnit(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return 0;
  return hexDigit(text[at]) << 12 | hexDigit(text[at + 1]) << 8 | hexDigit(text[at + 2]) << 4 | hexDigit(text[at + 3]);
}

bool isHigh(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool isLow(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

void appendUtf8(std::string& out, std::uint32_t point) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0 | point >> 6);
    byte(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    byte(0xE0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  } else {
    byte(0xF0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3F));
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  }
}

// Appends the character of the \u escape whose digits begin at `at`; returns the offset after it.
std::size_t appendUnicode(std::string_view inner, std::size_t at, std::string& out) {
  const std::uint32_t unit = codeUnit(inner, at);
  if (!isHigh(unit)) {
    appendUtf8(out, unit);
    return at + 4;
  }
  appendUtf8(out, 0x10000 + ((unit - 0xD800) << 10) + (codeUnit(inner, at + 6) - 0xDC00));
  return at + 10;
}

char simpleEscape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

}  // namespace

void unescapeJson(std::string_view inner, std::string& out) {
  std::size_t at = 0;
  while (at < inner.size()) {
    const std::size_t backslash = inner.find('\\', at);
    out.append(inner.substr(at, backslash - at));
    if (backslash == std::string_view::npos || backslash + 1 == inner.size()) return;
    const char c = inner[backslash + 1];
    at = backslash + 2;
    if (c == 'u')
      at = appendUnicode(inner, at, out);
    else
      out += simpleEscape(c);
  }
}

bool hasLoneSurrogate(std::string_view json) {
  std::size_t at = 0;
  while ((at = json.find('\\', at)) != std::string_view::npos && at + 1 < json.size()) {
    if (json[at + 1] != 'u') {
      at += 2;
      continue;
    }
    const std::uint32_t unit = codeUnit(json, at + 2);
    at += 6;
    if (isLow(unit)) return true;
    if (!isHigh(unit)) continue;
    if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u' || !isLow(codeUnit(json, at + 2))) return true;
    at += 6;
  }
  return false;
}

}  // namespace certus::gateway
