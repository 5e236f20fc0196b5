#include "gateway/guard/readable.h"

#include <simdjson.h>

#include "base/encoding.h"
#include "base/utf8.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kNameBytes = 80, kValueBytes = 400, kMostMembers = 24, kMostBytes = 4'000, kDigestDigits = 16;

char32_t codePoint(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  switch (character.size()) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1fu) << 6 | (byte(1) & 0x3fu);
    case 3: return (byte(0) & 0x0fu) << 12 | (byte(1) & 0x3fu) << 6 | (byte(2) & 0x3fu);
    default: return (byte(0) & 0x07u) << 18 | (byte(1) & 0x3fu) << 12 | (byte(2) & 0x3fu) << 6 | (byte(3) & 0x3fu);
  }
}

struct Range {
  char32_t first, last;
};
// Unicode's controls, format characters, separators of lines, fillers that show nothing, tags and private use.
constexpr Range kUnshown[] = {{0x0, 0x1f},      {0x7f, 0xa0},     {0xad, 0xad},     {0x34f, 0x34f},   {0x61c, 0x61c},
                              {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x2000, 0x200f}, {0x2028, 0x202f},
                              {0x205f, 0x206f}, {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164}, {0xe000, 0xf8ff},
                              {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xffff}, {0xe0000, 0x10ffff}};

bool isShown(char32_t point) {
  for (const Range& range : kUnshown) {
    if (point >= range.first && point <= range.last) return false;
  }
  return true;
}

void appendEscape(std::string& out, char32_t point) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += point > 0xffff ? "\\U" : "\\u";
  for (int shift = point > 0xffff ? 20 : 12; shift >= 0; shift -= 4) out += kDigits[point >> shift & 0xf];
}

struct Shown {
  std::string text;
  std::size_t left = 0;  // bytes that did not fit
};

Shown show(std::string_view text, std::size_t most) {
  Shown out;
  for (std::size_t at = 0; at < text.size();) {
    if (out.text.size() >= most) {
      out.left = text.size() - at;
      return out;
    }
    const std::size_t size = utf8CharacterSize(text, at);
    const char32_t point = size == 0 ? U'\uFFFD' : codePoint(text.substr(at, size));
    isShown(point) && size != 0 ? void(out.text += text.substr(at, size)) : appendEscape(out.text, point);
    at += size == 0 ? 1 : size;
  }
  return out;
}

std::string digestOf(std::string_view text) { return toHex(sha256(text)).substr(0, kDigestDigits); }

std::string hidden(std::size_t bytes, std::string_view whole) {
  return "[NOT SHOWN: " + std::to_string(bytes) + " more bytes; SHA-256 of all " + std::to_string(whole.size()) +
         " bytes begins " + digestOf(whole) + "]";
}

}  // namespace

std::string readable(std::string_view text, std::size_t most) {
  Shown shown = show(text, most);
  return shown.left == 0 ? shown.text : shown.text + "...";
}

std::string readableArguments(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(simdjson::padded_string(json)).get(object)) return "Its arguments cannot be shown.";
  if (object.size() == 0) return "It has no arguments.";
  std::string out = "Its arguments:";
  std::size_t members = 0;
  for (const auto field : object) {
    if (members++ == kMostMembers || out.size() > kMostBytes)
      return out + "\n[NOT SHOWN: " + std::to_string(object.size() - members + 1) +
             " more arguments; SHA-256 of all begins " + digestOf(json) + "]";
    const std::string value = simdjson::minify(field.value);
    const Shown shown = show(value, kValueBytes);
    out += "\n- " + readable(field.key, kNameBytes) + ": " + shown.text;
    if (shown.left != 0) out += "... " + hidden(shown.left, value);
  }
  return out;
}

}  // namespace certus::gateway
