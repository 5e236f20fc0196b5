// The tools, resources and prompts that rules are compiled against: from the running gateway, or from a file that
// `certus-gateway tools --json` wrote.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace certus::rules {

enum class ItemKind : std::uint8_t { Tool, Resource, Prompt };

struct CatalogueItem {
  ItemKind kind = ItemKind::Tool;
  std::string service;        // the module's name: "trust"
  std::string name;           // the module's own: "verify"; of a resource its URI or template
  std::string exposed;        // as clients call it: "trust_verify"
  std::string inputSchema;    // Tool: JSON text
  bool enabled = true;        // false: switched off by the operator; known to rules, offered to nobody
  std::size_t listBytes = 0;  // of its entry in the list answer; Tool only

  std::string fullName() const { return service + "/" + name; }
};

using Catalogue = std::vector<CatalogueItem>;

constexpr std::size_t kMaxCatalogueBytes = 16u << 20, kMaxCatalogueItems = 10'000;

// Either the array that `tools --json` prints, or {"tools": [...], "resources": [...], "prompts": [...]}. A tool is an entry
// of tools/list; "service", "tool" and "enabled" may stand beside its "name", else the service is what stands before the
// name's first _. Error::message says which entry and the right form.
Result<Catalogue> readCatalogue(std::string_view json);

}  // namespace certus::rules
