#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include <fmt/format.h>

#include "services/trust/api/fields.h"
#include "services/trust/formats/times.h"

namespace certus::trust_service {
namespace {

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace

std::optional<std::string> QueryFields::text(const char* name) const {
  auto value = parameters_.find(name);
  return value && !value->empty() ? value : std::nullopt;
}

bool QueryFields::flag(const char* name, bool otherwise) {
  const auto given = parameters_.find(name);
  if (!given) return otherwise;
  const std::string value = lowered(*given);
  constexpr std::array kYes{"true", "1", "yes", "on", "t", "y"};
  constexpr std::array kNo{"false", "0", "no", "off", "f", "n"};
  if (std::ranges::find(kYes, value) != kYes.end()) return true;
  if (std::ranges::find(kNo, value) != kNo.end()) return false;
  problems_.add("bool_parsing", location(name), "Input should be a valid boolean, unable to interpret input", *given);
  return otherwise;
}

std::uint64_t QueryFields::number(const char* name, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most) {
  const auto given = parameters_.find(name);
  if (!given) return otherwise;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
  if (error != std::errc{} || end != given->data() + given->size()) {
    problems_.add("int_parsing", location(name), "Input should be a valid integer, unable to parse string as an integer",
                  *given);
  } else if (value < static_cast<std::int64_t>(least)) {
    problems_.add("greater_than_equal", location(name), fmt::format("Input should be greater than or equal to {}", least),
                  *given, Json{{"ge", least}});
  } else if (value > static_cast<std::int64_t>(most)) {
    problems_.add("less_than_equal", location(name),
                  fmt::format("Input should be less than or equal to {0}; ask again with a cursor for more", most), *given,
                  Json{{"le", most}});
  } else {
    return static_cast<std::uint64_t>(value);
  }
  return otherwise;
}

std::optional<ArtifactDigest> QueryFields::digest(const char* name) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  auto parsed = parseDigest(*given);
  if (parsed) return *parsed;
  problems_.add("value_error", location(name), parsed.error().message, *given);
  return std::nullopt;
}

std::optional<std::int64_t> QueryFields::time(const char* name, Edge edge) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  if (const auto parsed = parseTime(*given)) return edge == Edge::End ? parsed->last : parsed->first;
  problems_.add("datetime_parsing", location(name),
                "Input should be a date or date and time in ISO 8601, for example 2025-12-01 or 2025-12-01T08:30:00Z",
                *given);
  return std::nullopt;
}

std::size_t QueryFields::choice(const char* name, std::initializer_list<std::string_view> choices) {
  const auto given = text(name);
  if (!given) return 0;
  const auto found = std::ranges::find(choices, std::string_view(*given));
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string expected;
  for (const auto choice : choices) expected.append(expected.empty() ? "'" : " or '").append(choice).append("'");
  problems_.add("enum", location(name), "Input should be " + expected, *given, Json{{"expected", expected}});
  return 0;
}

}  // namespace certus::trust_service
