// A text, number or switch that a rule compares an argument with. Numbers compare exactly: 9007199254740993 is not
// 9007199254740992.0, 1 is 1.0.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace certus::rules {

struct Literal {
  enum class Kind { Text, Number, Switch };
  Kind kind = Kind::Text;
  std::string text;        // Text
  long double number = 0;  // Number; its 64-bit mantissa holds every integer and every double of JSON
  bool truth = false;      // Switch
  std::string json;        // as it is shown

  static std::optional<Literal> of(std::string_view json);  // nullopt: null, a list or an object
};

enum class Comparison { Equal, Different, OtherType };
Comparison compare(const Literal& literal, simdjson::dom::element value);

std::optional<long double> numberOf(simdjson::dom::element value);

}  // namespace certus::rules
