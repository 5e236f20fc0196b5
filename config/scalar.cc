#include "config/scalar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace certus::config {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool allDigits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), isDigit); }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kMost = 60;
  std::string out = "\"";
  out += text.substr(0, kMost);
  return out + (text.size() > kMost ? "...\"" : "\"");
}

std::string withoutLeadingZeros(std::string_view digits) {
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  return std::string(digits.substr(first));
}

}  // namespace

Result<std::int64_t> parseInteger(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (!allDigits(digits)) {
    return fail(ErrorCode::InvalidArgument, quoted(text) + " is not a whole number; write digits only, for example 30");
  }
  if (digits.size() > 1 && digits[0] == '0') {
    return fail(
        ErrorCode::InvalidArgument,
        quoted(text) + " has a leading zero, which some YAML readers take as octal; write " + withoutLeadingZeros(digits));
  }
  std::int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
    return fail(ErrorCode::InvalidArgument, quoted(text) + " is out of range");
  }
  return value;
}

Result<std::int64_t> parseMilliseconds(std::string_view seconds) {
  const std::size_t dot = seconds.find('.');
  const std::string_view whole = seconds.substr(0, dot);
  const std::string_view fraction = dot == std::string_view::npos ? std::string_view{} : seconds.substr(dot + 1);
  if (!allDigits(whole) || (dot != std::string_view::npos && !allDigits(fraction))) {
    return fail(ErrorCode::InvalidArgument,
                quoted(seconds) + " is not a number of seconds; write 30 or 0.5, without a unit");
  }
  if (fraction.size() > 3)
    return fail(ErrorCode::InvalidArgument, quoted(seconds) + " is finer than a millisecond; write at most three decimals");
  if (whole.size() > 1 && whole[0] == '0') {
    return fail(ErrorCode::InvalidArgument,
                quoted(seconds) + " has a leading zero, which some YAML readers take as octal; write " +
                    withoutLeadingZeros(whole) + (fraction.empty() ? "" : "." + std::string(fraction)));
  }
  if (whole.size() > 12) return fail(ErrorCode::InvalidArgument, quoted(seconds) + " is out of range");
  std::int64_t value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  for (std::size_t i = 0; i < 3; ++i) value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return value;
}

Result<bool> parseSwitch(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  static constexpr std::array<std::string_view, 5> kYes = {"yes", "on", "y", "true", "1"};
  static constexpr std::array<std::string_view, 5> kNo = {"no", "off", "n", "false", "0"};
  const std::string word = lower(text);
  const auto meant = [&](const auto& words) { return std::find(words.begin(), words.end(), word) != words.end(); };
  if (meant(kYes)) return fail(ErrorCode::InvalidArgument, quoted(text) + " is not a switch; write true");
  if (meant(kNo)) return fail(ErrorCode::InvalidArgument, quoted(text) + " is not a switch; write false");
  return fail(ErrorCode::InvalidArgument, quoted(text) + " is not a switch; write true or false");
}

Looks looksLike(std::string_view plain) {
  if (plain.empty() || plain == "~" || lower(plain) == "null") return Looks::Null;
  if (plain == "true" || plain == "false") return Looks::Switch;
  const std::string word = lower(plain);
  for (const char* odd : {"yes", "no", "on", "off", "y", "n", "true", "false"}) {
    if (word == odd) return Looks::OddSwitch;
  }
  for (const char* odd : {".inf", "-.inf", "+.inf", ".nan"}) {
    if (word == odd) return Looks::OddNumber;
  }
  std::string_view digits = plain;
  if (digits[0] == '-') digits.remove_prefix(1);
  if (allDigits(digits)) return digits.size() > 1 && digits[0] == '0' ? Looks::OddNumber : Looks::Integer;
  if (digits.empty() || !(isDigit(digits[0]) || digits[0] == '.' || digits[0] == '+')) return Looks::Text;
  double value = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value);
  if (parsed.ec == std::errc{} && parsed.ptr == end) {
    const bool usual =
        isDigit(digits[0]) && isDigit(digits.back()) && !(digits.size() > 1 && digits[0] == '0' && isDigit(digits[1]));
    return usual ? Looks::Decimal : Looks::OddNumber;
  }
  const bool numeric = std::all_of(digits.begin(), digits.end(), [](char c) { return isDigit(c) || c == '_' || c == '+'; });
  const bool otherBase = word.starts_with("0x") || word.starts_with("0o");
  return numeric || (otherBase && word.size() > 2 &&
                     std::all_of(word.begin() + 2, word.end(),
                                 [](char c) { return std::isxdigit(static_cast<unsigned char>(c)); }))
             ? Looks::OddNumber
             : Looks::Text;
}

}  // namespace certus::config
