#include "config/gateway/gateway_shape.h"

#include "config/gateway/gateway_config.h"
#include "config/rules.h"
#include "config/shape_of.h"
#include "policy/identity/identity_config.h"

namespace certus::config {
namespace {

constexpr Milliseconds kNone{0}, kMoment{1}, kMinute{60'000}, kHour{3'600'000}, kDay{86'400'000};
constexpr std::int64_t kMega = 1 << 20;

template <class T>
void addPort(ShapeOf<T>& out, const char* port) {
  out.integer("port", &Listener::port, 0, 65535, "TCP port; 0 takes a free one.").fallback(port).sample(port);
}

template <class T>
void addHosts(ShapeOf<T>& out, std::vector<std::string> T::*member) {
  out.list("allowed_hosts", member, "Host headers that are answered, beside loopback names: host[:port].").check(checkHost);
}

Shape operationsShape() {
  ShapeOf<OperationsListener> out;
  out.text("address", &Listener::address, "Loopback only: whoever reaches it reads metrics and may ask for a reload.")
      .check(checkLoopbackAddress, R"(^(127(\.[0-9]{1,3}){3}|::1)$)")
      .sample("127.0.0.1");
  addPort(out, "8098");
  addHosts(out, &OperationsListener::allowedHosts);
  return std::move(out.shape);
}

Shape tlsShape() {
  ShapeOf<TlsListener> out;
  out.text("certificate_file", &TlsListener::certificateFile, "PEM: this gateway's certificate and its chain.")
      .required()
      .check(checkPath)
      .sample("tls/gateway.crt");
  out.text("key_file", &TlsListener::keyFile, "PEM: its key, readable by this user only.")
      .required()
      .check(checkPath)
      .sample("tls/gateway.key");
  out.text("client_ca_file", &TlsListener::clientCaFile, "PEM: clients may prove themselves with certificates of these.")
      .check(checkPath)
      .fallback("tls/clients-ca.crt");
  return std::move(out.shape);
}

Shape mcpShape(const char* port) {
  static const Shape tls = tlsShape();
  ShapeOf<McpListener> out;
  out.text("address", &Listener::address, "IP address; beyond loopback only with `policy`, `identity` and `tls`.")
      .check(checkAddress)
      .sample("127.0.0.1");
  addPort(out, port);
  out.section("tls", tls, "Serve https; files are read again when they change.",
              [](McpListener& l) -> TlsListener& { return l.tls; })
      .optIn();
  out.toggle("oauth", &McpListener::oauth,
             "false: for users with static tokens; no OAuth metadata here, so that clients start no sign-in.");
  out.list("allowed_origins", &McpListener::allowedOrigins,
           "Browser origins that may call, beside loopback ones: scheme://host[:port].")
      .check(checkOrigin);
  addHosts(out, &McpListener::allowedHosts);
  out.integer("max_body_bytes", &McpListener::maxBodyBytes, 1024, 256 * kMega, "A longer request is refused with 413.");
  out.integer("max_connections", &McpListener::maxConnections, 1, 1'000'000, "Further connections are refused with 503.");
  out.toggle("sessions", &McpListener::sessions,
             "Sessions for clients older than 2026-07-28; false: stateless, for replicas behind a balancer.");
  out.integer("max_sessions", &McpListener::maxSessions, 1, 1'000'000, "Further sessions are refused until one ends.");
  out.seconds("session_idle_seconds", &McpListener::sessionIdle, Milliseconds{1'000}, kDay,
              "A session without a request for this long ends.");
  return std::move(out.shape);
}

Shape moreShape() {
  Shape out = mcpShape("8099");
  out.nameCheck = checkName;
  out.namePattern = "^[a-z][a-z0-9_-]{0,31}$";
  out.sampleName = "static-tokens";
  return out;
}

Shape listenersShape() {
  static const Shape mcp = mcpShape("8097");
  static const Shape more = moreShape();
  static const Shape operations = operationsShape();
  ShapeOf<Gateway> out;
  out.section("mcp", mcp, "Where MCP clients connect: /mcp (all modules), /mcp/<module> (one, with bare tool names).",
              [](Gateway& g) -> McpListener& { return g.mcp; });
  out.named("more", more, "Further MCP listeners, each with a port and settings of its own.",
            [](Gateway& g, const std::string& name) -> McpListener& {
              g.more.push_back(mcpOn(0));
              g.more.back().name = name;
              return g.more.back();
            })
      .optIn();
  out.section("operations", operations, "Where operators look: /metrics, /healthz, /readyz.",
              [](Gateway& g) -> OperationsListener& { return g.operations; });
  return std::move(out.shape);
}

Shape toolShape() {
  ShapeOf<ToolOptions> out;
  out.toggle("enabled", &ToolOptions::enabled, "false: not listed and not callable.");
  out.seconds("timeout_seconds", &ToolOptions::timeout, kMoment, kHour,
              "Deadline of a call; without it the tool's own, then tool_timeout_seconds.")
      .fallback("30");
  out.integer("max_results", &ToolOptions::maxResults, 0, 1'000'000,
              "Cap on list lengths in an answer; 0: the module's own.");
  out.shape.nameCheck = checkToolName;
  out.shape.namePattern = "^[A-Za-z0-9_-]{1,64}$";
  out.shape.sampleName = "verify";
  return std::move(out.shape);
}

Shape moduleShape() {
  static const Shape tool = toolShape();
  ShapeOf<Module> out;
  out.text("path", &Module::path, "The shared object; relative to this file.")
      .required()
      .check(checkPath)
      .sample("../build/release/modules/trust.so");
  out.text("sha256", &Module::sha256, "Pins the file: another digest is refused. `sha256sum FILE` prints it.")
      .check(checkSha256, "^[0-9a-f]{64}$")
      .fallback("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
  out.text("prefix", &Module::prefix, "Stands before tool names on /mcp; \"\" for none.")
      .check(checkPrefix, "^[A-Za-z0-9_-]{0,32}$")
      .fallback("trust_");
  out.free("settings", &Module::settingsJson, "For the module itself; see its README. No secrets.");
  out.named("tools", tool, "Per tool, by its bare name.",
            [](Module& m, const std::string& name) -> ToolOptions& { return m.tools[name]; });
  out.shape.nameCheck = checkName;
  out.shape.namePattern = "^[a-z][a-z0-9_-]{0,31}$";
  out.shape.sampleName = "trust";
  return std::move(out.shape);
}

Shape credentialShape() {
  ShapeOf<Credential> out;
  out.text("env", &Credential::env, "Name of the environment variable that holds the secret; or `file`.")
      .check(checkVariable, "^[A-Za-z_][A-Za-z0-9_]*$")
      .fallback("TRUST_TOKEN");
  out.text("file", &Credential::file, "File that holds the secret; relative to this file.")
      .check(checkPath)
      .fallback("/etc/certus/trust.token");
  out.text("header", &Credential::header, "Sent as \"<header>: <scheme> <secret>\".")
      .check(checkHeaderName, "^[A-Za-z0-9-]{1,64}$")
      .fallback("Authorization");
  out.text("scheme", &Credential::scheme, "\"\" sends the bare secret.")
      .check(checkScheme, "^[A-Za-z0-9-]{0,32}$")
      .fallback("Bearer");
  return std::move(out.shape);
}

Shape serviceShape() {
  static const Shape credential = credentialShape();
  ShapeOf<Service> out;
  out.text("url", &Service::url, "http://host:port or https://host:port, with a base path if it has one.")
      .required()
      .check(checkServiceUrl, "^https?://[^/@?#]+(/[^?#]*)?$")
      .fallback("http://127.0.0.1:8057");
  out.seconds("timeout_seconds", &Service::timeout, kMoment, kHour,
              "Longest wait for one answer; a call's own deadline may be nearer.");
  out.seconds("connect_timeout_seconds", &Service::connectTimeout, kMoment, kMinute, "Longest wait for a connection.");
  out.integer("max_response_bytes", &Service::maxResponseBytes, 1024, 256 * kMega, "A longer answer is an error.");
  out.integer("max_connections", &Service::maxConnections, 1, 10'000, "Idle connections kept open per thread.");
  out.text("ca_file", &Service::caFile, "https: PEM with the authorities to trust instead of the system's.")
      .check(checkPath)
      .fallback("/etc/certus/ca.pem");
  out.text("certificate_file", &Service::certificateFile, "https: PEM chain of a client certificate, with key_file.")
      .check(checkPath)
      .fallback("/etc/certus/client.pem");
  out.text("key_file", &Service::keyFile, "https: PEM key of certificate_file.")
      .check(checkPath)
      .fallback("/etc/certus/client.key");
  out.section("credential", credential,
              "How this gateway proves itself to the service; the secret itself never stands here.",
              [](Service& s) -> Credential& { return s.credential ? *s.credential : s.credential.emplace(); });
  out.shape.nameCheck = checkName;
  out.shape.namePattern = "^[a-z][a-z0-9_-]{0,31}$";
  out.shape.sampleName = "trust";
  out.shape.word = "embedded";
  out.shape.wordDoc = "run by this process, for a machine with nothing else on it (only `trust`)";
  out.shape.storeWord = [](void* target) { static_cast<Service*>(target)->embedded = true; };
  return std::move(out.shape);
}

Shape logShape() {
  ShapeOf<Gateway> out;
  out.word("level", &Gateway::logLevel, {"error", "warning", "info", "debug"}, "Least level that is written to stderr.");
  out.toggle("calls", &Gateway::logCalls, "One line per call; without arguments and results, always.");
  return std::move(out.shape);
}

Shape catalogShape() {
  ShapeOf<Gateway> out;
  out.seconds("cache_seconds", &Gateway::cacheTtl, kNone, kDay, "How long clients may keep a list (ttlMs).");
  out.integer("page_size", &Gateway::pageSize, 0, 10'000, "Entries per page of a list; 0: all on one.");
  return std::move(out.shape);
}

Module& newModule(Gateway& gateway, const std::string& name) {
  gateway.modules.emplace_back().name = name;
  return gateway.modules.back();
}

Service& newService(Gateway& gateway, const std::string& name) {
  gateway.services.emplace_back().name = name;
  return gateway.services.back();
}

Shape makeGatewayShape() {
  static const Shape listeners = listenersShape(), module = moduleShape(), service = serviceShape(), log = logShape(),
                     catalog = catalogShape();
  const auto itself = [](Gateway& g) -> Gateway& { return g; };
  ShapeOf<Gateway> out;
  out.section("listeners", listeners, "What this process listens on.", itself);
  out.named("modules", module, "The tools: one shared object per module, by the module's own name.", newModule);
  out.named("services", service, "What modules may ask, by name; a module reaches nothing else.", newService);
  out.toggle("require_pins", &Gateway::requirePins, "true: every module needs its sha256.");
  out.integer("threads", &Gateway::threads, 0, 256, "IO threads; 0: one per core, at most 8.");
  out.seconds("tool_timeout_seconds", &Gateway::toolTimeout, kMoment, kHour,
              "Deadline of a call whose tool says nothing else.");
  out.seconds("drain_seconds", &Gateway::drain, kNone, kHour, "After SIGTERM: longest wait for calls under way.");
  out.text("state_directory", &Gateway::stateDirectory,
           "Keys, log and credentials; default $XDG_STATE_HOME/certus, else ~/.local/state/certus.")
      .check(checkPath)
      .fallback("/var/lib/certus");
  out.text("local_identity", &Gateway::localIdentity,
           "Who calls and signs while there is no authentication; default user@host.")
      .check(checkIdentity)
      .fallback("alice@example.com");
  out.text("instructions", &Gateway::instructions, "Told to every model before the modules' own instructions.");
  out.text("policy", &Gateway::policy,
           "Folder of policy files (*.yaml): who may call what, how often. Without this key: open local mode.")
      .check(checkPath)
      .fallback("../policy");
  out.section("identity", identity::identityShape(), "Who may prove who they are, and how; needs `policy`.",
              [](Gateway& g) -> identity::IdentityConfig& { return g.identity; })
      .optIn();
  out.toggle("watch_files", &Gateway::watchFiles,
             "Changed policy and key files count by themselves; false: only by `certus-gateway reload` or SIGHUP.");
  out.toggle("gateway_tools", &Gateway::gatewayTools,
             "Offer gateway_whoami and gateway_limits: callers see who they are and what is left.");
  out.section("log", log, "What is written to stderr.", itself);
  out.section("catalog", catalog, "How lists are answered.", itself);
  return std::move(out.shape);
}

}  // namespace

const Shape& gatewayShape() {
  static const Shape shape = makeGatewayShape();
  return shape;
}

}  // namespace certus::config
