#include "config/gateway/completion.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <pwd.h>
#include <unistd.h>

#include "config/rules.h"

namespace certus::config {
namespace {

std::string valueOf(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

class Completion {
 public:
  Completion(Gateway& gateway, Problems& problems) : gateway_(gateway), problems_(problems) {}

  void listeners() {
    std::vector<std::pair<const Listener*, std::string>> seen;
    const auto add = [&](const Listener& listener, const std::string& path) {
      for (const auto& [other, name] : seen) {
        if (listener.port == 0 || listener.port != other->port || listener.address != other->address) continue;
        report(path + ".port", "the port of " + name + " too; give each listener its own");
        break;
      }
      seen.emplace_back(&listener, path);
    };
    add(gateway_.mcp, "listeners.mcp");
    for (const McpListener& listener : gateway_.more) add(listener, "listeners.more." + listener.name);
    add(gateway_.operations, "listeners.operations");
    mcpListener(gateway_.mcp, "listeners.mcp");
    for (McpListener& listener : gateway_.more) mcpListener(listener, "listeners.more." + listener.name);
  }

  void mcpListener(McpListener& listener, const std::string& path) {
    for (std::string* file : {&listener.tls.certificateFile, &listener.tls.keyFile, &listener.tls.clientCaFile})
      absolute(*file);
    if (!checkLoopbackAddress(listener.address)) return;
    std::string missing;
    const auto miss = [&](bool there, const char* what) {
      if (!there) missing += missing.empty() ? what : std::string(", ") + what;
    };
    miss(gateway_.policy.has_value(), "`policy`");
    miss(gateway_.identity.acceptsAnything(), "`identity` (issuers, api_keys or certificates)");
    miss(!listener.tls.certificateFile.empty(), "`tls` of this listener");
    if (missing.empty()) return;
    report(path + ".address", listener.address +
                                  " is reachable from other machines, so whoever reaches the port could sign in "
                                  "your name. It needs also: " +
                                  missing + ". Or write 127.0.0.1 or ::1");
  }

  void identity() {
    identity::IdentityConfig& identity = gateway_.identity;
    for (std::string* file : {&identity.apiKeysFile, &identity.revocationsFile}) absolute(*file);
    for (identity::Issuer& issuer : identity.issuers) {
      absolute(issuer.jwksFile);
      absolute(issuer.jwksCaFile);
    }
    if (gateway_.places.contains("identity")) completeIdentity(identity, "identity", gateway_.places, problems_);
    if (gateway_.policy) {
      absolute(*gateway_.policy);
    } else if (identity.acceptsAnything()) {
      report("identity",
             "nobody would be asked who they are while `policy` is absent: add `policy: FOLDER`, or remove this section");
    }
    if (identity.certificates.empty()) return;
    const auto asks = [](const McpListener& listener) { return !listener.tls.clientCaFile.empty(); };
    if (asks(gateway_.mcp) || std::any_of(gateway_.more.begin(), gateway_.more.end(), asks)) return;
    report("identity.certificates",
           "no listener asks for client certificates; add tls.client_ca_file to one, or remove this section");
  }

  void module(Module& module) {
    const std::string path = "modules." + module.name;
    absolute(module.path);
    if (gateway_.requirePins && module.sha256.empty()) {
      report(path,
             "require_pins is true and this module has no sha256; add the digest that `sha256sum` prints for its path");
    }
  }

  void service(Service& service) {
    const std::string path = "services." + service.name;
    if (service.embedded && service.name != "trust") report(path, "only trust can be embedded; give this service a url");
    for (std::string* file : {&service.caFile, &service.certificateFile, &service.keyFile}) absolute(*file);
    if (service.certificateFile.empty() != service.keyFile.empty()) {
      report(path, service.keyFile.empty() ? "certificate_file needs its key_file" : "key_file needs its certificate_file");
    }
    const bool tlsFiles = !(service.caFile + service.certificateFile).empty();
    if (tlsFiles && service.url.starts_with("http://"))
      report(path + ".url", "ca_file and certificate_file are for https; write https://, or remove them");
    if (!service.credential) return;
    absolute(service.credential->file);
    if (service.credential->env.empty() == service.credential->file.empty()) {
      report(path + ".credential", "exactly one source is needed: env (name of a variable) or file (path)");
    }
  }

  void absolute(std::string& path) const {
    if (path.empty() || path[0] == '/') return;
    path = (std::filesystem::path(gateway_.file).parent_path() / path).lexically_normal().string();
  }

 private:
  void report(const std::string& path, std::string message) {
    std::string_view at = path;
    while (!gateway_.places.contains(at) && at.rfind('.') != std::string_view::npos) at = at.substr(0, at.rfind('.'));
    const auto found = gateway_.places.find(at);
    problems_.add(found == gateway_.places.end() ? Place{} : found->second, path, std::move(message));
  }

  Gateway& gateway_;
  Problems& problems_;
};

}  // namespace

std::string defaultStateDirectory(const Environment& environment) {
  if (const std::string state = valueOf(environment, "XDG_STATE_HOME"); state.starts_with('/')) return state + "/certus";
  const std::string home = valueOf(environment, "HOME");
  return home.starts_with('/') ? home + "/.local/state/certus" : std::string();
}

std::string defaultIdentity(const Environment& environment) {
  std::string user = valueOf(environment, "USER");
  if (user.empty()) {
    const passwd* entry = getpwuid(geteuid());
    user = entry ? entry->pw_name : "uid" + std::to_string(geteuid());
  }
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0 || host[0] == '\0') return user + "@localhost";
  return user + "@" + host.data();
}

void complete(Gateway& gateway, const Environment& environment, Problems& problems) {
  Completion completion(gateway, problems);
  completion.listeners();
  completion.identity();
  for (Module& module : gateway.modules) completion.module(module);
  for (Service& service : gateway.services) completion.service(service);
  completion.absolute(gateway.stateDirectory);
  if (gateway.stateDirectory.empty()) gateway.stateDirectory = defaultStateDirectory(environment);
  if (gateway.stateDirectory.empty()) {
    problems.add({}, "state_directory",
                 "neither XDG_STATE_HOME nor HOME is set, so state has no default place; write an absolute path");
  }
  if (gateway.localIdentity.empty()) gateway.localIdentity = defaultIdentity(environment);
}

}  // namespace certus::config
