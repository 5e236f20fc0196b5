// JSON numbers as simdjson hands them over, compared and divided exactly: 9007199254740993 and 9007199254740992.0
// differ, 0.0075 is a multiple of 0.0001. Integers beyond 64 bits do not exist here: simdjson refuses the document.
#pragma once

#include <cstdint>
#include <string>

#include <simdjson.h>

namespace certus::gateway::schema {

struct Number {
  enum class Kind : std::uint8_t { Signed, Unsigned, Real };
  Kind kind = Kind::Signed;
  union {
    std::int64_t asSigned = 0;
    std::uint64_t asUnsigned;
    double asReal;
  };

  static Number of(std::int64_t value) {
    Number number;
    number.asSigned = value;
    return number;
  }
  static Number of(std::uint64_t value);
  static Number of(double value);
  // The element must be a number.
  static Number of(simdjson::dom::element element);
};

int compare(Number left, Number right);  // -1, 0 or 1
bool isIntegral(Number value);           // 1.0 and 1e300 are integers (JSON Schema 6.1.1)
// Judged on the shortest decimal that reads back as the same double, that is, on what the author wrote.
bool isMultiple(Number value, Number divisor);
std::uint64_t hashOf(Number value);  // equal numbers hash alike, 1 and 1.0 too
std::string toText(Number value);

}  // namespace certus::gateway::schema
