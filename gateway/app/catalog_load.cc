#include "gateway/app/catalog_load.h"

#include <cstdlib>

#include <unistd.h>

#include "gateway/guard/gateway_module.h"

namespace certus::app {
namespace {

std::string located(const config::Gateway& config, const std::string& path, const std::string& message) {
  return config.where(path) + ": " + path + ": " + message;
}

void checkReadable(const config::Gateway& config, const std::string& path, const std::string& file,
                   std::vector<std::string>& problems) {
  if (!file.empty() && access(file.c_str(), R_OK) != 0) problems.push_back(located(config, path, "cannot read " + file));
}

}  // namespace

CatalogLoad loadCatalog(const config::Gateway& config, gateway::ModuleHost& host) {
  CatalogLoad out;
  gateway::ModuleLoad loaded =
      host.load(config.modules, config.requirePins ? gateway::Pins::Required : gateway::Pins::Optional);
  out.modules = std::move(loaded.modules);
  for (const gateway::ModuleProblem& problem : loaded.problems)
    out.problems.push_back(located(config, problem.path, problem.message));
  const bool allLoaded = out.modules.size() == config.modules.size();
  if (config.gatewayTools && config.module(gateway::kGatewayModule)) {
    out.problems.push_back(
        located(config, "gateway_tools", "a module is called \"gateway\" too; rename it or leave this out"));
  } else if (config.gatewayTools) {
    out.gatewayModule = static_cast<std::uint32_t>(out.modules.size());
    out.modules.push_back(gateway::gatewayModule());
  }
  gateway::CatalogBuild built = gateway::Catalog::build(out.modules, config);
  for (const gateway::CatalogProblem& problem : built.problems) {
    auto& list = problem.severity == gateway::CatalogProblem::Severity::Warning ? out.warnings : out.problems;
    list.push_back(located(config, problem.path, problem.message));
  }
  if (allLoaded) out.catalog = std::move(built.catalog);
  return out;
}

std::vector<std::string> serviceProblems(const config::Gateway& config) {
  std::vector<std::string> problems;
  for (const config::Service& service : config.services) {
    const std::string path = "services." + service.name;
    checkReadable(config, path + ".ca_file", service.caFile, problems);
    checkReadable(config, path + ".certificate_file", service.certificateFile, problems);
    checkReadable(config, path + ".key_file", service.keyFile, problems);
    if (!service.credential) continue;
    checkReadable(config, path + ".credential.file", service.credential->file, problems);
    const std::string& variable = service.credential->env;
    if (const char* value = variable.empty() ? "" : std::getenv(variable.c_str());
        !variable.empty() && (!value || !*value)) {
      problems.push_back(located(config, path + ".credential.env", "the environment variable " + variable + " is not set"));
    }
  }
  return problems;
}

}  // namespace certus::app
