#include "base/json_write.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/utf8.h"

namespace certus {
namespace {

constexpr bool needsCare(unsigned char c) { return c < 0x20 || c == '"' || c == '\\' || c >= 0x7f; }

constexpr std::array<bool, 256> kCare = [] {
  std::array<bool, 256> table{};
  for (unsigned i = 0; i < 256; ++i) table[i] = needsCare(static_cast<unsigned char>(i));
  return table;
}();

// Offset of the first byte from `at` on that cannot be copied as it is.
std::size_t cleanRunEnd(std::string_view text, std::size_t at) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), low = _mm_set1_epi8(0x20), del = _mm_set1_epi8(0x7f);
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    // Signed compare: bytes from 0x80 on are negative, hence below 0x20 too.
    const __m128i bad = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                                     _mm_or_si128(_mm_cmplt_epi8(bytes, low), _mm_cmpeq_epi8(bytes, del)));
    if (const int mask = _mm_movemask_epi8(bad)) return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
  }
#endif
  while (at < text.size() && !kCare[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

void appendControl(std::string& out, unsigned char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case 0x7f: out += '\x7f'; return;
    default: break;
  }
  static constexpr char kDigits[] = "0123456789abcdef";
  const char escaped[] = {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15]};
  out.append(escaped, sizeof escaped);
}

// Copies one multi-byte character, or its replacement; returns the bytes consumed.
std::size_t appendWide(std::string& out, std::string_view text, std::size_t at) {
  const std::size_t size = utf8CharacterSize(text, at);
  if (size == 0) {
    out += "\xEF\xBF\xBD";
    return 1;
  }
  out.append(text.data() + at, size);
  return size;
}

}  // namespace

void appendJsonString(std::string& out, std::string_view text) {
  out += '"';
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = cleanRunEnd(text, at);
    out.append(text.data() + at, end - at);
    at = end;
    if (at == text.size()) break;
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80) {
      appendControl(out, c);
      ++at;
    } else {
      at += appendWide(out, text, at);
    }
  }
  out += '"';
}

void appendBase64(std::string& out, std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4);
  char* to = out.data() + start;
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, from += 3) {
    *to++ = kAlphabet[from[0] >> 2];
    *to++ = kAlphabet[(from[0] & 3) << 4 | from[1] >> 4];
    *to++ = kAlphabet[(from[1] & 15) << 2 | from[2] >> 6];
    *to++ = kAlphabet[from[2] & 63];
  }
  if (left == 0) return;
  const unsigned second = left == 2 ? from[1] : 0u;
  *to++ = kAlphabet[from[0] >> 2];
  *to++ = kAlphabet[(from[0] & 3u) << 4 | second >> 4];
  *to++ = left == 2 ? kAlphabet[(second & 15) << 2] : '=';
  *to = '=';
}

void appendJsonNumber(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char text[32];
  const auto done = std::to_chars(text, text + sizeof text, value);
  out.append(text, static_cast<std::size_t>(done.ptr - text));
}

void appendJsonNumber(std::string& out, std::int64_t value) {
  char text[24];
  const auto done = std::to_chars(text, text + sizeof text, value);
  out.append(text, static_cast<std::size_t>(done.ptr - text));
}

std::string& JsonObject::member(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  appendJsonString(out_, name);
  out_ += ':';
  return out_;
}

JsonObject& JsonObject::string(std::string_view name, std::string_view value) {
  appendJsonString(member(name), value);
  return *this;
}

JsonObject& JsonObject::optional(std::string_view name, std::string_view value) {
  return value.empty() ? *this : string(name, value);
}

JsonObject& JsonObject::raw(std::string_view name, std::string_view json) {
  member(name) += json;
  return *this;
}

JsonObject& JsonObject::number(std::string_view name, std::int64_t value) {
  appendJsonNumber(member(name), value);
  return *this;
}

JsonObject& JsonObject::boolean(std::string_view name, bool value) {
  member(name) += value ? "true" : "false";
  return *this;
}

}  // namespace certus
