// One JSON text, validated once and sliced without copying: every value can be had as the bytes the sender wrote.
// Refuses what parsers disagree about: repeated names at any depth, a byte order mark, bad UTF-8, lone surrogates.
#pragma once

#include <cstdint>
#include <forward_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "base/error.h"

namespace certus::gateway {

enum class JsonKind : std::uint8_t { Object, Array, String, Number, True, False, Null };

struct JsonValue {
  JsonKind kind = JsonKind::Null;
  std::string_view raw;     // the value's own bytes, quotes included
  std::uint32_t index = 0;  // of its first structural character; private to JsonDocument
  bool is(JsonKind wanted) const { return kind == wanted; }
};

// Bytes that outlive the parse: the padded text and whatever had to be unescaped. Views into it stay good while it lives.
class JsonMemory {
 public:
  std::string_view hold(std::string_view text);  // a padded copy, for simdjson
  std::string& scratch() { return strings_.emplace_front(); }

 private:
  std::unique_ptr<char[]> text_;
  std::forward_list<std::string> strings_;
};

struct JsonLimits {
  std::size_t maxBytes = 4u << 20;
  unsigned maxDepth = 64;
};

// The parser and its index, reused from text to text. What it says is about the last text parsed.
class JsonDocument {
 public:
  // Error::message says what is wrong with the text, never quoting it.
  Result<JsonValue> parse(std::string_view text, JsonMemory& memory, const JsonLimits& limits);

  simdjson::dom::element dom() const { return dom_; }

  // Member of an object, or element of an array: the next one after `at` (0 to begin), or nullopt at the end.
  struct Member {
    std::string_view name;  // unescaped; "" in an array
    JsonValue value;
  };
  class Cursor {
   public:
    std::optional<Member> next();

   private:
    friend class JsonDocument;
    Cursor(JsonDocument& document, std::uint32_t at, bool object) : document_(document), at_(at), object_(object) {}
    JsonDocument& document_;
    std::uint32_t at_;
    bool object_;
  };
  Cursor members(const JsonValue& container) { return {*this, container.index + 1, container.is(JsonKind::Object)}; }
  std::optional<JsonValue> find(const JsonValue& object, std::string_view name);

  // The characters of a String. A view into the text, or into `memory` when it had escapes.
  std::string_view text(const JsonValue& string);

  // Gives back memory that only an unusually large text needed.
  void shrink();

 private:
  Result<void> index(std::string_view text);
  Result<void> closeObject(std::size_t firstKey);
  JsonValue valueAt(std::uint32_t index) const;
  std::uint32_t after(std::uint32_t index) const;  // the structural index that follows the value
  std::string_view keyAt(std::uint32_t index);
  std::string_view indexKey(std::uint32_t index);
  std::string_view unescaped(std::string_view inner);

  simdjson::dom::parser parser_;
  simdjson::dom::element dom_;
  std::string_view text_;
  const std::uint32_t* at_ = nullptr;  // offsets of structural characters, inside parser_
  std::uint32_t count_ = 0;
  // By structural index: of an opening bracket, the closing one; of a member's name, its length and kEscaped.
  std::vector<std::uint32_t> match_;
  std::vector<std::string_view> keys_;  // of the objects that are open while indexing
  std::size_t firstEscape_ = 0;         // offset of the first backslash
  JsonMemory* memory_ = nullptr;
};

}  // namespace certus::gateway
