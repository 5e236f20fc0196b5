#include "policy/identity/instant.h"

#include <chrono>

#include <fmt/format.h>

namespace certus::identity {
namespace {

using namespace std::chrono;

// The number of the digits at [at, at + count), or nullopt; `text` is that long.
std::optional<unsigned> digits(std::string_view text, std::size_t at, std::size_t count) {
  unsigned out = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    out = out * 10 + static_cast<unsigned>(text[i] - '0');
  }
  return out;
}

std::optional<minutes> offsetOf(std::string_view text) {
  if (text == "Z") return minutes(0);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto h = digits(text, 1, 2), m = digits(text, 4, 2);
  if (!h || !m || *h > 23 || *m > 59) return std::nullopt;
  const minutes out(static_cast<int>(*h * 60 + *m));
  return text[0] == '-' ? -out : out;
}

}  // namespace

std::optional<WallTime> parseInstant(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
  const auto h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
  const auto offset = offsetOf(text.substr(19));
  if (!y || !mo || !d || !h || !mi || !s || !offset || *y < 1970 || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  const year_month_day date{year(static_cast<int>(*y)), month(*mo), day(*d)};
  if (!date.ok()) return std::nullopt;
  const auto instant = sys_days(date) + hours(*h) + minutes(*mi) + seconds(*s) - *offset;
  if (*y > 2200) return WallTime(sys_days(year(2200) / 1 / 1));  // system_clock counts nanoseconds; "never" is far enough
  return WallTime(instant);
}

std::string showInstant(WallTime instant) {
  const auto whole = floor<seconds>(instant);
  const auto date = floor<days>(whole);
  const year_month_day day(date);
  const hh_mm_ss time(whole - date);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

std::optional<std::string> checkInstant(std::string_view text) {
  if (parseInstant(text)) return std::nullopt;
  return "not a point in time; write date, time and zone, for example 2027-01-31T00:00:00Z";
}

}  // namespace certus::identity
