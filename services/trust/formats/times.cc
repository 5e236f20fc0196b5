#include "services/trust/formats/times.h"

#include <algorithm>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace certus::trust_service {
namespace {

constexpr std::int64_t kLastSecond = 253402300799;  // of the year 9999

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  bool skip(std::string_view anyOf) {
    if (rest_.empty() || anyOf.find(rest_[0]) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Exactly `digits` of them, at most `most`; -1 otherwise.
  int number(std::size_t digits, int most) {
    int value = 0;
    if (rest_.size() < digits) return -1;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value <= most ? value : -1;
  }
  void skipDigits() {
    while (skip("0123456789")) {
    }
  }

 private:
  std::string_view rest_;
};

// Seconds east of UTC; nullopt when malformed.
std::optional<int> parseZone(Reader& reader) {
  if (reader.done() || (reader.skip("Zz") && reader.done())) return 0;
  const bool east = reader.skip("+ ");  // a '+' that was not escaped in a query arrives as a space
  if (!east && !reader.skip("-")) return std::nullopt;
  const int hours = reader.number(2, 14);
  reader.skip(":");
  const int minutes = reader.number(2, 59);
  if (hours < 0 || minutes < 0 || !reader.done()) return std::nullopt;
  return (hours * 3600 + minutes * 60) * (east ? 1 : -1);
}

}  // namespace

std::string formatSeconds(std::int64_t unixSeconds) {
  if (unixSeconds < 0 || unixSeconds > kLastSecond) return "0000-00-00T00:00:00Z";  // an altered row: no time at all
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(static_cast<std::time_t>(unixSeconds)));
}

std::string formatMicroseconds(std::int64_t unixMicroseconds) {
  std::string text = formatSeconds(unixMicroseconds / 1'000'000);
  text.pop_back();
  return fmt::format("{}.{:06}Z", text, unixMicroseconds < 0 ? 0 : unixMicroseconds % 1'000'000);
}

std::optional<TimeSpan> parseTime(std::string_view text) {
  Reader reader(text);
  const int year = reader.number(4, 9999);
  const bool dash = reader.skip("-");
  const int month = reader.number(2, 12);
  const bool secondDash = reader.skip("-");
  const int day = reader.number(2, 31);
  if (year < 1970 || month < 1 || day < 1 || !dash || !secondDash) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t midnight =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::sys_days(date).time_since_epoch()).count();
  if (reader.done()) return TimeSpan{midnight, midnight + 24 * 3600 - 1};
  if (!reader.skip("Tt ")) return std::nullopt;
  const int hours = reader.number(2, 23);
  const bool colon = reader.skip(":");
  const int minutes = reader.number(2, 59);
  if (hours < 0 || minutes < 0 || !colon) return std::nullopt;
  const int seconds = reader.skip(":") ? reader.number(2, 60) : 0;
  if (seconds < 0) return std::nullopt;
  if (reader.skip(".,")) reader.skipDigits();
  const auto zone = parseZone(reader);
  if (!zone) return std::nullopt;
  const std::int64_t instant = midnight + hours * 3600 + minutes * 60 + seconds - *zone;
  return TimeSpan{instant, instant};
}

std::optional<Instant> parseInstant(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00";  // parseTime takes more: spaces, no zone, no seconds
  constexpr std::size_t kMostDigits = 9;
  if (text.size() <= form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '0' && text[i] != form[i]) return std::nullopt;
  }
  std::string_view zone = text.substr(form.size()), digits;
  if (zone.starts_with('.')) {
    digits = zone.substr(1, std::min(zone.find_first_not_of("0123456789", 1), zone.size()) - 1);
    if (digits.empty() || digits.size() > kMostDigits) return std::nullopt;
    zone.remove_prefix(1 + digits.size());
  }
  const bool offset = zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':';
  const auto span = zone == "Z" || offset ? parseTime(text) : std::nullopt;
  if (!span || text.substr(17, 2) == "60") return std::nullopt;  // no other reader takes a leap second
  return Instant{span->first, digits.find_first_not_of('0') != std::string_view::npos};
}

}  // namespace certus::trust_service
