#include "gateway/schema/quote.h"

namespace certus::gateway::schema {
namespace {

constexpr std::size_t kMaxQuoted = 60;
constexpr std::size_t kMaxExample = 160;

bool isContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::string inQuotes(std::string_view text, std::size_t bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : cutShort(text, bytes)) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20 || code == 0x7f) {
      out += "\\u00";
      out += kHex[code >> 4];
      out += kHex[code & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string asText(const Instance& value, std::size_t bytes) {
  switch (value.kind) {
    case Kind::Null: return "null";
    case Kind::Boolean: return value.truth ? "true" : "false";
    case Kind::String: return inQuotes(value.text, bytes);
    case Kind::Integer:
    case Kind::Fraction: return toText(value.number);
    case Kind::Object:
    case Kind::Array: return cutShort(simdjson::minify(value.element), bytes);
  }
  return {};
}

}  // namespace

std::string cutShort(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && isContinuation(text[bytes])) --bytes;
  return std::string(text.substr(0, bytes)) + "...";
}

std::string quoteText(std::string_view text) { return inQuotes(text, kMaxQuoted); }
std::string quoteValue(const Instance& value) { return asText(value, kMaxQuoted); }
std::string quoteExample(simdjson::dom::element value) { return asText(Instance::of(value), kMaxExample); }

bool isJsonNumber(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  return parser.parse(text.data(), text.size()).get(value) == simdjson::SUCCESS && value.is_number();
}

}  // namespace certus::gateway::schema
