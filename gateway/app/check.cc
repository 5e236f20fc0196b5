// `certus-gateway check`: everything that `serve` would do before it listens, with every problem told.
#include <iostream>

#include "gateway/app/catalog_load.h"
#include "gateway/app/commands.h"

namespace certus::app {
namespace {

std::size_t toolsOffered(const gateway::Catalog& catalog) {
  std::size_t count = 0;
  for (const auto& tool : catalog.composed().tools()) count += tool.enabled ? 1 : 0;
  return count;
}

}  // namespace

int check(const config::Reading& reading) {
  config::Gateway config = reading.config;
  std::erase_if(config.modules, [](const config::Module& module) { return module.path.empty(); });  // told by the reader
  const auto host = gateway::ModuleHost::create({});
  const CatalogLoad loaded = loadCatalog(config, *host);
  std::vector<std::string> problems;
  for (const config::Problem& problem : reading.problems) problems.push_back(describe(problem, config.file));
  problems.insert(problems.end(), loaded.problems.begin(), loaded.problems.end());
  for (std::string& problem : serviceProblems(config)) problems.push_back(std::move(problem));
  for (const std::string& warning : loaded.warnings) std::cerr << warning << " (a warning)\n";
  for (const std::string& problem : problems) std::cerr << problem << '\n';
  if (!problems.empty()) {
    std::cerr << problems.size() << (problems.size() == 1 ? " problem" : " problems") << '\n';
    return 1;
  }
  std::cout << config.file << " is right: " << loaded.modules.size()
            << (loaded.modules.size() == 1 ? " module, " : " modules, ") << toolsOffered(*loaded.catalog) << " tools, "
            << config.services.size() << (config.services.size() == 1 ? " service" : " services") << '\n';
  for (const gateway::ModuleDescriptor& module : loaded.modules) {
    std::cout << "  " << module.name << ' ' << module.version << "  sha256 " << module.sha256
              << (config.module(module.name)->sha256.empty() ? "  (not pinned)" : "") << '\n';
  }
  return 0;
}

}  // namespace certus::app
