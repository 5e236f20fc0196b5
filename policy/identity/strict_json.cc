#include "policy/identity/strict_json.h"

#include "policy/identity/strict_json_events.h"

namespace certus::identity {

std::optional<nlohmann::json> parseStrictObject(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes || text.starts_with("\xEF\xBB\xBF")) return std::nullopt;
  StrictJsonEvents events(limits);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &events)) return std::nullopt;
  nlohmann::json root = events.take();
  if (!root.is_object()) return std::nullopt;
  return root;
}

}  // namespace certus::identity
