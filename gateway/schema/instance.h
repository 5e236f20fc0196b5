// The value under examination: a simdjson element, or a member's name (for propertyNames), with its kind read once.
// Borrows the document it came from. Also JSON equality and its hash.
#pragma once

#include <cstdint>
#include <string_view>

#include <simdjson.h>

#include "gateway/schema/budget.h"
#include "gateway/schema/number.h"

namespace certus::gateway::schema {

// Bits, so that "type" is one mask: "integer" is Integer, "number" is Integer | Fraction.
enum class Kind : std::uint8_t {
  Null = 1,
  Boolean = 2,
  Object = 4,
  Array = 8,
  String = 16,
  Integer = 32,
  Fraction = 64,
};
using KindMask = std::uint8_t;
inline constexpr KindMask kAnyKind = 127;

inline KindMask maskOf(Kind kind) { return static_cast<KindMask>(kind); }

struct Instance {
  Kind kind = Kind::Null;
  bool truth = false;              // Boolean
  std::string_view text;           // String
  Number number;                   // Integer, Fraction
  simdjson::dom::element element;  // Object, Array

  static Instance of(simdjson::dom::element element);
  static Instance ofName(std::string_view name);
};

// Inline, as every value of every document passes here.
inline Instance Instance::of(simdjson::dom::element element) {
  using simdjson::dom::element_type;
  Instance value;
  switch (element.type()) {
    case element_type::STRING:
      value.kind = Kind::String;
      value.text = element.get_string().value_unsafe();
      return value;
    case element_type::OBJECT:
      value.kind = Kind::Object;
      value.element = element;
      return value;
    case element_type::ARRAY:
      value.kind = Kind::Array;
      value.element = element;
      return value;
    case element_type::INT64:
      value.kind = Kind::Integer;
      value.number = Number::of(std::int64_t{element.get_int64().value_unsafe()});
      return value;
    case element_type::NULL_VALUE: return value;
    case element_type::BOOL:
      value.kind = Kind::Boolean;
      value.truth = element.get_bool().value_unsafe();
      return value;
    default: break;
  }
  value.number = Number::of(element);
  value.kind = isIntegral(value.number) ? Kind::Integer : Kind::Fraction;
  return value;
}

// Equality of JSON values (4.2.2): 1 equals 1.0, members in any order. False when the budget ends.
bool equal(const Instance& left, const Instance& right, Budget& budget);
std::uint64_t hashOf(const Instance& value, Budget& budget);
std::uint64_t hashOf(std::string_view text);

}  // namespace certus::gateway::schema
