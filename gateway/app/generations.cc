#include "gateway/app/generations.h"

#include <tuple>

#include "gateway/transport/session.h"

namespace certus::app {
namespace {

using observability::Level;
using observability::LogFields;

std::uint8_t listsThatDiffer(const gateway::Snapshot& next, const gateway::Snapshot& before) {
  unsigned lists = 0;
  if (next.catalog->toolsDiffer(*before.catalog)) lists |= gateway::kToolsList;
  if (next.catalog->promptsDiffer(*before.catalog)) lists |= gateway::kPromptsList;
  if (next.catalog->resourcesDiffer(*before.catalog)) lists |= gateway::kResourcesList;
  // Under another policy, or with other groups from credentials, anybody may see other things.
  if (next.access && before.access && next.access->parts().authenticator != before.access->parts().authenticator)
    lists |= gateway::kToolsList | gateway::kPromptsList | gateway::kResourcesList;
  return static_cast<std::uint8_t>(lists);
}

std::shared_ptr<gateway::Snapshot> snapshotOf(const config::Gateway& config, std::shared_ptr<const gateway::Catalog> catalog,
                                              std::shared_ptr<const gateway::Access> access) {
  auto out = std::make_shared<gateway::Snapshot>();
  out->generation = 1;
  out->config = std::make_shared<const config::Gateway>(config);
  out->catalog = std::move(catalog);
  out->access = std::move(access);
  return out;
}

void take(AccessLoad& load, GenerationBuild& out) {
  for (std::string& problem : load.problems) out.problems.push_back(std::move(problem));
  for (std::string& warning : load.warnings) out.warnings.push_back(std::move(warning));
}

}  // namespace

GenerationBuild Generations::first(const config::Gateway& config, std::shared_ptr<const gateway::Catalog> catalog,
                                   AccessLoader& loader) {
  GenerationBuild out;
  AccessLoad load = loader.load(config, *catalog);
  take(load, out);
  if (out.problems.empty()) out.next = snapshotOf(config, std::move(catalog), std::move(load.access));
  return out;
}

Generations::Generations(const Parts& parts, AccessLoader& loader, std::vector<gateway::ModuleDescriptor> modules)
    : parts_(parts), loader_(loader), modules_(std::move(modules)) {}

GenerationBuild Generations::compose(const config::Gateway& config, For why,
                                     const std::shared_ptr<const gateway::Access>& inForce) {
  GenerationBuild out;
  const bool strict = why == For::Reload;
  using Options = gateway::Catalog::UnknownOptions;
  gateway::CatalogBuild built = gateway::Catalog::build(modules_, config, strict ? Options::AreErrors : Options::AreWarnings);
  for (const gateway::CatalogProblem& problem : built.problems) {
    auto& list = problem.severity == gateway::CatalogProblem::Severity::Error ? out.problems : out.warnings;
    list.push_back(config.where(problem.path) + ": " + problem.path + ": " + problem.message);
  }
  if (!built.catalog) return out;
  const gateway::Access* basis = inForce.get();
  AccessLoad load = strict || basis == nullptr ? loader_.load(config, *built.catalog)
                                               : loader_.recompile(config, *basis, *built.catalog);
  take(load, out);
  if (out.problems.empty()) out.next = snapshotOf(config, std::move(built.catalog), std::move(load.access));
  builtWith_ = modulesVersion_;
  return out;
}

GenerationBuild Generations::build(const config::Gateway& config) {
  const std::lock_guard lock(mutex_);
  const bool open = parts_.board->newest()->access == nullptr;
  if (open != !config.policy) {
    GenerationBuild out;
    out.problems.push_back(config.where("policy") + ": policy: " +
                           (open ? "this process was started in open local mode; restart it to put the policy in force"
                                 : "the key is gone, which would open every door; put it back, or restart for open local mode"));
    return out;
  }
  if (config.policy && !config.identity.acceptsAnything() && parts_.board->newest()->config->identity.acceptsAnything()) {
    GenerationBuild out;
    out.problems.push_back(config.where("identity") +
                           ": identity: names no way to prove who one is any more, which would shut everybody out; put issuers, "
                           "api_keys or certificates back");
    return out;
  }
  GenerationBuild out = compose(config, For::Reload, nullptr);
  if (out.next && out.next->access) warnOfMaxKeys(config, *out.next->access, out.warnings);
  return out;
}

// The table of local limits is made once.
void Generations::warnOfMaxKeys(const config::Gateway& config, const gateway::Access& next,
                                std::vector<std::string>& warnings) {
  const std::uint32_t asked = next.parts().policy->limits->maxKeys();
  if (maxKeys_ == 0) maxKeys_ = parts_.board->newest()->access->parts().policy->limits->maxKeys();
  if (asked == maxKeys_) return;
  warnings.push_back(*config.policy + ": limits.max_keys: " + std::to_string(asked) +
                     " takes effect at the next start; until then it is " + std::to_string(maxKeys_));
}

std::uint64_t Generations::publish(std::shared_ptr<gateway::Snapshot> next) {
  const std::lock_guard lock(mutex_);
  if (builtWith_ != modulesVersion_) {  // a module changed in between
    GenerationBuild again = compose(*next->config, For::Modules, next->access);
    if (again.next) next = std::move(again.next);
  }
  return publishLocked(std::move(next));
}

std::vector<std::string> Generations::withdraw() {
  const std::lock_guard lock(mutex_);
  const gateway::SnapshotRef inForce = parts_.board->newest();
  if (!inForce->access) return {};
  AccessLoader::Less less = loader_.withdraw(*inForce->config, *inForce->access);
  if (!less.access) return {};
  publishLocked(snapshotOf(*inForce->config, inForce->catalog, std::move(less.access)));
  return std::move(less.texts);
}

std::uint64_t Generations::publishLocked(std::shared_ptr<gateway::Snapshot> next) {
  const gateway::SnapshotRef before = parts_.board->newest();
  next->generation = before->generation + 1;
  for (const auto& tool : next->catalog->composed().tools()) parts_.metrics->calls().declare(tool.name);
  const std::uint64_t generation = next->generation;
  const std::uint8_t lists = listsThatDiffer(*next, *before);
  parts_.board->publish(std::move(next));
  if (lists != 0) parts_.broadcaster->listsChanged(lists);
  return generation;
}

void Generations::modulesChanged(std::vector<gateway::ModuleDescriptor> modules) {
  const std::lock_guard lock(mutex_);
  modules_ = std::move(modules);
  ++modulesVersion_;
  const gateway::SnapshotRef inForce = parts_.board->newest();
  GenerationBuild built = compose(*inForce->config, For::Modules, inForce->access);
  for (const auto* list : {&built.warnings, &built.problems}) {
    for (const std::string& text : *list) parts_.log->write(Level::Warning, "catalog", text);
  }
  if (!built.next)
    return parts_.log->write(Level::Error, "catalog", "the changed catalogue is not usable; the old one stays in force");
  const std::uint64_t generation = publishLocked(std::move(built.next));
  parts_.log->write(Level::Info, "catalog", [&](LogFields& line) {
    line.text("message", "a module changed what it offers").number("generation", static_cast<std::int64_t>(generation));
  });
}

std::vector<std::string> restartKeys(const config::Gateway& before, const config::Gateway& after) {
  std::vector<std::string> keys;
  const auto compare = [&](const char* key, const auto& value) {
    if (value(before) != value(after)) keys.emplace_back(key);
  };
  using Gateway = config::Gateway;
  const auto place = [](const config::Listener& l) { return std::make_tuple(l.address, l.port); };
  const auto listener = [&](const config::McpListener& l) {
    return std::make_tuple(l.name, place(l), l.allowedOrigins, l.allowedHosts, l.maxBodyBytes, l.maxConnections, l.sessions,
                           l.maxSessions, l.sessionIdle, l.oauth, l.tls.certificateFile, l.tls.keyFile, l.tls.clientCaFile);
  };
  compare("listeners.mcp", [&](const Gateway& g) { return listener(g.mcp); });
  compare("listeners.operations",
          [&](const Gateway& g) { return std::make_tuple(place(g.operations), g.operations.allowedHosts); });
  compare("listeners.more", [&](const Gateway& g) {
    std::vector<decltype(listener(g.mcp))> all;
    for (const config::McpListener& l : g.more) all.push_back(listener(l));
    return all;
  });
  compare("modules", [](const Gateway& g) {
    std::vector<std::tuple<std::string, std::string, std::string, std::string>> all;
    for (const config::Module& m : g.modules) all.emplace_back(m.name, m.path, m.sha256, m.settingsJson);
    return all;
  });
  const auto credential = [](const config::Service& s) {
    return s.credential ? std::make_tuple(s.credential->env, s.credential->file, s.credential->header, s.credential->scheme)
                        : std::make_tuple(std::string(), std::string(), std::string(), std::string());
  };
  const auto service = [&](const config::Service& s) {
    return std::make_tuple(s.name, s.embedded ? std::string() : s.url, s.timeout, s.connectTimeout, s.maxResponseBytes, s.caFile,
                           s.certificateFile, s.keyFile, s.maxConnections, s.embedded ? credential({}) : credential(s));
  };
  compare("services", [&](const Gateway& g) {
    std::vector<decltype(service(g.services.front()))> all;
    for (const config::Service& s : g.services) all.push_back(service(s));
    return all;
  });
  compare("drain_seconds", [](const Gateway& g) { return g.drain; });
  compare("local_identity", [](const Gateway& g) { return g.localIdentity; });
  compare("require_pins", [](const Gateway& g) { return g.requirePins; });
  compare("identity.failures", [](const Gateway& g) { return std::make_tuple(g.identity.failureBurst, g.identity.failureRecovery); });
  compare("threads", [](const Gateway& g) { return g.threads; });
  compare("state_directory", [](const Gateway& g) { return g.stateDirectory; });
  compare("watch_files", [](const Gateway& g) { return g.watchFiles; });
  compare("gateway_tools", [](const Gateway& g) { return g.gatewayTools; });
  compare("log", [](const Gateway& g) { return std::make_tuple(g.logLevel, g.logCalls); });
  return keys;
}

}  // namespace certus::app
