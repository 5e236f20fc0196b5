#include "gateway/tools/catalog_builder.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "base/nearest_word.h"
#include "gateway/tools/exposed_names.h"
#include "gateway/tools/listing.h"
#include "gateway/tools/route_texts.h"

namespace certus::gateway {
namespace {

constexpr std::array kRevisions = {Revision::V2024_11_05, Revision::V2025_03_26, Revision::V2025_06_18,
                                   Revision::V2025_11_25, Revision::V2026_07_28};
static_assert(kRevisions.size() == kRevisionCount);

constexpr std::size_t kComfortableName = 45;

bool isName(const std::string& name) {
  static const char* kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  return !name.empty() && name.size() <= 64 && name.find_first_not_of(kAllowed) == std::string::npos;
}

bool isJsonObjectOnOneLine(const std::string& text) {
  return text.find_first_of("\r\n") == std::string::npos && nlohmann::json::parse(text, nullptr, false).is_object();
}

const config::ToolOptions* optionsOf(const config::Module* module, const std::string& tool) {
  if (!module) return nullptr;
  const auto found = module->tools.find(tool);
  return found == module->tools.end() ? nullptr : &found->second;
}

ToolEntry toolEntry(const PreparedTool& tool, std::string name, std::size_t module, const config::ToolOptions* options,
                    Milliseconds fallback) {
  const ToolDescriptor& descriptor = *tool.descriptor;
  ToolEntry entry;
  entry.name = std::move(name);
  entry.bareName = descriptor.name;
  entry.module = static_cast<std::uint32_t>(module);
  entry.enabled = !options || options->enabled;
  entry.longRunning = descriptor.longRunning;
  entry.readOnly = descriptor.readOnly == 1;
  entry.wrapsOutput = tool.wrapsOutput;
  entry.requiredCapabilities = descriptor.requiredCapabilities;
  entry.maxResults = options ? options->maxResults : 0;
  entry.timeout = descriptor.timeoutMs ? Milliseconds(descriptor.timeoutMs) : fallback;
  if (options && options->timeout) entry.timeout = *options->timeout;
  entry.input = tool.input;
  entry.output = tool.output;
  entry.parameterHeaders = tool.parameterHeaders;
  return entry;
}

}  // namespace

struct CatalogBuilder::Draft {
  Route::Parts parts;
  std::vector<ToolEntry> disabled;
  std::array<RouteItems, kRevisionCount> items;
  std::map<std::string, std::size_t> owners;  // "tool verify" -> module
};

CatalogBuilder::CatalogBuilder(const std::vector<ModuleDescriptor>& modules, const config::Gateway& config,
                               Catalog::UnknownOptions unknown)
    : config_(config), unknownOptions_(unknown) {
  for (const ModuleDescriptor& module : modules) {
    const auto found = std::find_if(config.modules.begin(), config.modules.end(),
                                    [&](const config::Module& m) { return m.name == module.name; });
    Source source{&module, found == config.modules.end() ? nullptr : &*found, module.name + '_', {}};
    if (source.options && source.options->prefix) source.prefix = *source.options->prefix;
    prepare(source);
    checkOptions(source);
    addItems(source);
    sources_.push_back(std::move(source));
  }
}

void CatalogBuilder::error(std::string path, std::string message) {
  problems.push_back({CatalogProblem::Severity::Error, std::move(path), std::move(message)});
}

bool CatalogBuilder::failed() const {
  return std::any_of(problems.begin(), problems.end(),
                     [](const CatalogProblem& p) { return p.severity == CatalogProblem::Severity::Error; });
}

void CatalogBuilder::prepare(Source& source) {
  std::vector<std::string> seen;
  for (const ToolDescriptor& tool : source.descriptor->tools) {
    const std::string path = "modules." + source.descriptor->name + ".tools." + tool.name;
    if (std::find(seen.begin(), seen.end(), tool.name) != seen.end()) {
      problems.push_back(
          {CatalogProblem::Severity::Refused, path,
           "module \"" + source.descriptor->name + "\" lists tool \"" + tool.name + "\" twice; the first counts"});
      continue;
    }
    seen.push_back(tool.name);
    auto prepared = prepareTool(tool);
    if (prepared) {
      if (!prepared->warning.empty()) {
        problems.push_back({CatalogProblem::Severity::Warning, path,
                            "tool \"" + tool.name + "\" of module \"" + source.descriptor->name +
                                "\" is served, but: " + prepared->warning});
      }
      source.tools.push_back(std::move(*prepared));
      continue;
    }
    problems.push_back({CatalogProblem::Severity::Refused, path,
                        "tool \"" + tool.name + "\" of module \"" + source.descriptor->name +
                            "\" is left out: " + prepared.error().message});
  }
}

void CatalogBuilder::checkOptions(const Source& source) {
  if (!source.options) return;
  std::vector<std::string> known;
  for (const ToolDescriptor& tool : source.descriptor->tools) known.push_back(tool.name);
  for (const auto& [name, options] : source.options->tools) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto near = nearestWord(name, known);
    using Severity = CatalogProblem::Severity;
    problems.push_back({unknownOptions_ == Catalog::UnknownOptions::AreErrors ? Severity::Error : Severity::Warning,
                        "modules." + source.descriptor->name + ".tools." + name,
                        "module \"" + source.descriptor->name + "\" has no tool \"" + name + "\"" +
                            (near ? "; did you mean \"" + *near + "\"?" : "; use the module's own name, without the prefix")});
  }
}

std::vector<ModuleEntry> CatalogBuilder::moduleEntries() const {
  std::vector<ModuleEntry> entries;
  for (const Source& source : sources_) {
    const ModuleDescriptor& module = *source.descriptor;
    entries.push_back({module.name, module.version, module.sha256, module.completes, module.subscribable, module.logs});
  }
  return entries;
}

void CatalogBuilder::addItems(const Source& source) {
  const ModuleDescriptor& module = *source.descriptor;
  const auto add = [&](rules::CatalogueItem item) {
    const std::string key = std::to_string(static_cast<int>(item.kind)) + ' ' + item.fullName();
    if (itemsByName_.emplace(key, static_cast<std::uint32_t>(items_.size())).second) items_.push_back(std::move(item));
  };
  for (const PreparedTool& tool : source.tools) {
    const std::string& name = tool.descriptor->name;
    const config::ToolOptions* options = optionsOf(source.options, name);
    const std::size_t bytes = toolListing(tool, source.prefix + name, kModern).size();
    add({rules::ItemKind::Tool, module.name, name, source.prefix + name, tool.inputText, !options || options->enabled, bytes});
  }
  for (const ResourceDescriptor& resource : module.resources)
    add({rules::ItemKind::Resource, module.name, resource.uri, resource.uri, {}, true, 0});
  for (const PromptDescriptor& prompt : module.prompts)
    add({rules::ItemKind::Prompt, module.name, prompt.name, source.prefix + prompt.name, {}, true, 0});
}

std::uint32_t CatalogBuilder::itemOf(rules::ItemKind kind, std::size_t module, const std::string& name) const {
  return itemsByName_.at(std::to_string(static_cast<int>(kind)) + ' ' + sources_[module].descriptor->name + '/' + name);
}

bool CatalogBuilder::claim(Draft& draft, const char* kind, const std::string& name, std::size_t module) {
  const auto [owner, isNew] = draft.owners.emplace(std::string(kind) + ' ' + name, module);
  if (isNew) return true;
  const std::string& first = sources_[owner->second].descriptor->name;
  const std::string& second = sources_[module].descriptor->name;
  error("modules." + second + (std::string_view(kind) == "resource" ? "" : ".prefix"),
        std::string(kind) + " \"" + name + "\" is offered by module \"" + first + "\" and by module \"" + second + "\"; " +
            (std::string_view(kind) == "resource"
                 ? "one of the two modules must use another URI"
                 : "give one of them another `prefix`, such as \"" + second + "_\", or disable one of the two"));
  return false;
}

std::string CatalogBuilder::exposed(std::string text, const Source& source, const std::string& prefix) {
  for (const PreparedTool& tool : source.tools) exposeName(text, tool.descriptor->name, prefix + tool.descriptor->name);
  return text;
}

void CatalogBuilder::addTools(Draft& draft, std::size_t module, const std::string& prefix) {
  const Source& source = sources_[module];
  for (const PreparedTool& tool : source.tools) {
    const std::string name = prefix + tool.descriptor->name;
    const config::ToolOptions* options = optionsOf(source.options, tool.descriptor->name);
    ToolEntry entry = toolEntry(tool, name, module, options, config_.toolTimeout);
    entry.item = itemOf(rules::ItemKind::Tool, module, entry.bareName);
    if (!entry.enabled) {
      draft.disabled.push_back(std::move(entry));
      continue;
    }
    if (!isName(name)) {
      error("modules." + source.descriptor->name + ".prefix",
            "tool \"" + name + "\" of module \"" + source.descriptor->name +
                "\" is not a usable name: 1 to 64 of A-Z a-z 0-9 _ - (clients and model APIs refuse others)");
      continue;
    }
    if (!claim(draft, "tool", name, module)) continue;
    if (name.size() > kComfortableName) {
      problems.push_back({CatalogProblem::Severity::Warning, "modules." + source.descriptor->name + ".prefix",
                          "tool \"" + name + "\" has " + std::to_string(name.size()) +
                              " characters; clients add a prefix of their own and cut or refuse "
                              "what is then longer than 64: stay within 45"});
    }
    for (std::size_t i = 0; i < kRevisionCount; ++i) {
      draft.items[i].tools.push_back(exposed(toolListing(tool, name, kRevisions[i]), source, prefix));
    }
    draft.parts.listed.tools.push_back(entry.item);
    draft.parts.tools.push_back(std::move(entry));
  }
}

void CatalogBuilder::addPrompts(Draft& draft, std::size_t module, const std::string& prefix) {
  for (const PromptDescriptor& prompt : sources_[module].descriptor->prompts) {
    const std::string name = prefix + prompt.name;
    if (!isName(name)) {
      error("modules." + sources_[module].descriptor->name + ".prefix",
            "prompt \"" + name + "\" is not a usable name: 1 to 64 of A-Z a-z 0-9 _ -");
      continue;
    }
    if (!claim(draft, "prompt", name, module)) continue;
    for (std::size_t i = 0; i < kRevisionCount; ++i)
      draft.items[i].prompts.push_back(promptListing(prompt, name, kRevisions[i]));
    const std::uint32_t item = itemOf(rules::ItemKind::Prompt, module, prompt.name);
    draft.parts.listed.prompts.push_back(item);
    draft.parts.prompts.push_back({name, prompt.name, static_cast<std::uint32_t>(module), item, prompt.arguments});
  }
}

void CatalogBuilder::addResources(Draft& draft, std::size_t module) {
  const ModuleDescriptor& descriptor = *sources_[module].descriptor;
  for (const ResourceDescriptor& resource : descriptor.resources) {
    if (!claim(draft, "resource", resource.uri, module)) continue;
    if (!resource.meta.empty() && !isJsonObjectOnOneLine(resource.meta)) {
      error("modules." + descriptor.name, "resource \"" + resource.uri + "\": `meta` must be a JSON object on one line");
      continue;
    }
    const std::uint32_t item = itemOf(rules::ItemKind::Resource, module, resource.uri);
    ResourceEntry entry{resource.uri, static_cast<std::uint32_t>(module), item, descriptor.subscribable, std::nullopt};
    if (resource.isTemplate) {
      auto pattern = UriTemplate::parse(resource.uri);
      if (!pattern) {
        error("modules." + descriptor.name, "resource template \"" + resource.uri + "\": " + pattern.error().message);
        continue;
      }
      entry.pattern = std::move(*pattern);
    }
    for (std::size_t i = 0; i < kRevisionCount; ++i) {
      auto& list = resource.isTemplate ? draft.items[i].templates : draft.items[i].resources;
      list.push_back(resourceListing(resource, kRevisions[i]));
    }
    (resource.isTemplate ? draft.parts.listed.templates : draft.parts.listed.resources).push_back(item);
    draft.parts.resources.push_back(std::move(entry));
  }
}

std::unique_ptr<Route> CatalogBuilder::route(std::string path, std::optional<std::size_t> only) {
  Draft draft;
  draft.parts.path = std::move(path);
  draft.parts.toolTimeout = config_.toolTimeout;
  draft.parts.offers.sessions = config_.mcp.sessions;
  std::string instructions = config_.instructions;
  for (std::size_t module = 0; module < sources_.size(); ++module) {
    if (only && *only != module) continue;
    const ModuleDescriptor& descriptor = *sources_[module].descriptor;
    const std::string prefix = only ? "" : sources_[module].prefix;
    addTools(draft, module, prefix);
    addPrompts(draft, module, prefix);
    addResources(draft, module);
    RouteOffers& offers = draft.parts.offers;
    offers.completes |= descriptor.completes;
    offers.logs |= descriptor.logs;
    offers.subscribable |= descriptor.subscribable;
    if (!descriptor.instructions.empty()) {
      instructions += (instructions.empty() ? "" : "\n\n") + exposed(descriptor.instructions, sources_[module], prefix);
    }
  }
  draft.parts.instructions = instructions;
  for (ToolEntry& tool : draft.disabled) draft.parts.tools.push_back(std::move(tool));
  for (std::size_t i = 0; i < kRevisionCount; ++i) {
    draft.parts.texts[i] = renderRouteTexts(kRevisions[i], draft.items[i], draft.parts.offers, instructions, config_);
  }
  return std::make_unique<Route>(std::move(draft.parts));
}

}  // namespace certus::gateway
