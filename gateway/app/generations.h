// The one place where snapshots are made and put in force: at the start, when a module changes its offer, and on reload.
// Building and publishing are apart, so that a reload can look whether its files held still.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "gateway/app/access_load.h"
#include "gateway/tools/snapshot.h"
#include "gateway/transport/broadcaster.h"
#include "gateway/transport/snapshot_board.h"
#include "observability/log.h"
#include "observability/metrics.h"

namespace certus::app {

struct GenerationBuild {
  std::shared_ptr<gateway::Snapshot> next;      // null when there is a problem
  std::vector<std::string> problems, warnings;  // "file:line:col: path: message"
};

class Generations {
 public:
  struct Parts {  // all outlive this
    gateway::SnapshotBoard* board = nullptr;
    gateway::Broadcaster* broadcaster = nullptr;
    observability::Log* log = nullptr;
    observability::Metrics* metrics = nullptr;
  };

  // At the start, without a board. A policy that names what is not there is a problem then.
  static GenerationBuild first(const config::Gateway& config, std::shared_ptr<const gateway::Catalog> catalog,
                               AccessLoader& loader);

  Generations(const Parts& parts, AccessLoader& loader, std::vector<gateway::ModuleDescriptor> modules);

  // From any thread. For a configuration that was read anew: catalogue and policy compiled, nothing in force yet.
  GenerationBuild build(const config::Gateway& config);
  // Puts it in force and tells clients what changed; its number.
  std::uint64_t publish(std::shared_ptr<gateway::Snapshot> next);

  // For a set that was refused: what its identity files take away from the generation in force is put in force at once, and
  // nothing else. What that is (see Withdrawals); empty: nothing, and nothing was published.
  std::vector<std::string> withdraw();

  // A module changed its offer: the configuration in force, compiled against it. Problems go to the log and change nothing.
  void modulesChanged(std::vector<gateway::ModuleDescriptor> modules);

 private:
  enum class For : std::uint8_t { Reload, Modules };
  GenerationBuild compose(const config::Gateway& config, For why, const std::shared_ptr<const gateway::Access>& inForce);
  std::uint64_t publishLocked(std::shared_ptr<gateway::Snapshot> next);
  void warnOfMaxKeys(const config::Gateway& config, const gateway::Access& next, std::vector<std::string>& warnings);

  Parts parts_;
  AccessLoader& loader_;
  std::mutex mutex_;
  std::vector<gateway::ModuleDescriptor> modules_;
  std::uint64_t modulesVersion_ = 0, builtWith_ = 0;
  std::uint32_t maxKeys_ = 0;  // of the start; 0: not looked at yet
};

// Keys whose new values take effect at the next start only.
std::vector<std::string> restartKeys(const config::Gateway& before, const config::Gateway& after);

}  // namespace certus::app
