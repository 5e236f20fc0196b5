// The services of the configuration, reachable by name: adds credentials, identity and tracing headers, deadlines, caps and
// the breaker to http::Client. Knows no module and no MCP.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/error.h"
#include "config/gateway/gateway_config.h"
#include "gateway/upstream/service_call.h"
#include "gateway/upstream/service_counters.h"
#include "http/client.h"
#include "http/io_threads.h"

namespace certus::gateway {

// One io thread's way to all services. Used on that thread only.
class ServiceClients {
 public:
  virtual ~ServiceClients() = default;
  // Never throws; fills `answer` whatever happens, by min(deadline, timeout) and one coarse tick at the latest.
  virtual boost::asio::awaitable<void> ask(const ServiceQuestion& question, ServiceAnswer& answer, http::Cancel& cancel) = 0;
};

class Services {
 public:
  // Every `url` is set: the caller has filled in that of an embedded one. Before the io threads start.
  // Contacts nobody. An error names the service and the configuration's key.
  static Result<std::unique_ptr<Services>> create(http::IoThreads& threads, const std::vector<config::Service>& services);
  virtual ~Services() = default;
  virtual ServiceClients& on(const http::IoThread& thread) = 0;
  virtual std::vector<ServiceFigures> figures() const = 0;  // from any thread
};

}  // namespace certus::gateway
