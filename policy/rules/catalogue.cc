#include "policy/rules/catalogue.h"

#include <set>

#include <nlohmann/json.hpp>

namespace certus::rules {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostDepth = 64;

tl::unexpected<Error> refuse(std::string message) { return fail(ErrorCode::InvalidArgument, std::move(message)); }

std::string textAt(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The module's own name out of "trust_verify" where the file does not say it.
void splitName(CatalogueItem& item) {
  const std::size_t cut = item.exposed.find('_');
  if (item.service.empty() && cut != std::string::npos) item.service = item.exposed.substr(0, cut);
  if (!item.name.empty() || item.service.empty()) return;
  const bool prefixed = item.exposed.starts_with(item.service + "_");
  item.name = prefixed ? item.exposed.substr(item.service.size() + 1) : item.exposed;
}

Result<CatalogueItem> readItem(const Json& entry, ItemKind kind, const std::string& where) {
  if (!entry.is_object()) return refuse(where + " is not an object");
  CatalogueItem item;
  item.kind = kind;
  item.service = textAt(entry, "service");
  item.exposed = textAt(entry, kind == ItemKind::Resource ? "uri" : "name");
  if (item.exposed.empty() && kind == ItemKind::Resource) item.exposed = textAt(entry, "uriTemplate");
  if (item.exposed.empty()) return refuse(where + " has no " + (kind == ItemKind::Resource ? "uri" : "name"));
  if (kind == ItemKind::Resource) {
    item.name = item.exposed;
  } else {
    item.name = textAt(entry, kind == ItemKind::Tool ? "tool" : "prompt");
    splitName(item);
  }
  if (item.service.empty() || item.name.empty())
    return refuse(where + " (" + item.exposed.substr(0, 80) + ") does not say its service; add \"service\": \"trust\"");
  const auto enabled = entry.find("enabled");
  item.enabled = enabled == entry.end() || !enabled->is_boolean() || enabled->get<bool>();
  if (kind != ItemKind::Tool) return item;
  const auto schema = entry.find("inputSchema");
  if (schema == entry.end() || !schema->is_object()) return refuse(where + " (" + item.exposed + ") has no inputSchema");
  item.inputSchema = schema->dump();
  Json listed = entry;
  for (const char* ours : {"service", "tool", "enabled"}) listed.erase(ours);
  item.listBytes = listed.dump().size();
  return item;
}

Result<void> readAll(const Json& list, ItemKind kind, const char* called, Catalogue& out) {
  if (!list.is_array()) return refuse(std::string(called) + " is not a list");
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (out.size() == kMaxCatalogueItems) return refuse("more than " + std::to_string(kMaxCatalogueItems) + " entries");
    auto item = readItem(list[i], kind, std::string(called) + "[" + std::to_string(i) + "]");
    if (!item) return tl::make_unexpected(item.error());
    out.push_back(std::move(*item));
  }
  return {};
}

Result<void> refuseTwice(const Catalogue& catalogue) {
  std::set<std::pair<ItemKind, std::string>> seen;
  for (const CatalogueItem& item : catalogue) {
    if (!seen.emplace(item.kind, item.fullName()).second) return refuse(item.fullName() + " stands in it twice");
  }
  return {};
}

}  // namespace

Result<Catalogue> readCatalogue(std::string_view json) {
  if (json.size() > kMaxCatalogueBytes) return refuse("larger than " + std::to_string(kMaxCatalogueBytes) + " bytes");
  bool tooDeep = false;
  const Json root = Json::parse(
      json,
      [&](int depth, Json::parse_event_t, Json&) {
        tooDeep = tooDeep || depth > kMostDepth;
        return !tooDeep;
      },
      false);
  if (tooDeep) return refuse("nested deeper than " + std::to_string(kMostDepth) + " levels");
  if (root.is_discarded()) return refuse("not valid JSON; write it anew: certus-gateway tools --json > catalog.json");
  Catalogue out;
  if (root.is_array()) {
    if (auto done = readAll(root, ItemKind::Tool, "tools", out); !done) return tl::make_unexpected(done.error());
  } else if (root.is_object() && root.contains("tools")) {
    static constexpr std::pair<const char*, ItemKind> kLists[] = {
        {"tools", ItemKind::Tool}, {"resources", ItemKind::Resource}, {"prompts", ItemKind::Prompt}};
    for (const auto& [name, kind] : kLists) {
      if (!root.contains(name)) continue;
      if (auto done = readAll(root[name], kind, name, out); !done) return tl::make_unexpected(done.error());
    }
  } else {
    return refuse("neither a list of tools nor an object with \"tools\"");
  }
  if (auto done = refuseTwice(out); !done) return tl::make_unexpected(done.error());
  return out;
}

}  // namespace certus::rules
