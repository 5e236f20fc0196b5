// `certus-gateway serve`: MCP and operations listeners over one Runtime, until a signal; then the drain.
#include <algorithm>
#include <atomic>
#include <future>
#include <iostream>
#include <thread>

#include "base/json_write.h"
#include "gateway/app/banner.h"
#include "gateway/app/commands.h"
#include "gateway/app/gauges.h"
#include "gateway/app/process.h"
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
  explicit Serving(Runtime& runtime) : runtime_(runtime) {}

  Result<void> listen() {
    const config::Gateway& config = runtime_.config();
    handler_ = std::make_shared<gateway::McpHandler>(handlerParts());
    http::ServerLimits limits;
    limits.maxBodyBytes = config.mcp.maxBodyBytes;
    limits.maxConnections = config.mcp.maxConnections;
    auto mcp = http::Server::listen(runtime_.threads(), config.mcp.address, config.mcp.port, limits, handler_);
    if (!mcp) return located("listeners.mcp.port", mcp.error());
    http::ServerLimits small;
    small.maxBodyBytes = 4096;
    small.maxConnections = 64;
    auto operations = http::Server::listen(runtime_.threads(), config.operations.address, config.operations.port, small,
                                           std::make_shared<gateway::OperationsHandler>(operationsSources()));
    if (!operations) return located("listeners.operations.port", operations.error());
    mcp_ = std::move(*mcp);
    operations_ = std::move(*operations);
    addServerSources(runtime_.metrics(), *mcp_, *operations_, *handler_);
    return {};
  }

  void start() {
    runtime_.start();
    mcp_->start();
    operations_->start();
    phase_ = Phase::Ready;
  }

  // False: time ran out before every call was answered.
  bool drain(Milliseconds patience) {
    phase_ = Phase::Draining;
    auto done = std::make_shared<std::promise<void>>();
    auto finished = done->get_future();
    mcp_->drain([done] { done->set_value(); });
    handler_->drain();
    return finished.wait_for(patience) == std::future_status::ready;
  }

  BannerFacts facts() const {
    return {mcp_->port(), operations_->port(), runtime_.trust() ? "embedded at " + runtime_.trust()->url() : std::string()};
  }

 private:
  enum class Phase : std::uint8_t { Starting, Ready, Draining };

  tl::unexpected<Error> located(const char* path, const Error& error) const {
    return fail(error.code, runtime_.config().where(path) + ": " + path + ": " + error.message, error.detail);
  }

  gateway::OperationsHandler::Sources operationsSources() {
    return {[this] { return runtime_.metrics().text(); }, [this] { return readiness(); }};
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
    body.end();
    return out;
  }

  gateway::McpHandler::Parts handlerParts() {
    const config::Gateway& config = runtime_.config();
    gateway::HeadPolicy policy;
    policy.allowedOrigins = config.mcp.allowedOrigins;
    policy.allowedHosts = config.mcp.allowedHosts;
    policy.local = runtime_.principal();
    gateway::TransportOptions options;
    options.sessions = config.mcp.sessions;
    options.sessionLimits.maxSessions = config.mcp.maxSessions;
    options.sessionLimits.idle = config.mcp.sessionIdle;
    return {runtime_.threads(),     runtime_.board(),
            runtime_.broadcaster(), [this](http::IoThread& thread) { return runtime_.makeCallPath(thread); },
            std::move(policy),      options};
  }

  Runtime& runtime_;
  std::atomic<Phase> phase_{Phase::Starting};
  std::shared_ptr<gateway::McpHandler> handler_;
  std::unique_ptr<http::Server> mcp_, operations_;
};

int explain(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) std::cerr << problem << '\n';
  std::cerr << "certus-gateway: not started\n";
  return 1;
}

}  // namespace

int serve(const config::Gateway& config) {
  std::vector<std::string> problems;
  const auto runtime = Runtime::create(config, ioThreads(config), Runtime::Trust::Now, problems);
  if (!runtime) return explain(problems);
  for (const std::string& problem : problems) runtime->log().write(Level::Warning, "configuration", problem);
  Serving serving(*runtime);
  if (const auto listening = serving.listen(); !listening) return explain({listening.error().message});
  serving.start();
  std::cout << serveBanner(runtime->config(), *runtime->board().newest()->catalog, serving.facts(), paintFor(1))
            << std::flush;
  runtime->log().write(Level::Info, "started", "serving");
  waitForSignal();
  dieOnNextSignal();
  runtime->log().write(Level::Info, "draining", "answering the calls under way; a second signal ends at once");
  if (!serving.drain(config.drain)) {
    runtime->log().write(Level::Warning, "stopped", "drain_seconds ran out before every call was answered");
    runtime->log().flush();
    std::_Exit(0);  // calls are still on the io threads; nothing here can be taken down in order
  }
  runtime->stop();
  runtime->log().write(Level::Info, "stopped", "every call was answered");
  return 0;
}

}  // namespace certus::app
