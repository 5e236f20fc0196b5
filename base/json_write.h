// Writing JSON text by appending, for hot paths and fixed shapes. Not a parser and not a document model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace certus {

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, so the result is always valid.
void appendJsonString(std::string& out, std::string_view text);

// `bytes` in base64 (RFC 4648 section 4, padded), without quotes.
void appendBase64(std::string& out, std::string_view bytes);

void appendJsonNumber(std::string& out, double value);  // shortest form that reads back equal; NaN and infinity become null
void appendJsonNumber(std::string& out, std::int64_t value);

// One object, member by member: JsonObject(out).string("a", x).raw("b", "[1]").end().
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }
  JsonObject& string(std::string_view name, std::string_view value);
  JsonObject& optional(std::string_view name, std::string_view value);  // left out when empty
  JsonObject& raw(std::string_view name, std::string_view json);        // `json` must be one JSON text
  JsonObject& number(std::string_view name, std::int64_t value);
  JsonObject& boolean(std::string_view name, bool value);
  std::string& member(std::string_view name);  // for a value that the caller appends itself
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace certus
