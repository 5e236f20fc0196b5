#include "instant.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace certus::trust {
namespace {

constexpr Instant kSecond = 1'000'000;
constexpr Instant kDay = 86'400 * kSecond;
constexpr std::size_t kDayLength = 10;  // "2025-12-31"

// Reads exactly `digits` digits off the front.
std::optional<int> takeNumber(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || end != text.data() + digits || text.front() == '-') return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view oneOf) {
  if (text.empty() || oneOf.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Instant> takeDay(std::string_view& text) {
  const auto year = takeNumber(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = takeNumber(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = takeNumber(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * kDay;
}

// ".123456789" to microseconds; digits beyond the sixth are dropped.
std::optional<Instant> takeFraction(std::string_view& text) {
  if (!take(text, ".")) return 0;
  Instant micros = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 6) micros = micros * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) micros *= 10;
  return micros;
}

std::optional<Instant> takeOffset(std::string_view& text) {
  if (text.empty() || take(text, "Zz")) return 0;
  const Instant sign = text.front() == '-' ? -1 : 1;
  if (!take(text, "+-")) return std::nullopt;
  const auto hours = takeNumber(text, 2);
  if (!hours || *hours > 23 || !take(text, ":")) return std::nullopt;
  const auto minutes = takeNumber(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes) * 60 * kSecond;
}

std::optional<Instant> takeTime(std::string_view& text) {
  const auto hours = takeNumber(text, 2);
  if (!hours || *hours > 23 || !take(text, ":")) return std::nullopt;
  const auto minutes = takeNumber(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  int seconds = 0;
  if (take(text, ":")) {
    const auto given = takeNumber(text, 2);
    if (!given || *given > 60) return std::nullopt;  // 60: a leap second
    seconds = *given;
  }
  const auto fraction = takeFraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = takeOffset(text);
  if (!offset) return std::nullopt;
  return (*hours * 3600 + *minutes * 60 + seconds) * kSecond + *fraction - *offset;
}

}  // namespace

std::optional<Instant> parseInstant(std::string_view text) {
  const auto day = takeDay(text);
  if (!day || text.empty()) return day;
  if (!take(text, "Tt ")) return std::nullopt;
  const auto time = takeTime(text);
  if (!time || !text.empty()) return std::nullopt;
  return *day + *time;
}

std::optional<Instant> parseLastInstant(std::string_view text) {
  const auto instant = parseInstant(text);
  if (!instant || text.size() != kDayLength) return instant;
  return *instant + kDay - 1;
}

std::string toRfc3339(Instant instant) {
  const Instant days = (instant >= 0 ? instant : instant - kDay + 1) / kDay;
  const Instant rest = instant - days * kDay;
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  const auto seconds = static_cast<int>(rest / kSecond);
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), seconds / 3600, seconds / 60 % 60,
                seconds % 60, static_cast<int>(rest % kSecond));
  return out.data();
}

}  // namespace certus::trust
