#include "services/trust/rekor/in_toto.h"

#include "services/trust/formats/strict_json.h"
#include "services/trust/log/search_index.h"

namespace certus::trust_service::rekor {
namespace {

constexpr std::size_t kMaxDigests = 1000, kMaxDigestText = 200;

// `list` is an array of {digest: {<algorithm>: <hex>}}.
void takeDigests(const Input& list, std::vector<std::string>& found) {
  if (!list.is_array()) return;
  for (const Input& each : list) {
    const auto digest = each.is_object() ? each.find("digest") : each.end();
    if (digest == each.end() || !digest->is_object()) continue;
    for (const auto& [algorithm, hex] : digest->items()) {
      if (found.size() >= kMaxDigests) return;
      if (!hex.is_string()) continue;
      std::string key = asSearchKey(algorithm + ":" + hex.get_ref<const std::string&>());
      if (key.size() <= kMaxDigestText) found.push_back(std::move(key));
    }
  }
}

}  // namespace

std::vector<std::string> digestsInStatement(std::string_view payload) {
  std::vector<std::string> found;
  JsonProblem problem;
  const auto statement = parseStrictly(payload, problem);
  if (!statement || !statement->is_object()) return found;
  if (const auto subjects = statement->find("subject"); subjects != statement->end()) takeDigests(*subjects, found);
  const Input::json_pointer materials("/predicate/materials");
  if (statement->contains(materials)) takeDigests(statement->at(materials), found);
  return found;
}

}  // namespace certus::trust_service::rekor
