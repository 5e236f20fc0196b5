#include "settings.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "text.h"

namespace certus::trust {
namespace {

constexpr std::array<std::string_view, 1> kKnown{"service"};

std::size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

std::string advice(std::string_view unknown) {
  for (const std::string_view word : kKnown) {
    if (editDistance(unknown, word) <= word.size() / 3) return "did you mean `" + std::string(word) + "`?";
  }
  return "the trust module knows only `service` (a name from `services:`, default trust)";
}

}  // namespace

Settings readSettings(const Json& settings) {
  Settings out;
  if (!settings.is_object()) throw std::invalid_argument("settings must be a mapping, for example {service: trust}");
  for (const auto& [key, value] : settings.items()) {
    if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) {
      throw std::invalid_argument("unknown setting `" + plain(key, 60) + "`: " + advice(key));
    }
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
      throw std::invalid_argument("setting `service` must be the name of an entry under `services:`, for example trust");
    }
    out.service = value.get<std::string>();
  }
  return out;
}

}  // namespace certus::trust
