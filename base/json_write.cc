#include "base/json_write.h"

#include <charconv>
#include <cmath>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/utf8.h"

namespace certus {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

constexpr bool isClean(unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

// The letter after the backslash for characters that have one, else 0.
constexpr char shortEscape(unsigned char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

// Copies at most 16 clean bytes from `from` (`left` bytes long, at least one) and may write beyond them; returns how many.
inline std::size_t copyClean(char* to, const char* from, std::size_t left) {
#if defined(__SSE2__)
  if (left >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    // Signed compare: bytes from 0x80 on are negative, hence below 0x20 too.
    const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), low)));
    return mask == 0 ? 16 : static_cast<std::size_t>(__builtin_ctz(mask));
  }
#endif
  std::size_t clean = 0;
  for (; clean < 16 && clean < left && isClean(static_cast<unsigned char>(from[clean])); ++clean) to[clean] = from[clean];
  return clean;
}

char* writeEscape(char* to, unsigned char c) {
  *to++ = '\\';
  if (const char letter = shortEscape(c)) {
    *to++ = letter;
    return to;
  }
  for (const char digit : {'u', '0', '0', kHexDigits[c >> 4], kHexDigits[c & 15]}) *to++ = digit;
  return to;
}

// One multi-byte character, or U+FFFD for a byte that begins none; `at` moves on.
char* writeWide(char* to, std::string_view text, std::size_t& at) {
  const std::size_t size = utf8CharacterSize(text, at);
  const std::string_view bytes = size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(at, size);
  at += size == 0 ? 1 : size;
  return to + bytes.copy(to, bytes.size());
}

}  // namespace

// Through a buffer of its own: a std::string pays for each of the many short appends of an escaped text.
void appendJsonString(std::string& out, std::string_view text) {
  constexpr std::ptrdiff_t kSlack = 32;  // one block and one escape
  char buffer[1024];
  char* to = buffer;
  *to++ = '"';
  std::size_t at = 0;
  while (at < text.size()) {
    if (buffer + sizeof buffer - to < kSlack) {
      out.append(buffer, static_cast<std::size_t>(to - buffer));
      to = buffer;
    }
    const std::size_t clean = copyClean(to, text.data() + at, text.size() - at);
    to += clean;
    at += clean;
    if (clean == 16 || at == text.size()) continue;
    const auto c = static_cast<unsigned char>(text[at]);
    if (c == '"') {  // by far the commonest, when the text is JSON itself
      *to++ = '\\';
      *to++ = '"';
      ++at;
    } else if (c < 0x80) {
      to = writeEscape(to, c);
      ++at;
    } else {
      to = writeWide(to, text, at);
    }
  }
  *to++ = '"';
  out.append(buffer, static_cast<std::size_t>(to - buffer));
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
