#include "gateway/upstream/json_check.h"

#include <unordered_set>

namespace certus::gateway {
namespace {

constexpr std::size_t kFew = 24;  // up to here comparing all pairs is cheaper than hashing

bool hasDuplicateNames(simdjson::dom::object object) {
  if (object.size() <= kFew) {
    std::string_view seen[kFew];
    std::size_t count = 0;
    for (const auto field : object) {
      for (std::size_t i = 0; i < count; ++i) {
        if (seen[i] == field.key) return true;
      }
      if (count < kFew) seen[count++] = field.key;
    }
    return false;
  }
  std::unordered_set<std::string_view> seen;
  for (const auto field : object) {
    if (!seen.insert(field.key).second) return true;
  }
  return false;
}

bool isUnambiguous(simdjson::dom::element value) {  // depth is bounded by the parser (1024)
  if (value.is_array()) {
    for (const simdjson::dom::element each : simdjson::dom::array(value)) {
      if (!isUnambiguous(each)) return false;
    }
  } else if (value.is_object()) {
    const simdjson::dom::object object(value);
    if (hasDuplicateNames(object)) return false;
    for (const auto field : object) {
      if (!isUnambiguous(field.value)) return false;
    }
  }
  return true;
}

}  // namespace

bool isUnambiguousJson(simdjson::dom::parser& parser, std::string_view text) {
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return false;
  return isUnambiguous(root);
}

}  // namespace certus::gateway
