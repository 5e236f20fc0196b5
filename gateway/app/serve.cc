// `certus-gateway serve`: MCP and operations listeners over one Runtime, until a signal; then the drain.
#include <algorithm>
#include <atomic>
#include <future>
#include <iostream>
#include <thread>

#include "base/json_write.h"
#include "config/rules.h"
#include "gateway/app/banner.h"
#include "gateway/app/commands.h"
#include "gateway/app/gauges.h"
#include "gateway/app/listener_tls.h"
#include "gateway/app/process.h"
#include "gateway/app/reloading.h"
#include "gateway/app/runtime.h"
#include "gateway/transport/mcp_handler.h"
#include "gateway/transport/operations_handler.h"

namespace certus::app {
namespace {

using observability::Level;

unsigned ioThreads(const config::Gateway& config) {
  if (config.threads != 0) return config.threads;
  return std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
}

class Serving {
 public:
  Serving(Runtime& runtime, Reloading& reloading) : runtime_(runtime), reloading_(reloading) {}

  Result<void> listen() {
    const config::Gateway& config = runtime_.config();
    if (auto done = listenForMcp(config.mcp); !done) return done;
    for (const config::McpListener& listener : config.more) {
      if (auto done = listenForMcp(listener); !done) return done;
    }
    http::ServerLimits small;
    small.maxBodyBytes = 4096;
    small.maxConnections = 64;
    gateway::HeadPolicy hosts;
    hosts.allowedHosts = config.operations.allowedHosts;
    auto handler = std::make_shared<gateway::OperationsHandler>(operationsSources(), std::move(hosts));
    auto operations = http::Server::listen(runtime_.threads(), config.operations.address, config.operations.port, small,
                                           std::move(handler));
    if (!operations) return located("listeners.operations.port", operations.error());
    operations_ = std::move(*operations);
    std::vector<ListenerView> views;
    for (const Face& face : faces_) views.push_back({face.settings.name, face.server.get(), face.handler.get()});
    views.push_back({"operations", operations_.get(), nullptr});
    addServerSources(runtime_.metrics(), views);
    return {};
  }

  void start() {
    runtime_.start();
    runtime_.keys().warm();  // stdio asks for keys only if it has a token: it contacts nobody at its start
    for (Face& face : faces_) face.server->start();
    operations_->start();
    phase_ = Phase::Ready;
  }

  // False: time ran out before every call was answered.
  bool drain(Milliseconds patience) {
    phase_ = Phase::Draining;
    auto done = std::make_shared<std::promise<void>>();
    auto left = std::make_shared<std::atomic<std::size_t>>(faces_.size());
    auto finished = done->get_future();
    for (Face& face : faces_) {
      face.server->drain([done, left] {
        if (--*left == 0) done->set_value();
      });
      face.handler->drain();
    }
    return finished.wait_for(patience) == std::future_status::ready;
  }

  // Certificates, keys and client authorities are read again. A listener with a problem goes on as before.
  std::vector<std::string> reloadTls() {
    std::vector<std::string> problems;
    for (Face& face : faces_) {
      if (const auto done = face.server->reloadTls(); !done)
        problems.push_back(locatedAtListener(runtime_.config(), face.settings, done.error()));
    }
    return problems;
  }

  BannerFacts facts() const {
    return {faces_.front().server->port(), operations_->port(),
            runtime_.trust() ? "embedded at " + runtime_.trust()->url() : std::string()};
  }

 private:
  enum class Phase : std::uint8_t { Starting, Ready, Draining };

  struct Face {  // one MCP listener
    config::McpListener settings;
    std::shared_ptr<gateway::McpHandler> handler;
    std::unique_ptr<http::Server> server;
  };

  Result<void> listenForMcp(const config::McpListener& listener) {
    Face face{listener, nullptr, nullptr};
    face.handler = std::make_shared<gateway::McpHandler>(handlerParts(listener));
    http::ServerLimits limits;
    limits.maxBodyBytes = listener.maxBodyBytes;
    limits.maxConnections = listener.maxConnections;
    auto server =
        http::Server::listen(runtime_.threads(), listener.address, listener.port, limits, face.handler, tlsOf(listener));
    if (!server) {
      return fail(server.error().code, locatedAtListener(runtime_.config(), listener, server.error()),
                  server.error().detail);
    }
    face.server = std::move(*server);
    faces_.push_back(std::move(face));
    return {};
  }

  tl::unexpected<Error> located(const std::string& path, const Error& error) const {
    return fail(error.code, runtime_.config().where(path) + ": " + path + ": " + error.message, error.detail);
  }

  gateway::OperationsHandler::Sources operationsSources() {
    return {[this] { return runtime_.metrics().text(); }, [this] { return readiness(); },
            [this](gateway::OperationsHandler::ReloadDone done) { reloading_.request(std::move(done)); }};
  }

  // Ready says that calls are answered; a service that is down makes its tools fail, not the gateway.
  gateway::OperationsHandler::Readiness readiness() const {
    const Phase phase = phase_.load();
    const char* word = phase == Phase::Ready ? "ready" : phase == Phase::Draining ? "draining" : "starting";
    gateway::OperationsHandler::Readiness out;
    out.ready = phase == Phase::Ready;
    JsonObject body(out.json);
    body.string("status", word).number("generation", static_cast<std::int64_t>(runtime_.board().newest()->generation));
    if (runtime_.trust()) body.optional("trust", runtime_.trust()->problem());
    if (const std::string stale = reloading_.staleJson(); !stale.empty()) body.raw("stale", stale);
    body.end();
    return out;
  }

  gateway::McpHandler::Parts handlerParts(const config::McpListener& listener) {
    gateway::HeadPolicy policy;
    policy.allowedOrigins = listener.allowedOrigins;
    policy.allowedHosts = listener.allowedHosts;
    policy.loopbackOnly = !config::checkLoopbackAddress(listener.address);
    gateway::TransportOptions options;
    options.sessions = listener.sessions;
    options.sessionLimits.maxSessions = listener.maxSessions;
    options.sessionLimits.idle = listener.sessionIdle;
    return {runtime_.threads(),
            runtime_.board(),
            runtime_.broadcaster(),
            [this](http::IoThread& thread) { return runtime_.makeCallPath(thread); },
            std::move(policy),
            runtime_.principal(),
            options,
            listener.oauth,
            &runtime_.keys().arrival()};
  }

  Runtime& runtime_;
  Reloading& reloading_;
  std::atomic<Phase> phase_{Phase::Starting};
  std::vector<Face> faces_;
  std::unique_ptr<http::Server> operations_;
};

int explain(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) std::cerr << problem << '\n';
  std::cerr << "certus-gateway: not started\n";
  return 1;
}

}  // namespace

int serve(const config::Gateway& config) {
  std::vector<std::string> problems;
  if (config.policy && !config.identity.acceptsAnything())
    return explain(
        {config.where("policy") +
         ": policy: over HTTP every caller has to prove who it is, and `identity` names no way: add issuers, api_keys or "
         "certificates to it (`certus-gateway token new` makes an API key), or remove `policy` for open local mode"});
  std::string digest = digestOf(watchListOf(config));  // first: what changes while it is read shall be seen
  const auto runtime = Runtime::create(config, ioThreads(config), Runtime::Trust::Now, problems);
  if (!runtime) return explain(problems);
  for (const std::string& problem : problems) runtime->log().write(Level::Warning, "configuration", problem);
  Reloading reloading(*runtime, std::move(digest));
  Serving serving(*runtime, reloading);
  if (const auto listening = serving.listen(); !listening) return explain({listening.error().message});
  serving.start();
  reloading.alsoPublish([&serving, &runtime] {
    runtime->keys().warm();
    return serving.reloadTls();
  });
  reloading.start();
  std::cout << serveBanner(runtime->config(), *runtime->board().newest()->catalog, serving.facts(), paintFor(1))
            << std::flush;
  runtime->log().write(Level::Info, "started", "serving");
  waitForSignal([&reloading] { reloading.hangup(); });
  dieOnNextSignal();
  runtime->log().write(Level::Info, "draining", "answering the calls under way; a second signal ends at once");
  if (!serving.drain(config.drain)) {
    runtime->log().write(Level::Warning, "stopped", "drain_seconds ran out before every call was answered");
    runtime->log().flush();
    std::_Exit(0);  // calls are still on the io threads; nothing here can be taken down in order
  }
  reloading.end();
  runtime->stop();
  runtime->log().write(Level::Info, "stopped", "every call was answered");
  return 0;
}

}  // namespace certus::app
