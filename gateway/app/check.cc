// `certus-gateway check`: everything that `serve` would do before it listens, with every problem told.
#include <iostream>

#include <nlohmann/json.hpp>

#include "gateway/app/catalog_document.h"
#include "gateway/app/catalog_load.h"
#include "gateway/app/commands.h"
#include "gateway/app/credential_names.h"
#include "gateway/app/identity_files.h"
#include "gateway/app/issuer_keys.h"
#include "gateway/app/listener_tls.h"
#include "gateway/app/offline.h"

namespace certus::app {
namespace {

std::string counted(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string describePolicy(const policy::PolicySet& set) {
  return counted(set.rules->rules().size(), "rule", "rules") + ", " +
         counted(set.limits->rules().size(), "limit", "limits") + ", " +
         counted(set.rules->people().groups().size(), "group", "groups");
}

struct Found {
  std::vector<std::string> problems, warnings;
};

// In text a check without problems has more to say: what it checked.
int tell(const Found& found, Form form) {
  const bool right = found.problems.empty();
  if (form == Form::Json) {
    using Json = nlohmann::ordered_json;
    const Json out = {{"ok", right}, {"problems", found.problems}, {"warnings", found.warnings}};
    std::cout << out.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    return right ? kYes : kNo;
  }
  for (const std::string& warning : found.warnings) std::cerr << warning << " (a warning)\n";
  for (const std::string& problem : found.problems) std::cerr << problem << '\n';
  if (!right) std::cerr << counted(found.problems.size(), "problem", "problems") << '\n';
  return right ? kYes : kNo;
}

class Check {
 public:
  Check(const config::Reading& reading, const CommandLine& line) : line_(line), config_(reading.config) {
    std::erase_if(config_.modules, [](const config::Module& module) { return module.path.empty(); });  // told by the reader
    for (const config::Problem& problem : reading.problems) problems_.push_back(describe(problem, config_.file));
    if (!line.policy.empty()) config_.policy = line.policy;
  }

  int run() {
    tools();
    for (std::string& problem : serviceProblems(config_)) problems_.push_back(std::move(problem));
    identity();
    policy();
    const int said = tell({problems_, warnings_}, line_.form);
    if (said == kYes && line_.form != Form::Json) summary();
    return said;
  }

 private:
  void tools() {
    if (!line_.catalog.empty()) {
      auto read = readCatalogueFile(line_.catalog);
      if (!read) problems_.push_back(line_.catalog + ": " + read.error().message);
      if (read) catalogue_ = std::move(*read);
      return;
    }
    const auto host = gateway::ModuleHost::create({});
    CatalogLoad loaded = loadCatalog(config_, *host);
    problems_.insert(problems_.end(), loaded.problems.begin(), loaded.problems.end());
    warnings_.insert(warnings_.end(), loaded.warnings.begin(), loaded.warnings.end());
    if (loaded.catalog) {
      auto read = catalogueOf(loaded);
      if (!read) problems_.push_back(config_.where("modules") + ": modules: " + read.error().message);
      if (read) catalogue_ = std::move(*read);
    }
    modules_ = std::move(loaded.modules);
    if (loaded.gatewayModule) modules_.erase(modules_.begin() + static_cast<std::ptrdiff_t>(*loaded.gatewayModule));
  }

  void identity() {
    const SystemClock clock;
    const IdentityFiles files = readIdentityFiles(config_, keysWithoutFetching(), clock.wall());
    problems_.insert(problems_.end(), files.problems.begin(), files.problems.end());
    warnings_.insert(warnings_.end(), files.warnings.begin(), files.warnings.end());
    keys_ = files.apiKeys->size();
    keyFile_ = std::move(files.keyFile);
    for (std::string& problem : tlsProblems(config_)) problems_.push_back(std::move(problem));
  }

  void policy() {
    if (!config_.policy) return;
    if (!catalogue_) {
      problems_.push_back(*config_.policy + ": not compiled, because the tools are not known");
      return;
    }
    const policy::PolicyBuild built = policy::buildFolder(*config_.policy, *catalogue_, limits::HashSecret{});
    for (const rules::Finding& error : built.errors) problems_.push_back(error.text());
    for (const rules::Finding& warning : built.warnings) warnings_.push_back(warning.text());
    set_ = built.set;
    if (!set_) return;
    const CredentialNames names = compareNames(config_, keyFile_, *set_->rules);
    problems_.insert(problems_.end(), names.unknown.begin(), names.unknown.end());
    warnings_.insert(warnings_.end(), names.withoutEffect.begin(), names.withoutEffect.end());
  }

  std::size_t toolsOffered() const {
    std::size_t count = 0;
    for (const rules::CatalogueItem& item : *catalogue_) count += item.kind == rules::ItemKind::Tool && item.enabled ? 1 : 0;
    return count;
  }

  void summary() const {
    std::cout << config_.file << " is right: ";
    if (line_.catalog.empty()) std::cout << counted(modules_.size(), "module", "modules") << ", ";
    if (catalogue_) std::cout << toolsOffered() << " tools, ";
    std::cout << counted(config_.services.size(), "service", "services") << '\n';
    if (set_) std::cout << "  policy " << *config_.policy << ": " << describePolicy(*set_) << '\n';
    if (config_.identity.acceptsAnything()) {
      std::cout << "  identity: " << counted(config_.identity.issuers.size(), "issuer", "issuers") << ", "
                << counted(keys_, "API key", "API keys") << ", "
                << counted(config_.identity.certificates.size(), "certificate rule", "certificate rules") << '\n';
    }
    for (const gateway::ModuleDescriptor& module : modules_) {
      std::cout << "  " << module.name << ' ' << module.version << "  sha256 " << module.sha256
                << (config_.module(module.name)->sha256.empty() ? "  (not pinned)" : "") << '\n';
    }
  }

  const CommandLine& line_;
  config::Gateway config_;
  std::vector<gateway::ModuleDescriptor> modules_;
  std::optional<rules::Catalogue> catalogue_;
  std::shared_ptr<const policy::PolicySet> set_;
  std::size_t keys_ = 0;
  identity::ApiKeyFile keyFile_;
  std::vector<std::string> problems_, warnings_;
};

}  // namespace

int check(const config::Reading& reading, const CommandLine& line) { return Check(reading, line).run(); }

int checkNothing(const std::string& why, const CommandLine& line) {
  return tell({{"certus-gateway: " + why}, {}}, line.form);
}

int checkPolicy(const CommandLine& line) {
  const auto catalogue = readCatalogueFile(line.catalog);
  if (!catalogue) return tell({{line.catalog + ": " + catalogue.error().message}, {}}, line.form);
  const policy::PolicyBuild built = policy::buildFolder(line.policy, *catalogue, limits::HashSecret{});
  Found found;
  for (const rules::Finding& error : built.errors) found.problems.push_back(error.text());
  for (const rules::Finding& warning : built.warnings) found.warnings.push_back(warning.text());
  if (!built.set && found.problems.empty()) found.problems.push_back(line.policy + ": could not be compiled");
  const int said = tell(found, line.form);
  if (said == kYes && line.form != Form::Json)
    std::cout << line.policy << " is right: " << describePolicy(*built.set) << '\n';
  return said;
}

}  // namespace certus::app
