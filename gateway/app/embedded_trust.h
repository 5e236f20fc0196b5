// The Trust service inside this process, for a machine with nothing else on it: threads of its own, a free port, reached
// over HTTP like any other. Knows nothing of MCP.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/error.h"
#include "config/gateway/gateway_config.h"
#include "observability/log.h"

namespace certus::trust_service {
class TrustServer;
}

namespace certus::app {

class EmbeddedTrust {
 public:
  // Listens when it returns.
  static Result<std::unique_ptr<EmbeddedTrust>> start(const config::Gateway& config, observability::Log& log);
  // The same, but an installation that does not exist yet is made beside the caller: that takes a dozen fsyncs, and an IDE
  // waits for its first answer. `failed` runs at most once, on another thread, if it could not be made.
  static Result<std::unique_ptr<EmbeddedTrust>> startSoon(const config::Gateway& config, observability::Log& log,
                                                          std::function<void(const Error&)> failed);
  ~EmbeddedTrust();  // answers what it began and ends its threads

  const std::atomic<bool>& ready() const { return ready_; }  // true once and for good: listens, and its credential exists
  std::string url() const;                                   // "http://127.0.0.1:41234"
  config::Credential credential() const;                     // how the gateway proves that it may name the caller
  std::string problem();                                     // why it refuses to sign although it runs, or empty

 private:
  EmbeddedTrust(const config::Gateway& config, observability::Log& log);
  Result<void> listen(std::uint16_t port);

  std::string stateDirectory_, localIdentity_;
  Milliseconds drain_;
  observability::Log& log_;
  std::uint16_t port_ = 0;
  std::unique_ptr<trust_service::TrustServer> server_;  // the starter's until ready_
  std::atomic<bool> ready_{false};
  std::thread starter_;
};

}  // namespace certus::app
