// What a section of the configuration consists of: the one table that drives reading, suggestions, environment
// overrides, the JSON Schema and the commented sample. Declared with config/shape_of.h, in config/gateway_shape.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace certus::config {

enum class Kind { Text, Integer, Seconds, Switch, Word, List, Section, Named, Free };

using Value = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;  // Seconds: milliseconds

// What is wrong with a text and the right form, or nullopt.
using Check = std::optional<std::string> (*)(std::string_view text);

struct Shape;

struct Field {
  std::string key;
  Kind kind = Kind::Text;
  std::string doc;                   // one line for people
  std::int64_t least = 0, most = 0;  // Integer; Seconds in milliseconds
  std::vector<std::string> words;    // Word: the allowed ones
  Check check = nullptr;             // Text, and each item of a List
  std::string pattern;               // the same rule for editors, or empty
  bool required = false;
  std::string fallback;          // the default as YAML, empty: none
  std::string sample;            // its live line in the sample file, empty: shown as a comment
  const Shape* shape = nullptr;  // Section, Named
  std::function<void(void* target, const Value&)> store;
  std::function<void*(void* target, const std::string& name)> open;      // Section, Named: what the inner fields fill
  std::function<void(void* target, const std::string& json)> storeJson;  // Free
};

struct Shape {
  std::vector<Field> fields;
  // A word that may stand instead of the keys: `trust: embedded`.
  std::string word, wordDoc;
  std::function<void(void* target)> storeWord;
  // Named: what the names look like, and one for the sample.
  Check nameCheck = nullptr;
  std::string namePattern, sampleName;

  const Field* find(std::string_view key) const;
  std::vector<std::string> keys() const;
};

}  // namespace certus::config
