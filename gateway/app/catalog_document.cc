#include "gateway/app/catalog_document.h"

#include <functional>

#include <nlohmann/json.hpp>

#include "gateway/tools/listing.h"
#include "gateway/tools/prepared_tool.h"

namespace certus::app {
namespace {

using Json = nlohmann::ordered_json;

void eachEntry(const gateway::ListPages& pages, const char* list, const std::function<void(Json&&)>& take) {
  std::optional<std::string_view> page = pages.first();
  while (page) {
    Json result = Json::parse(*page);
    for (Json& entry : result.at(list)) take(std::move(entry));
    const auto next = result.find("nextCursor");
    page = next == result.end() ? std::nullopt : pages.at(next->get<std::string>());
  }
}

class Document {
 public:
  explicit Document(const CatalogLoad& loaded) : loaded_(loaded), route_(loaded.catalog->composed()) {}

  Json write() {
    Json out = {{"tools", Json::array()}, {"resources", Json::array()}, {"prompts", Json::array()}};
    const gateway::RevisionTexts& texts = route_.texts(gateway::kModern);
    eachEntry(texts.tools, "tools", [&](Json&& entry) {
      const gateway::ToolEntry* tool = route_.find(entry.at("name").get<std::string>());
      if (tool != nullptr) out["tools"].push_back(addTo(std::move(entry), tool->module, "tool", tool->bareName, true));
    });
    for (const gateway::ToolEntry& tool : route_.tools()) addSwitchedOff(tool, out["tools"]);
    const auto resource = [&](Json&& entry) {
      const bool exact = entry.contains("uri");
      const std::string uri = entry.at(exact ? "uri" : "uriTemplate").get<std::string>();
      const auto* found = exact ? route_.findResource(uri) : route_.findTemplate(uri);
      if (found != nullptr) out["resources"].push_back(addTo(std::move(entry), found->module, nullptr, "", true));
    };
    eachEntry(texts.resources, "resources", resource);
    eachEntry(texts.templates, "resourceTemplates", resource);
    eachEntry(texts.prompts, "prompts", [&](Json&& entry) {
      const gateway::PromptEntry* prompt = route_.findPrompt(entry.at("name").get<std::string>());
      if (prompt != nullptr)
        out["prompts"].push_back(addTo(std::move(entry), prompt->module, "prompt", prompt->bareName, true));
    });
    return out;
  }

 private:
  Json addTo(Json&& entry, std::uint32_t module, const char* kind, const std::string& name, bool enabled) const {
    Json out = {{"service", loaded_.catalog->modules()[module].name}};
    if (kind != nullptr) out[kind] = name;
    if (kind == std::string_view("tool")) out["enabled"] = enabled;
    out.update(entry);
    return out;
  }

  void addSwitchedOff(const gateway::ToolEntry& tool, Json& list) const {
    if (tool.enabled) return;
    for (const gateway::ToolDescriptor& descriptor : loaded_.modules[tool.module].tools) {
      if (descriptor.name != tool.bareName) continue;
      if (const auto prepared = gateway::prepareTool(descriptor)) {
        Json entry = Json::parse(gateway::toolListing(*prepared, tool.name, gateway::kModern));
        list.push_back(addTo(std::move(entry), tool.module, "tool", tool.bareName, false));
      }
    }
  }

  const CatalogLoad& loaded_;
  const gateway::Route& route_;
};

}  // namespace

Json catalogDocument(const CatalogLoad& loaded) { return Document(loaded).write(); }

Result<rules::Catalogue> catalogueOf(const CatalogLoad& loaded) {
  return rules::readCatalogue(catalogDocument(loaded).dump());
}

}  // namespace certus::app
