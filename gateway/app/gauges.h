// Connects what others count (connections, services, modules) to /metrics, where it is read when asked for.
#pragma once

#include "gateway/guard/limit_stores.h"
#include "gateway/keys/key_ring.h"
#include "gateway/modules/module_host.h"
#include "gateway/transport/mcp_handler.h"
#include "gateway/transport/snapshot_board.h"
#include "gateway/upstream/services.h"
#include "http/server.h"
#include "observability/log.h"
#include "observability/metrics.h"

namespace certus::app {

// What is passed outlives the metrics' last text().
void addProcessSources(observability::Metrics& metrics, const observability::Log& log);
void addCatalogSources(observability::Metrics& metrics, const gateway::SnapshotBoard& board);
void addServiceSources(observability::Metrics& metrics, const gateway::Services& services);
void addKeySources(observability::Metrics& metrics, const gateway::KeyRing& keys);
void addModuleSources(observability::Metrics& metrics, const gateway::ModuleHost& host);
void addLimitSources(observability::Metrics& metrics, const gateway::LimitStores& limits);

struct ListenerView {
  std::string name;  // "mcp", "operations", or its key in listeners.more
  const http::Server* server = nullptr;
  const gateway::McpHandler* handler = nullptr;  // null: operations
};
void addServerSources(observability::Metrics& metrics, const std::vector<ListenerView>& listeners);

}  // namespace certus::app
