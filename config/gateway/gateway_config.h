// The gateway's configuration as typed values: what config/gateway.yaml says after defaults and environment overrides.
// Plain data; config/reader.h makes it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/place.h"
#include "policy/identity/identity_config.h"

namespace certus::config {

struct Listener {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
};

struct OperationsListener : Listener {
  std::vector<std::string> allowedHosts;  // beside localhost, 127.0.0.1, [::1] with any port
};

struct TlsListener {                     // empty: no TLS
  std::string certificateFile, keyFile;  // PEM, absolute after reading; read again when they change
  std::string clientCaFile;              // PEM: certificates of clients are asked for and verified against these
};

struct McpListener : Listener {
  std::string name = "mcp";  // "mcp", or its key in listeners.more
  TlsListener tls;
  bool oauth = true;                        // false: challenges name no OAuth metadata and none is served here
  std::vector<std::string> allowedOrigins;  // beside loopback origins; exact "https://host[:port]"
  std::vector<std::string> allowedHosts;    // beside localhost, 127.0.0.1, [::1] with any port
  std::uint64_t maxBodyBytes = 4u << 20;
  std::uint32_t maxConnections = 16'384;
  bool sessions = true;  // stateful legacy sessions; false: stateless (replicas behind a balancer)
  std::uint32_t maxSessions = 10'000;
  Milliseconds sessionIdle{30 * 60'000};
};

inline McpListener mcpOn(std::uint16_t port) {
  McpListener out;
  out.port = port;
  return out;
}

struct ToolOptions {
  bool enabled = true;
  std::optional<Milliseconds> timeout;
  std::uint32_t maxResults = 0;  // 0: the module's own
};

struct Module {
  std::string name;                   // key in `modules:`, equals the module's own name
  std::string path;                   // absolute after reading; relative to the file in YAML
  std::string sha256;                 // lower-case hex, or empty: not pinned
  std::optional<std::string> prefix;  // unset: "<name>_"; "" : none
  std::string settingsJson = "{}";    // `settings:` as a JSON object, for the module's init
  std::map<std::string, ToolOptions> tools;
};

struct Credential {  // exactly one source, or none
  std::string env, file;
  std::string header = "Authorization";  // sent as "<header>: <scheme> <value>"
  std::string scheme = "Bearer";
};

struct Service {
  std::string name;
  std::string url;        // empty when embedded
  bool embedded = false;  // "embedded": run by this process (only `trust`)
  Milliseconds timeout{30'000};
  Milliseconds connectTimeout{2'000};
  std::uint64_t maxResponseBytes = 8u << 20;
  std::string caFile, certificateFile, keyFile;
  std::optional<Credential> credential;
  std::uint32_t maxConnections = 64;  // idle connections kept per thread
};

struct Gateway {
  std::string file;  // absolute path of the YAML, for messages
  McpListener mcp = mcpOn(8097);
  std::vector<McpListener> more;  // further MCP listeners, with settings of their own
  OperationsListener operations{{"127.0.0.1", 8098}, {}};
  std::uint32_t threads = 0;  // 0: one per core, at most 8
  Milliseconds drain{10'000};
  Milliseconds toolTimeout{30'000};  // default deadline of a call
  Milliseconds cacheTtl{60'000};     // ttlMs of list results
  std::uint32_t pageSize = 0;        // 0: everything on one page
  std::string instructions;          // before the modules' own, for initialize and discover
  bool requirePins = false;
  std::string stateDirectory;  // default $XDG_STATE_HOME/certus or ~/.local/state/certus
  // The folder of policy files, absolute after reading. nullopt: the key is absent, which alone means open local mode.
  std::optional<std::string> policy;
  identity::IdentityConfig identity;  // files in it are absolute after reading
  bool watchFiles = true;             // changed policy and key files count by themselves, not at a reload only
  bool gatewayTools = false;          // gateway_whoami and gateway_limits are offered
  std::string localIdentity;          // default <user>@<host>: who signs and calls without authentication
  std::string logLevel = "info";      // error, warning, info, debug
  bool logCalls = true;
  std::vector<Module> modules;  // in file order
  std::vector<Service> services;
  std::map<std::string, Place, std::less<>> places;  // YAML path -> where it was said, for messages of those who use it

  const Module* module(std::string_view name) const;
  const Service* service(std::string_view name) const;
  // "file:line:col" of a path or of its nearest stated parent, or "environment variable NAME".
  std::string where(std::string_view path) const;
};

}  // namespace certus::config
