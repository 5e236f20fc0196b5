#include "policy/rules/literal.h"

#include <limits>

#include <nlohmann/json.hpp>

namespace certus::rules {

static_assert(std::numeric_limits<long double>::digits >= 64, "a long double must hold every 64-bit integer");

std::optional<Literal> Literal::of(std::string_view json) {
  const auto value = nlohmann::json::parse(json, nullptr, false);
  Literal out;
  out.json = std::string(json);
  if (value.is_string()) {
    out.text = value.get<std::string>();
  } else if (value.is_boolean()) {
    out.kind = Kind::Switch;
    out.truth = value.get<bool>();
  } else if (value.is_number()) {
    out.kind = Kind::Number;
    out.number = value.is_number_unsigned()  ? static_cast<long double>(value.get<std::uint64_t>())
                 : value.is_number_integer() ? static_cast<long double>(value.get<std::int64_t>())
                                             : static_cast<long double>(value.get<double>());
  } else {
    return std::nullopt;
  }
  return out;
}

std::optional<long double> numberOf(simdjson::dom::element value) {
  switch (value.type()) {
    case simdjson::dom::element_type::INT64: return static_cast<long double>(value.get_int64().value_unsafe());
    case simdjson::dom::element_type::UINT64: return static_cast<long double>(value.get_uint64().value_unsafe());
    case simdjson::dom::element_type::DOUBLE: return static_cast<long double>(value.get_double().value_unsafe());
    default: return std::nullopt;
  }
}

Comparison compare(const Literal& literal, simdjson::dom::element value) {
  const auto said = [](bool equal) { return equal ? Comparison::Equal : Comparison::Different; };
  if (literal.kind == Literal::Kind::Text) {
    if (!value.is_string()) return Comparison::OtherType;
    return said(value.get_string().value_unsafe() == literal.text);
  }
  if (literal.kind == Literal::Kind::Switch) {
    if (!value.is_bool()) return Comparison::OtherType;
    return said(value.get_bool().value_unsafe() == literal.truth);
  }
  const auto number = numberOf(value);
  return number ? said(*number == literal.number) : Comparison::OtherType;
}

}  // namespace certus::rules
