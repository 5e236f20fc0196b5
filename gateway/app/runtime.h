// Everything between a read configuration and a transport: log, metrics, io threads, modules, services, the snapshot board.
// Made once by `serve` and `stdio`; speaks no HTTP and reads no standard input itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "gateway/app/catalog_keeper.h"
#include "gateway/app/catalog_load.h"
#include "gateway/app/embedded_trust.h"
#include "gateway/call/recorder.h"
#include "gateway/guard/guarded_runner.h"
#include "gateway/keys/key_ring.h"
#include "gateway/mcp/sealer.h"
#include "gateway/modules/gated_runner.h"
#include "gateway/transport/worker.h"

namespace certus::app {

class Runtime {
 public:
  // Loads and prepares everything, contacts nobody. Null when `problems` keep it from serving; otherwise they are what is
  // left out. `threads`: io threads, not started here. Soon: a first installation of the embedded service is made meanwhile,
  // and calls wait for it; if that fails, failed() says so and the wait for signals ends.
  enum class Trust : std::uint8_t { Now, Soon };
  static std::unique_ptr<Runtime> create(const config::Gateway& config, unsigned threads, Trust trust,
                                         std::vector<std::string>& problems);
  ~Runtime();

  const config::Gateway& config() const { return config_; }
  observability::Log& log() { return log_; }
  observability::Metrics& metrics() { return metrics_; }
  http::IoThreads& threads() { return *threads_; }
  gateway::SnapshotBoard& board() { return *board_; }
  gateway::Broadcaster& broadcaster() { return *broadcaster_; }
  gateway::KeyRing& keys() { return *keys_; }
  // Who calls in open local mode, and over stdio without a token.
  const gateway::PrincipalRef& principal() const { return principal_; }
  Generations& generations() { return *generations_; }
  // The configuration file read anew, and the next generation from it; nothing is in force until generations().publish().
  GenerationBuild rebuild();
  EmbeddedTrust* trust() { return trust_.get(); }  // null: not embedded
  gateway::CallPath makeCallPath(http::IoThread& thread);
  const std::atomic<bool>& failed() const { return failed_; }

  void start();  // the io threads; once
  // After the transport drained: ends io threads, modules, then the embedded service, then the log.
  void stop();

 private:
  explicit Runtime(const config::Gateway& config);
  bool loadModules(std::vector<std::string>& problems);
  bool startTrust(Trust when, std::vector<std::string>& problems);
  void trustFailed(const Error& error);
  std::string trustProblem(const Error& error) const;
  bool makeServices(std::vector<std::string>& problems);
  gateway::ModuleEvents moduleEvents();
  void addSources();

  config::Gateway config_;  // with the embedded service's address filled in
  gateway::PrincipalRef principal_;
  observability::Log log_;
  observability::Metrics metrics_;
  std::unique_ptr<EmbeddedTrust> trust_;
  std::unique_ptr<gateway::LimitStores> limits_;  // outlives the io threads' handlers
  std::unique_ptr<http::IoThreads> threads_;
  std::unique_ptr<gateway::KeyRing> keys_;
  std::unique_ptr<gateway::Broadcaster> broadcaster_;
  std::unique_ptr<gateway::Services> services_;
  std::unique_ptr<CatalogKeeper> keeper_;  // before the host: modules call it as long as they live
  std::unique_ptr<gateway::ModuleHost> host_;
  std::vector<std::unique_ptr<gateway::GatedRunner>> gates_;  // by io thread, only while the service may still be starting
  std::vector<std::unique_ptr<gateway::GuardedRunner>> guards_;  // by io thread
  std::uint32_t gatewayModule_ = gateway::kNoGatewayModule;
  SystemClock clock_;
  std::atomic<bool> failed_{false};
  bool started_ = false;
  std::shared_ptr<const gateway::Sealer> sealer_;
  std::unique_ptr<AccessLoader> loader_;
  std::unique_ptr<gateway::SnapshotBoard> board_;
  std::unique_ptr<Generations> generations_;
};

}  // namespace certus::app
