#include "gateway/app/offline.h"

#include <iostream>

#include "base/files.h"
#include "gateway/app/catalog_document.h"
#include "gateway/app/catalog_load.h"
#include "gateway/app/config_file.h"

namespace certus::app {

Result<rules::Catalogue> readCatalogueFile(const std::string& path) {
  const auto text = readFile(path, rules::kMaxCatalogueBytes);
  return text ? rules::readCatalogue(*text) : tl::make_unexpected(text.error());
}

rules::Caller callerOf(const CallerWords& words) {
  return {words.subject, words.tenant, words.groups, words.allowedTools ? &*words.allowedTools : nullptr};
}

const config::Gateway* Offline::configuration() {
  if (configurationRead_) return configuration_ ? &*configuration_ : nullptr;
  configurationRead_ = true;
  const config::Environment environment = config::processEnvironment();
  const auto file = findConfigFile(line_.config, environment);
  if (!file) {
    std::cerr << "certus-gateway: " << file.error().message << '\n';
    return nullptr;
  }
  config::Reading reading = config::readGatewayFile(*file, environment);
  if (!reading.ok()) {
    std::cerr << reading.text();
    return nullptr;
  }
  configuration_ = std::move(reading.config);
  return &*configuration_;
}

const rules::Catalogue* Offline::catalogue() {
  if (catalogueRead_) return catalogue_ ? &*catalogue_ : nullptr;
  catalogueRead_ = true;
  if (!line_.catalog.empty()) {
    auto read = readCatalogueFile(line_.catalog);
    if (!read) {
      std::cerr << line_.catalog << ": " << read.error().message << '\n';
      return nullptr;
    }
    catalogue_ = std::move(*read);
    return &*catalogue_;
  }
  const config::Gateway* config = configuration();
  if (config == nullptr) return nullptr;
  const auto host = gateway::ModuleHost::create({});
  const CatalogLoad loaded = loadCatalog(*config, *host);
  for (const std::string& problem : loaded.problems) std::cerr << problem << '\n';
  if (!loaded.catalog) {
    std::cerr
        << "without its modules a policy cannot be compiled; where they are, `certus-gateway tools --json > catalog.json`, "
           "then --catalog catalog.json here\n";
    return nullptr;
  }
  auto read = catalogueOf(loaded);
  if (!read) {
    std::cerr << config->file << ": modules: " << read.error().message << '\n';
    return nullptr;
  }
  catalogue_ = std::move(*read);
  return &*catalogue_;
}

std::string Offline::policyFolder() {
  if (!line_.policy.empty()) return line_.policy;
  const config::Gateway* config = configuration();
  return config != nullptr ? config->policy.value_or("") : "";
}

std::shared_ptr<const policy::PolicySet> Offline::policy() {
  const std::string folder = policyFolder();
  if (!folder.empty()) return policyOf(folder);
  if (configuration_) {
    std::cerr << configuration_->file
              << " names no policy: in open local mode everybody who reaches the gateway may do everything. Name a folder "
                 "with --policy DIR\n";
  }
  return nullptr;
}

std::shared_ptr<const policy::PolicySet> Offline::policyOf(const std::string& folder, rules::Unmatched unmatched) {
  const rules::Catalogue* known = catalogue();
  if (known == nullptr) return nullptr;
  policy::PolicyBuild built = policy::buildFolder(folder, *known, limits::HashSecret{}, unmatched);
  std::cerr << rules::textOf(built.errors);
  for (const rules::Finding& warning : built.warnings) std::cerr << warning.text() << " (a warning)\n";
  return built.set;
}

}  // namespace certus::app
