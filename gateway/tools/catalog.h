// Everything that can be called, composed from all modules and immutable: routes, name lookup, compiled schemas and the
// ready-made answers of the list methods. Built off the io threads; no module and no service is asked afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "gateway/tools/descriptor.h"
#include "gateway/tools/route.h"
#include "policy/rules/catalogue.h"

namespace certus::gateway {

struct ModuleEntry {
  std::string name, version, sha256;
  bool completes = false, subscribable = false, logs = false;
};

// Something the operator must know. An Error leaves no catalogue; a Refused tool is left out and the rest serves; a
// Warning is about a tool that serves, though not every client will show it.
struct CatalogProblem {
  enum class Severity : std::uint8_t { Error, Refused, Warning };
  Severity severity = Severity::Error;
  std::string path;     // in the configuration, "modules.trust.prefix", or "modules.trust.tools.verify"
  std::string message;  // what is wrong and the right form
};

class Catalog;

struct CatalogBuild {
  std::shared_ptr<const Catalog> catalog;  // null when there is an Error
  std::vector<CatalogProblem> problems;    // all of them
};

class Catalog {
 public:
  // Options of a tool that its module does not have: a typo at start, a tool that was withdrawn when a module changes its offer.
  enum class UnknownOptions : std::uint8_t { AreErrors, AreWarnings };

  // `modules` in the order that Invocation::module indexes. Each is configured by the config::Module of its name, if any.
  static CatalogBuild build(const std::vector<ModuleDescriptor>& modules, const config::Gateway& config,
                            UnknownOptions unknown = UnknownOptions::AreErrors);

  const std::vector<ModuleEntry>& modules() const { return modules_; }
  // Every tool, prompt and resource once, whatever the route, also tools that are switched off: what policy is about.
  const rules::Catalogue& items() const { return items_; }

  // "/mcp": all modules, composed names. "/mcp/<module>": that one, bare names. Null for any other path.
  const Route* route(std::string_view path) const;
  const Route& composed() const { return *routes_.front(); }
  const Route* moduleRoute(std::string_view module) const;
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

  // True if a client that keeps the lists must read that one again after `older` was replaced by this.
  bool toolsDiffer(const Catalog& older) const;
  bool promptsDiffer(const Catalog& older) const;
  bool resourcesDiffer(const Catalog& older) const;

 private:
  Catalog() = default;

  std::vector<ModuleEntry> modules_;
  rules::Catalogue items_;
  std::vector<std::unique_ptr<Route>> routes_;  // the composed one first
};

}  // namespace certus::gateway
