#include "policy/limits/rate.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace certus::limits {

const char* const kRatePattern = "^[1-9][0-9]{0,6}/[smhd]( burst [1-9][0-9]{0,6})?$";

namespace {

constexpr std::string_view kBurst = " burst ";
constexpr std::int64_t kSecond = 1'000'000;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// A whole number from 1 to kMostCalls without a leading zero; 0: it is none.
std::int64_t parseCount(std::string_view text) {
  if (text.empty() || text.size() > 7 || text[0] == '0' || !std::all_of(text.begin(), text.end(), isDigit)) return 0;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value <= kMostCalls ? value : 0;
}

std::int64_t periodOf(std::string_view unit) {
  if (unit == "s") return kSecond;
  if (unit == "m") return 60 * kSecond;
  if (unit == "h") return 3'600 * kSecond;
  return unit == "d" ? 86'400 * kSecond : 0;
}

// What was most likely meant by "30 / min" or "30 per hour"; empty: no idea.
std::string meant(std::string_view text) {
  std::string bare;
  for (const char c : text) {
    if (c != ' ') bare += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  const auto end = std::find_if_not(bare.begin(), bare.end(), isDigit);
  const std::string digits(bare.begin(), end);
  std::string_view rest = std::string_view(bare).substr(digits.size());
  if (parseCount(digits) == 0) return {};
  if (rest.starts_with('/')) rest.remove_prefix(1);
  if (rest.starts_with("per")) rest.remove_prefix(3);
  static constexpr std::array<std::string_view, 15> kWords = {
      "s", "sec", "second", "seconds", "m", "min", "minute", "minutes", "h", "hr", "hour", "hours", "d", "day", "days"};
  const bool known = std::find(kWords.begin(), kWords.end(), rest) != kWords.end();
  return known ? digits + "/" + rest[0] : std::string();
}

tl::unexpected<Error> refuse(std::string_view text) {
  const std::string shown = "\"" + std::string(text.substr(0, 40)) + (text.size() > 40 ? "...\"" : "\"");
  const std::string guess = meant(text);
  return fail(
      ErrorCode::InvalidArgument,
      shown +
          " is not a rate; write COUNT/s, /m, /h or /d (1 to 1000000), if need be with \" burst COUNT\", for example "
          "30/m, 5/s burst 10 or 1000/h" +
          (guess.empty() ? "" : "; did you mean " + guess + "?"));
}

}  // namespace

Result<Rate> parseRate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return refuse(text);
  const std::size_t burstAt = text.find(kBurst, slash);
  const bool said = burstAt != std::string_view::npos;
  Rate rate;
  rate.count = parseCount(text.substr(0, slash));
  rate.periodMicros = periodOf(text.substr(slash + 1, said ? burstAt - slash - 1 : std::string_view::npos));
  rate.burst = said ? parseCount(text.substr(burstAt + kBurst.size())) : rate.count;
  if (rate.count == 0 || rate.periodMicros == 0 || rate.burst == 0) return refuse(text);
  if (rate.burst > kMostUnits / rate.periodMicros) {
    return fail(ErrorCode::InvalidArgument,
                "\"" + std::string(text) + "\" lets more than " + std::to_string(kMostUnits / rate.periodMicros) +
                    " calls of a day come at once; add a smaller \" burst COUNT\", or count by the hour");
  }
  return rate;
}

std::string toString(const Rate& rate) {
  const char unit = rate.periodMicros == kSecond          ? 's'
                    : rate.periodMicros == 60 * kSecond   ? 'm'
                    : rate.periodMicros == 3600 * kSecond ? 'h'
                                                          : 'd';
  std::string out = std::to_string(rate.count) + "/" + unit;
  if (rate.burst != rate.count) out += std::string(kBurst) + std::to_string(rate.burst);
  return out;
}

std::optional<std::string> checkRate(std::string_view text) {
  const auto rate = parseRate(text);
  if (rate) return std::nullopt;
  return rate.error().message;
}

}  // namespace certus::limits
