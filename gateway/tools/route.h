// One face of the catalogue, "/mcp" or "/mcp/<module>": its names, and the answers that need no module, ready-made for
// every revision. Immutable; views handed out live as long as the Route.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "gateway/call/revision.h"
#include "gateway/schema/schema.h"
#include "gateway/tools/descriptor.h"
#include "gateway/tools/list_pages.h"
#include "gateway/tools/parameter_headers.h"
#include "gateway/tools/uri_template.h"

namespace certus::gateway {

struct ToolEntry {
  std::string name;          // as called on this route
  std::string bareName;      // as the module knows it
  std::uint32_t module = 0;  // index into Catalog::modules
  std::uint32_t item = 0;    // index into Catalog::items, as for prompts and resources
  bool enabled = true;       // false: known, so that a call can be told why, but listed nowhere
  bool longRunning = false;
  bool readOnly = false;                   // the module says so: calling again does no harm
  bool wrapsOutput = false;                // the output schema's root is no object: legacy revisions see {"result": ...}
  std::uint32_t requiredCapabilities = 0;  // ClientCapability bits
  std::uint32_t maxResults = 0;
  Milliseconds timeout{30'000};
  std::shared_ptr<const CompiledSchema> input, output;  // output may be null
  std::vector<ParameterHeader> parameterHeaders;
};

struct PromptEntry {
  std::string name, bareName;
  std::uint32_t module = 0, item = 0;
  std::vector<PromptArgument> arguments;
};

struct ResourceEntry {
  std::string uri;  // or the template's text
  std::uint32_t module = 0, item = 0;
  bool subscribable = false;
  std::optional<UriTemplate> pattern;  // of a template

  // Whether the URI is this one or made from this template, whichever way it is percent-encoded: a module decodes what it is
  // asked for. `decoded`: percentDecoded(uri).
  bool covers(std::string_view uri, std::string_view decoded) const;
};

// What some module on the route has; the capabilities say no more and no less.
struct RouteOffers {
  bool completes = false, logs = false, subscribable = false;
  bool sessions = true;  // legacy HTTP clients can be reached later
};

// The items behind the entries of each list, in the lists' order.
struct ListedItems {
  std::vector<std::uint32_t> tools, prompts, resources, templates;
};

class Route {
 public:
  struct Parts {
    std::string path, instructions;
    std::vector<ToolEntry> tools;  // enabled ones in listing order; disabled ones at the end
    std::vector<PromptEntry> prompts;
    std::vector<ResourceEntry> resources;
    RouteOffers offers;
    Milliseconds toolTimeout{30'000};
    std::array<RevisionTexts, kRevisionCount> texts;
    ListedItems listed;
  };
  explicit Route(Parts parts);
  Route(const Route&) = delete;
  Route& operator=(const Route&) = delete;

  std::string_view path() const { return parts_.path; }
  const RouteOffers& offers() const { return parts_.offers; }
  Milliseconds defaultTimeout() const { return parts_.toolTimeout; }

  // One hash lookup. A disabled tool is found too; look at ToolEntry::enabled.
  const ToolEntry* find(std::string_view name) const;
  const std::vector<ToolEntry>& tools() const { return parts_.tools; }
  // A text of that module with its tools named as they are called on this route.
  std::string exposed(std::string text, std::uint32_t module) const;
  // Among the enabled; `shown`: those by item that may be named at all, null: every one.
  using Shown = std::function<bool(std::uint32_t item)>;
  std::optional<std::string> nearestTool(std::string_view name, const Shown& shown = nullptr) const;

  const PromptEntry* findPrompt(std::string_view name) const;
  std::optional<std::string> nearestPrompt(std::string_view name, const Shown& shown = nullptr) const;

  const std::vector<ResourceEntry>& resources() const { return parts_.resources; }
  const ResourceEntry* findResource(std::string_view uri) const;   // exact, else the first template that matches
  const ResourceEntry* findTemplate(std::string_view text) const;  // by the template's own text

  const ListedItems& listed() const { return parts_.listed; }
  const RevisionTexts& texts(Revision revision) const { return parts_.texts[static_cast<std::size_t>(revision)]; }

 private:
  Parts parts_;
  std::unordered_map<std::string_view, const ToolEntry*> toolsByName_;
  std::unordered_map<std::string_view, const PromptEntry*> promptsByName_;
  std::unordered_map<std::string_view, const ResourceEntry*> resourcesByUri_;
};

}  // namespace certus::gateway
