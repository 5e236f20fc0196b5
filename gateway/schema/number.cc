#include "gateway/schema/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace certus::gateway::schema {
namespace {

__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

constexpr double kTwoTo64 = 18446744073709551616.0;
constexpr double kTwoTo63 = 9223372036854775808.0;

Wide integerOf(Number value) {
  return value.kind == Number::Kind::Signed ? Wide{value.asSigned} : static_cast<Wide>(value.asUnsigned);
}

// Between these every integer is a double.
constexpr std::int64_t kExact = std::int64_t{1} << 53;

template <class Value>
int order(Value left, Value right) {
  return left < right ? -1 : (left > right ? 1 : 0);
}

bool isExact(Number value) {
  return value.kind == Number::Kind::Signed && value.asSigned > -kExact && value.asSigned < kExact;
}

int sign(Wide difference) { return difference < 0 ? -1 : (difference > 0 ? 1 : 0); }

int compareWithReal(Wide integer, double real) {
  if (real >= kTwoTo64) return -1;
  if (real < -kTwoTo63) return 1;
  const double whole = std::trunc(real);
  const int wholes = sign(integer - static_cast<Wide>(whole));
  if (wholes != 0) return wholes;
  return real > whole ? -1 : (real < whole ? 1 : 0);
}

// digits * 10^exponent without trailing zeros in digits; the sign does not matter to divisibility.
struct Decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
};

Decimal withoutTrailingZeros(Decimal value) {
  while (value.digits != 0 && value.digits % 10 == 0) {
    value.digits /= 10;
    ++value.exponent;
  }
  return value;
}

Decimal decimalOf(double real) {
  std::array<char, 40> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), std::fabs(real), std::chars_format::scientific);
  Decimal value;
  int fraction = 0;
  bool afterPoint = false;
  const char* at = text.data();
  for (; at != written.ptr && *at != 'e'; ++at) {
    if (*at == '.') {
      afterPoint = true;
      continue;
    }
    value.digits = value.digits * 10 + static_cast<std::uint64_t>(*at - '0');
    fraction += afterPoint ? 1 : 0;
  }
  int exponent = 0;
  if (at != written.ptr) {
    const char* digits = at + 1 + (at[1] == '+' ? 1 : 0);
    std::from_chars(digits, written.ptr, exponent);
  }
  value.exponent = exponent - fraction;
  return withoutTrailingZeros(value);
}

Decimal decimalOf(Number value) {
  if (value.kind == Number::Kind::Real) return decimalOf(value.asReal);
  const Wide integer = integerOf(value);
  return withoutTrailingZeros({static_cast<std::uint64_t>(integer < 0 ? -integer : integer), 0});
}

std::uint64_t timesPowerOfTen(std::uint64_t value, int exponent, std::uint64_t modulus) {
  UnsignedWide result = value % modulus;
  UnsignedWide power = 10 % modulus;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) result = result * power % modulus;
    power = power * power % modulus;
  }
  return static_cast<std::uint64_t>(result);
}

}  // namespace

Number Number::of(std::uint64_t value) {
  Number number;
  number.kind = Kind::Unsigned;
  number.asUnsigned = value;
  return number;
}

Number Number::of(double value) {
  Number number;
  number.kind = Kind::Real;
  number.asReal = value;
  return number;
}

Number Number::of(simdjson::dom::element element) {
  if (element.is_int64()) return of(std::int64_t{element.get_int64().value_unsafe()});
  if (element.is_uint64()) return of(std::uint64_t{element.get_uint64().value_unsafe()});
  return of(double{element.get_double().value_unsafe()});
}

int compare(Number left, Number right) {
  const bool leftReal = left.kind == Number::Kind::Real;
  const bool rightReal = right.kind == Number::Kind::Real;
  if (left.kind == Number::Kind::Signed && right.kind == Number::Kind::Signed) return order(left.asSigned, right.asSigned);
  if (!leftReal && !rightReal) return sign(integerOf(left) - integerOf(right));
  if (leftReal && rightReal) return order(left.asReal, right.asReal);
  if (isExact(left)) return order(static_cast<double>(left.asSigned), right.asReal);
  if (isExact(right)) return order(left.asReal, static_cast<double>(right.asSigned));
  return leftReal ? -compareWithReal(integerOf(right), left.asReal) : compareWithReal(integerOf(left), right.asReal);
}

bool isIntegral(Number value) {
  if (value.kind != Number::Kind::Real) return true;
  // std::trunc is a call on the oldest x86-64; from 2^53 on a double has no fraction.
  if (std::fabs(value.asReal) < static_cast<double>(kExact)) {
    return static_cast<double>(static_cast<std::int64_t>(value.asReal)) == value.asReal;
  }
  return std::isfinite(value.asReal);
}

bool isMultiple(Number value, Number divisor) {
  if (value.kind != Number::Kind::Real && divisor.kind != Number::Kind::Real) {
    return integerOf(value) % integerOf(divisor) == 0;
  }
  const Decimal whole = decimalOf(value);
  const Decimal part = decimalOf(divisor);
  if (whole.digits == 0) return true;
  const int shift = whole.exponent - part.exponent;
  // Without trailing zeros, whole.digits has no factor ten left to make up for a smaller exponent.
  return shift >= 0 && timesPowerOfTen(whole.digits, shift, part.digits) == 0;
}

std::uint64_t hashOf(Number value) {
  if (value.kind == Number::Kind::Real) {
    const double real = value.asReal;
    if (std::trunc(real) != real || real >= kTwoTo64 || real < -kTwoTo63) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, &real, sizeof bits);
      return bits;
    }
    return static_cast<std::uint64_t>(static_cast<Wide>(real));
  }
  return static_cast<std::uint64_t>(integerOf(value));
}

std::string toText(Number value) {
  std::array<char, 40> text{};
  char* end = text.data() + text.size();
  switch (value.kind) {
    case Number::Kind::Signed: end = std::to_chars(text.data(), end, value.asSigned).ptr; break;
    case Number::Kind::Unsigned: end = std::to_chars(text.data(), end, value.asUnsigned).ptr; break;
    case Number::Kind::Real: end = std::to_chars(text.data(), end, value.asReal).ptr; break;
  }
  return {text.data(), end};
}

}  // namespace certus::gateway::schema
