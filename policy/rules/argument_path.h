// Where in a call's arguments a condition looks: member names with dots between, [] for every item of a list:
// metadata.commit, items[].name, metadata."build.id".
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

namespace certus::rules {

struct PathStep {
  bool everyItem = false;  // []
  std::string member;      // otherwise

  auto operator<=>(const PathStep&) const = default;
};
using ArgumentPath = std::vector<PathStep>;

std::optional<ArgumentPath> parseArgumentPath(std::string_view text);  // at most 16 steps
std::optional<std::string> checkArgumentPath(std::string_view text);   // what is wrong and the right form (config::Check)
std::string memberText(const std::string& member);                     // quoted where a path needs it

// A bit each for what conditions find: a path with [] may find several things.
enum Found : unsigned { kHolds = 1, kFails = 2, kUnknown = 4 };  // Unknown: absent, null or of another type

}  // namespace certus::rules
