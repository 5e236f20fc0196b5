// What a section of the configuration consists of: the one table that drives reading, suggestions, environment
// overrides, the JSON Schema and the commented sample. Declared with config/shape_of.h, in config/gateway/gateway_shape.cc.
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

// Literal, Literals: a text, a number or a switch, or a list of such, handed on as JSON.
enum class Kind { Text, Integer, Seconds, Switch, Word, List, Section, Named, Free, Literal, Literals };

using Value = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;  // Seconds: milliseconds

// What is wrong with a text and the right form, or nullopt.
using Check = std::optional<std::string> (*)(std::string_view text);

struct Shape;

// What a list or a section of names means that has nothing in it.
enum class Empty {
  LeftOut,  // as if it were not there
  Written,  // none, but it must say so: `key:` with nothing below it is a mistake, {} is not
  Refused,  // a mistake, for none would mean any
};

struct Field {
  std::string key;
  Kind kind = Kind::Text;
  std::string doc;                   // one line for people
  std::int64_t least = 0, most = 0;  // Integer; Seconds in milliseconds
  std::vector<std::string> words;    // Word: the allowed ones
  Check check = nullptr;             // Text, and each item of a List
  std::string pattern;               // the same rule for editors, or empty
  bool quotesSpaces = false;         // List: an item with a space stands in quotes, as a missing comma looks the same
  bool required = false;
  Empty empty = Empty::LeftOut;  // List, Named
  std::string fallback;          // the default as YAML, empty: none
  std::string sample;            // its live line in the sample file, empty: shown as a comment
  bool optIn = false;            // Section, Named: the sample shows it as a comment, for it changes what is served
  const Shape* shape = nullptr;  // Section, Named
  std::function<void(void* target, const Value&)> store;
  std::function<void*(void* target, const std::string& name)> open;      // Section, Named: what the inner fields fill
  std::function<void(void* target, const std::string& json)> storeJson;  // Free, Literal; Literals: once per item
};

struct Shape {
  std::vector<Field> fields;
  // A word that may stand instead of the keys: `trust: embedded`.
  std::string word, wordDoc;
  std::function<void(void* target)> storeWord;
  // A file or a section that holds nothing but comments is a mistake: {} says that nothing is meant.
  bool neverBlank = false;
  // Named: what the names look like, and one for the sample.
  Check nameCheck = nullptr;
  std::string namePattern, sampleName;

  const Field* find(std::string_view key) const;
  std::vector<std::string> keys() const;
};

}  // namespace certus::config
