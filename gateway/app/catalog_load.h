// From a read configuration to a catalogue: loads every module and composes what they offer. What `check`, `tools`, `serve`
// and `stdio` have in common; asks no service and starts nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "gateway/modules/module_host.h"
#include "gateway/tools/catalog.h"

namespace certus::app {

struct CatalogLoad {
  std::vector<gateway::ModuleDescriptor> modules;
  std::shared_ptr<const gateway::Catalog> catalog;  // null when something keeps the gateway from serving
  std::vector<std::string> problems;  // "file:line:col: path: message", one each; with a catalogue: what is left out
  std::vector<std::string> warnings;  // of the same form: served all the same
  std::optional<std::uint32_t> gatewayModule;  // position of the gateway's own tools, if they are offered: the last
};

CatalogLoad loadCatalog(const config::Gateway& config, gateway::ModuleHost& host);

// What the configuration names outside of itself and modules: credentials and TLS files that cannot be read.
std::vector<std::string> serviceProblems(const config::Gateway& config);

}  // namespace certus::app
