#include "gateway/upstream/json_check.h"

#include <cstring>
#include <unordered_set>

namespace certus::gateway {
namespace {

constexpr std::size_t kFew = 24;  // up to here comparing all pairs is cheaper than hashing

bool isUnambiguous(simdjson::dom::element value);

bool hasUnambiguousParts(simdjson::dom::element value) {
  switch (value.type()) {
    case simdjson::dom::element_type::ARRAY:
    case simdjson::dom::element_type::OBJECT: return isUnambiguous(value);
    default: return true;
  }
}

bool hasFewDistinctNames(simdjson::dom::object object) {
  struct Name {
    const char* data;
    std::size_t size;
  };
  Name seen[kFew];
  std::size_t count = 0;
  for (const auto field : object) {
    const std::string_view name = field.key;
    for (std::size_t i = 0; i < count; ++i) {
      if (seen[i].size == name.size() && std::memcmp(seen[i].data, name.data(), name.size()) == 0) return false;
    }
    seen[count++] = {name.data(), name.size()};
    if (!hasUnambiguousParts(field.value)) return false;
  }
  return true;
}

bool hasManyDistinctNames(simdjson::dom::object object) {
  std::unordered_set<std::string_view> seen;
  for (const auto field : object) {
    if (!seen.insert(field.key).second || !hasUnambiguousParts(field.value)) return false;
  }
  return true;
}

bool isUnambiguous(simdjson::dom::element value) {  // depth is bounded by the parser (1024)
  simdjson::dom::object object;
  if (value.get(object) == simdjson::SUCCESS) {
    return object.size() <= kFew ? hasFewDistinctNames(object) : hasManyDistinctNames(object);
  }
  simdjson::dom::array array;
  if (value.get(array) != simdjson::SUCCESS) return true;
  for (const simdjson::dom::element each : array) {
    if (!hasUnambiguousParts(each)) return false;
  }
  return true;
}

}  // namespace

std::optional<simdjson::dom::element> parseUnambiguous(simdjson::dom::parser& parser, std::string_view text) {
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS || !isUnambiguous(root)) return std::nullopt;
  return root;
}

}  // namespace certus::gateway
