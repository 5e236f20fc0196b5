#include "gateway/app/runtime.h"

#include "config/environment.h"
#include "config/gateway/reader.h"
#include "gateway/app/gauges.h"
#include "gateway/app/issuer_keys.h"
#include "gateway/app/process.h"

namespace certus::app {
namespace {

using observability::Level;
using observability::LogFields;

Level levelOf(gateway::LogLevel level) {
  if (level >= gateway::LogLevel::Error) return Level::Error;
  if (level == gateway::LogLevel::Warning) return Level::Warning;
  return level == gateway::LogLevel::Debug ? Level::Debug : Level::Info;
}

}  // namespace

Runtime::Runtime(const config::Gateway& config)
    : config_(config),
      principal_(std::make_shared<const gateway::Principal>(
          gateway::Principal{config.localIdentity, "local\n" + config.localIdentity})),
      log_(observability::parseLevel(config.logLevel)),
      metrics_(gateway::outcomeNames()) {}

Runtime::~Runtime() { stop(); }

std::unique_ptr<Runtime> Runtime::create(const config::Gateway& config, unsigned threads, Trust trust,
                                         std::vector<std::string>& problems) {
  std::unique_ptr<Runtime> out(new Runtime(config));
  out->threads_ = std::make_unique<http::IoThreads>(threads);
  out->limits_ = std::make_unique<gateway::LimitStores>(gateway::LimitStores::Options{
      threads, [log = &out->log_](std::string_view why) { log->write(Level::Warning, "limits_unreachable", why); }});
  out->keys_ = std::make_unique<gateway::KeyRing>(*out->threads_, keyFetchLog(out->log_));
  out->broadcaster_ = std::make_unique<gateway::Broadcaster>(*out->threads_);
  if (!out->loadModules(problems) || !out->startTrust(trust, problems) || !out->makeServices(problems)) return nullptr;
  out->host_->start(*out->threads_, *out->services_);
  out->addSources();
  return out;
}

bool Runtime::loadModules(std::vector<std::string>& problems) {
  keeper_ = std::make_unique<CatalogKeeper>();
  host_ = gateway::ModuleHost::create(moduleEvents());
  CatalogLoad loaded = loadCatalog(config_, *host_);
  problems.insert(problems.end(), loaded.problems.begin(), loaded.problems.end());
  for (const std::string& warning : loaded.warnings) log_.write(Level::Warning, "configuration", warning);
  if (!loaded.catalog) return false;
  gatewayModule_ = loaded.gatewayModule.value_or(gateway::kNoGatewayModule);
  const identity::FailureLimit failures{config_.identity.failureBurst, config_.identity.failureRecovery};
  loader_ = std::make_unique<AccessLoader>(failures, static_cast<unsigned>(threads_->size()), keysOfRing(*keys_));
  GenerationBuild first = Generations::first(config_, loaded.catalog, *loader_);
  for (const std::string& warning : first.warnings) log_.write(Level::Warning, "configuration", warning);
  problems.insert(problems.end(), first.problems.begin(), first.problems.end());
  if (!first.next) return false;
  for (const auto& tool : loaded.catalog->composed().tools()) metrics_.calls().declare(tool.name);
  board_ = std::make_unique<gateway::SnapshotBoard>(*threads_, std::move(first.next));
  generations_ = std::make_unique<Generations>(Generations::Parts{board_.get(), broadcaster_.get(), &log_, &metrics_},
                                               *loader_, loaded.modules);
  keeper_->begin({host_.get(), generations_.get(), &log_}, std::move(loaded.modules));
  return true;
}

std::string Runtime::trustProblem(const Error& error) const {
  return config_.where("services.trust") + ": services.trust: the embedded Trust service did not start: " + error.message +
         (error.detail.empty() ? "" : " (" + error.detail + ")");
}

void Runtime::trustFailed(const Error& error) {
  log_.write(Level::Error, "not_started", trustProblem(error));
  failed_ = true;
  wakeSignalWait();
}

bool Runtime::startTrust(Trust when, std::vector<std::string>& problems) {
  for (config::Service& service : config_.services) {
    if (!service.embedded) continue;
    auto trust = when == Trust::Now
                     ? EmbeddedTrust::start(config_, log_)
                     : EmbeddedTrust::startSoon(config_, log_, [this](const Error& error) { trustFailed(error); });
    if (!trust) {
      problems.push_back(trustProblem(trust.error()));
      return false;
    }
    trust_ = std::move(*trust);
    service.url = trust_->url();
    service.credential = trust_->credential();
  }
  return true;
}

bool Runtime::makeServices(std::vector<std::string>& problems) {
  auto services = gateway::Services::create(*threads_, config_.services);
  if (!services) {
    problems.push_back(config_.where("services") + ": " + services.error().message);
    return false;
  }
  services_ = std::move(*services);
  auto keys = gateway::loadOrCreateSealKeys(config_.stateDirectory);
  if (!keys) {
    problems.push_back(config_.where("state_directory") + ": state_directory: " + keys.error().message);
    return false;
  }
  sealer_ = std::make_shared<const gateway::Sealer>(std::move(*keys));
  return true;
}

gateway::ModuleEvents Runtime::moduleEvents() {
  gateway::ModuleEvents events;
  events.log = [this](std::string_view module, gateway::LogLevel level, std::string_view logger, std::string_view jsonData) {
    log_.write(levelOf(level), "module",
               [&](LogFields& line) { line.text("module", module).text("logger", logger).text("data", jsonData); });
  };
  events.slow = [this](std::string_view module, std::string_view entry, std::string_view name,
                       std::chrono::nanoseconds took) {
    log_.write(Level::Warning, "slow_module", [&](LogFields& line) {
      line.text("module", module).text("entry", entry).text("name", name).milliseconds("ms", took);
      line.text("message", "the module held an io thread; other calls waited");
    });
  };
  events.catalogChanged = [this](std::uint32_t module, std::uint32_t) { keeper_->changed(module); };
  events.resourceUpdated = [this](std::uint32_t, std::string_view uri) { broadcaster_->resourceUpdated(uri); };
  return events;
}

gateway::CallPath Runtime::makeCallPath(http::IoThread& thread) {
  gateway::CallPath path;
  gateway::DispatcherOptions dispatcher;
  dispatcher.sealer = sealer_;
  dispatcher.maxBytes = config_.mcp.maxBodyBytes;
  path.dispatcher = gateway::makeDispatcher(dispatcher);
  gateway::RendererOptions renderer;
  renderer.sealer = sealer_;
  path.renderer = gateway::makeRenderer(renderer);
  path.runner = &host_->runner(thread);
  if (trust_ && !trust_->ready()) {
    gates_.push_back(std::make_unique<gateway::GatedRunner>(*path.runner, thread, trust_->ready()));
    path.runner = gates_.back().get();
  }
  guards_.push_back(std::make_unique<gateway::GuardedRunner>(
      *path.runner, gateway::GuardedCall::Surroundings{thread, *limits_, clock_}, gatewayModule_));
  path.runner = guards_.back().get();
  using Lines = gateway::CallRecorder::CallLines;
  auto recorder = std::make_shared<gateway::CallRecorder>(metrics_, log_, thread.index(),
                                                          config_.logCalls ? Lines::Written : Lines::Off);
  path.record = [recorder](const gateway::AccessRecord& record) { recorder->record(record); };
  return path;
}

void Runtime::addSources() {
  addProcessSources(metrics_, log_);
  addCatalogSources(metrics_, *board_);
  addServiceSources(metrics_, *services_);
  addModuleSources(metrics_, *host_);
  addLimitSources(metrics_, *limits_);
  addKeySources(metrics_, *keys_);
}

GenerationBuild Runtime::rebuild() {
  const config::Reading reading = config::readGatewayFile(config_.file, config::processEnvironment());
  GenerationBuild out;
  for (const config::Problem& problem : reading.problems) out.problems.push_back(config::describe(problem, config_.file));
  if (!out.problems.empty()) return out;
  out = generations_->build(reading.config);
  for (const std::string& key : restartKeys(config_, reading.config))
    out.warnings.push_back(reading.config.where(key) + ": " + key + ": changed; takes effect when the gateway is restarted");
  return out;
}

void Runtime::start() {
  if (!std::exchange(started_, true)) threads_->start();
}

void Runtime::stop() {
  if (keeper_) keeper_->end();
  if (threads_) {
    threads_->stop();
    threads_->join();
  }
  if (limits_) limits_->close();
  if (host_) host_->shutdown();
  trust_.reset();
  log_.flush();
}

}  // namespace certus::app
