#include "gateway/tools/route.h"

#include "base/encoding.h"
#include "base/nearest_word.h"
#include "gateway/tools/exposed_names.h"

namespace certus::gateway {
namespace {

template <class Map>
auto lookUp(const Map& map, std::string_view name) -> typename Map::mapped_type {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

bool ResourceEntry::covers(std::string_view asked, std::string_view decoded) const {
  return pattern ? pattern->matches(asked) || pattern->matches(decoded) : uri == asked || percentDecoded(uri) == decoded;
}

Route::Route(Parts parts) : parts_(std::move(parts)) {
  // The keys view strings inside parts_, which never changes again.
  for (const ToolEntry& tool : parts_.tools) toolsByName_.emplace(tool.name, &tool);
  for (const PromptEntry& prompt : parts_.prompts) promptsByName_.emplace(prompt.name, &prompt);
  for (const ResourceEntry& resource : parts_.resources) resourcesByUri_.emplace(resource.uri, &resource);
}

const ToolEntry* Route::find(std::string_view name) const { return lookUp(toolsByName_, name); }

const PromptEntry* Route::findPrompt(std::string_view name) const { return lookUp(promptsByName_, name); }

std::string Route::exposed(std::string text, std::uint32_t module) const {
  for (const ToolEntry& tool : parts_.tools) {
    if (tool.module == module) exposeName(text, tool.bareName, tool.name);
  }
  return text;
}

std::optional<std::string> Route::nearestTool(std::string_view name, const Shown& shown) const {
  const auto offered = [&](const ToolEntry& tool) { return tool.enabled && (!shown || shown(tool.item)); };
  std::vector<std::string> known;
  for (const ToolEntry& tool : parts_.tools) {
    if (offered(tool)) known.push_back(tool.name);
  }
  // A caller that knows the tool by its bare name (or by another route's) is nearer than any misspelling.
  for (const ToolEntry& tool : parts_.tools) {
    if (offered(tool) && (tool.bareName == name || (name.size() > tool.name.size() && name.ends_with("_" + tool.name))))
      return tool.name;
  }
  return nearestWord(name, known);
}

std::optional<std::string> Route::nearestPrompt(std::string_view name, const Shown& shown) const {
  std::vector<std::string> known;
  for (const PromptEntry& prompt : parts_.prompts) {
    if (!shown || shown(prompt.item)) known.push_back(prompt.name);
  }
  return nearestWord(name, known);
}

const ResourceEntry* Route::findResource(std::string_view uri) const {
  const ResourceEntry* exact = lookUp(resourcesByUri_, uri);
  if (exact && !exact->pattern) return exact;
  for (const ResourceEntry& entry : parts_.resources) {
    if (entry.pattern && entry.pattern->matches(uri)) return &entry;
  }
  return nullptr;
}

const ResourceEntry* Route::findTemplate(std::string_view text) const { return lookUp(resourcesByUri_, text); }

}  // namespace certus::gateway
