// JSON that a module gives back, validated once: spliced as it is where it fits on one line, and held against a schema.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "gateway/schema/schema.h"

namespace certus::gateway {

class StructuredReader {
 public:
  struct Json {
    std::string_view line;  // the same text without line breaks, which SSE and stdio cannot carry
    simdjson::dom::element dom;
  };
  // Views are good until the next call. nullopt: not JSON.
  std::optional<Json> read(std::string_view text);
  // The same for a text that was parsed elsewhere: `dom` is its value.
  std::optional<Json> read(std::string_view text, simdjson::dom::element dom);

  // What about `value` breaks the schema, one line each; empty when nothing does.
  static std::string violations(const CompiledSchema& schema, simdjson::dom::element value);

  // {"values":[...],"total"?,"hasMore"?} with at most 100 values, as the spec wants it. nullopt: something else.
  std::optional<std::string> completion(std::string_view text);

 private:
  simdjson::dom::parser parser_;
  std::unique_ptr<char[]> padded_;
  std::size_t capacity_ = 0;
  std::string minified_;
};

}  // namespace certus::gateway
