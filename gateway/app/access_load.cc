#include "gateway/app/access_load.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/encoding.h"
#include "gateway/app/credential_names.h"
#include "gateway/guard/redis_limits.h"
#include "policy/rules/glob.h"
#include "policy/rules/people.h"

namespace certus::app {
namespace {

std::string located(const config::Gateway& config, const std::string& path, const std::string& message) {
  return config.where(path) + ": " + path + ": " + message;
}

std::vector<std::string> toolScopeWarnings(const config::Gateway& config, const rules::Catalogue& items) {
  std::vector<std::string> names, out;
  for (const rules::CatalogueItem& item : items) names.push_back(item.fullName());
  for (const identity::ToolScope& one : config.identity.resource.toolScopes) {
    for (std::size_t i = 0; i < one.tools.size(); ++i) {
      const bool known = std::any_of(items.begin(), items.end(), [&](const rules::CatalogueItem& item) {
        return rules::globMatches(one.tools[i], item.service, item.name);
      });
      if (known) continue;
      const std::string path = "identity.resource.tool_scopes." + one.scope + ".tools[" + std::to_string(i) + "]";
      out.push_back(located(config, path, "matches no tool" + rules::suggestion(one.tools[i], names)));
    }
  }
  return out;
}

limits::HashSecret randomSecret() {
  const std::string bytes = randomBytes(sizeof(limits::HashSecret));
  limits::HashSecret secret{};
  std::memcpy(secret.data(), bytes.data(), sizeof(secret));
  return secret;
}

std::uint64_t randomSeed() {
  const std::string bytes = randomBytes(sizeof(std::uint64_t));
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof(seed));
  return seed;
}

// A running gateway only says so: the key closes doors and opens none.
void addCredentialNames(const config::Gateway& config, const identity::ApiKeyFile& keys, const rules::Policy& policy,
                        std::vector<std::string>& warnings) {
  const CredentialNames names = compareNames(config, keys, policy);
  for (const auto* list : {&names.unknown, &names.withoutEffect}) warnings.insert(warnings.end(), list->begin(), list->end());
}

}  // namespace

AccessLoader::AccessLoader(const identity::FailureLimit& failures, unsigned threads, KeysOf keysOf)
    : failures_(std::make_shared<identity::FailureLimiter>(failures, randomSeed())),
      secret_(randomSecret()),
      threads_(threads),
      keysOf_(std::move(keysOf)) {}

AccessLoad AccessLoader::load(const config::Gateway& config, const gateway::Catalog& catalog) {
  AccessLoad out;
  if (!config.policy) return out;
  gateway::Access::Parts parts;
  const identity::ApiKeyFile keyFile = loadIdentity(config, parts, out);
  readPolicy(config, parts, out);
  finish(config, catalog, rules::Unmatched::AreErrors, std::move(parts), out);
  if (out.access) addCredentialNames(config, keyFile, *out.access->parts().policy->rules, out.warnings);
  return out;
}

AccessLoad AccessLoader::recompile(const config::Gateway& config, const gateway::Access& inForce,
                                   const gateway::Catalog& catalog) const {
  AccessLoad out;
  finish(config, catalog, rules::Unmatched::AreWarnings, inForce.parts(), out);
  return out;
}

AccessLoader::Less AccessLoader::withdraw(const config::Gateway& inForceConfig, const gateway::Access& inForce) const {
  const IdentityFiles files = readIdentityFiles(inForceConfig, keysOf_, std::chrono::system_clock::now());
  Withdrawals withdrawals = withdrawalsOf(inForce.authenticator(), files);
  if (!withdrawals.authenticator) return {};
  gateway::Access::Parts parts = inForce.parts();
  parts.authenticator = std::move(withdrawals.authenticator);
  return {std::make_shared<const gateway::Access>(std::move(parts)), std::move(withdrawals.texts)};
}

void AccessLoader::finish(const config::Gateway& config, const gateway::Catalog& catalog, rules::Unmatched unmatched,
                          gateway::Access::Parts parts, AccessLoad& out) const {
  if (out.problems.empty()) compilePolicy(catalog, unmatched, parts, out);
  for (std::string& warning : toolScopeWarnings(config, catalog.items())) out.warnings.push_back(std::move(warning));
  if (!out.problems.empty()) return;
  parts.items = catalog.items().size();
  parts.threads = threads_;
  parts.pageSize = config.pageSize;
  out.access = std::make_shared<const gateway::Access>(std::move(parts));
}

identity::ApiKeyFile AccessLoader::loadIdentity(const config::Gateway& config, gateway::Access::Parts& parts, AccessLoad& out) {
  const identity::IdentityConfig& settings = config.identity;
  IdentityFiles files = readIdentityFiles(config, keysOf_, std::chrono::system_clock::now());
  parts.authenticator = authenticatorOf(config, files, failures_);
  parts.proxies = settings.proxies();
  parts.resource = settings.resource;
  if (parts.resource.authorizationServers.empty()) {
    for (const identity::Issuer& issuer : settings.issuers) parts.resource.authorizationServers.push_back(issuer.issuer);
  }
  out.problems = std::move(files.problems);
  out.warnings = std::move(files.warnings);
  return std::move(files.keyFile);
}

void AccessLoader::readPolicy(const config::Gateway& config, gateway::Access::Parts& parts, AccessLoad& out) const {
  std::vector<rules::Finding> findings;
  parts.files = std::make_shared<const rules::PolicyFiles>(rules::readPolicyFolder(*config.policy, findings));
  for (const rules::Finding& finding : findings) out.problems.push_back(located(config, "policy", finding.text()));
}

void AccessLoader::compilePolicy(const gateway::Catalog& catalog, rules::Unmatched unmatched, gateway::Access::Parts& parts,
                                 AccessLoad& out) const {
  policy::PolicyBuild build = policy::build(*parts.files, catalog.items(), secret_, unmatched);
  for (const rules::Finding& finding : build.errors) out.problems.push_back(finding.text());
  for (const rules::Finding& finding : build.warnings) out.warnings.push_back(finding.text());
  parts.policy = std::move(build.set);
  if (!parts.policy || !parts.policy->limits->redis()) return;
  const limits::LimitPlan& plan = *parts.policy->limits;
  if (const std::string problem = gateway::redisAccessOf(plan).problem; !problem.empty())
    out.warnings.push_back(std::string(plan.redisFile()) + ": limits.redis: " + problem +
                           "; a server that wants one decides nothing until it is there");
}

std::vector<std::string> filesOf(const config::Gateway& config) {
  std::vector<std::string> files{config.file};
  const auto add = [&](const std::string& file) {
    if (!file.empty()) files.push_back(file);
  };
  add(config.identity.apiKeysFile);
  add(config.identity.revocationsFile);
  for (const identity::Issuer& issuer : config.identity.issuers) add(issuer.jwksFile);
  const auto addTls = [&](const config::TlsListener& tls) {
    for (const std::string* file : {&tls.certificateFile, &tls.keyFile, &tls.clientCaFile}) add(*file);
  };
  addTls(config.mcp.tls);
  for (const config::McpListener& listener : config.more) addTls(listener.tls);
  return files;
}

}  // namespace certus::app
