// Slices of a JSON text, as written: the suite's schemas and values reach the validator exactly as their authors wrote them,
// numbers included. For well-formed documents only.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace certus::test {

using Members = std::vector<std::pair<std::string, std::string_view>>;

std::vector<std::string_view> rawItems(std::string_view array);
Members rawMembers(std::string_view object);                                // names without escapes, as the suite's own are
std::string_view rawMember(const Members& members, std::string_view name);  // empty when absent

}  // namespace certus::test
