// Composes modules into routes: names, collisions, operator's options, instructions. The one place that knows how an
// exposed name is made. Used by Catalog::build only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/tools/catalog.h"
#include "gateway/tools/prepared_tool.h"

namespace certus::gateway {

class CatalogBuilder {
 public:
  CatalogBuilder(const std::vector<ModuleDescriptor>& modules, const config::Gateway& config,
                 Catalog::UnknownOptions unknown);

  std::vector<ModuleEntry> moduleEntries() const;
  const rules::Catalogue& items() const { return items_; }
  // `only`: one module with bare names; nullopt: all of them, prefixed.
  std::unique_ptr<Route> route(std::string path, std::optional<std::size_t> only);

  std::vector<CatalogProblem> problems;
  bool failed() const;

 private:
  struct Source {
    const ModuleDescriptor* descriptor;
    const config::Module* options;  // may be null
    std::string prefix;
    std::vector<PreparedTool> tools;
  };
  struct Draft;  // a route while it grows

  void prepare(Source& source);
  void checkOptions(const Source& source);
  static std::string exposed(std::string text, const Source& source, const std::string& prefix);
  void addTools(Draft& draft, std::size_t module, const std::string& prefix);
  void addPrompts(Draft& draft, std::size_t module, const std::string& prefix);
  void addResources(Draft& draft, std::size_t module);
  bool claim(Draft& draft, const char* kind, const std::string& name, std::size_t module);
  void addItems(const Source& source);
  std::uint32_t itemOf(rules::ItemKind kind, std::size_t module, const std::string& name) const;
  void error(std::string path, std::string message);

  const config::Gateway& config_;
  const Catalog::UnknownOptions unknownOptions_;
  std::vector<Source> sources_;
  rules::Catalogue items_;
  std::map<std::string, std::uint32_t> itemsByName_;  // "0 trust/verify"
};

}  // namespace certus::gateway
