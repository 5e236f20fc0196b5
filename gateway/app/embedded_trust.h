// The Trust service inside this process, for a machine with nothing else on it: threads of its own, a free port, reached
// over HTTP like any other. Knows nothing of MCP.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "config/gateway_config.h"
#include "observability/log.h"

namespace certus::trust_service {
class TrustServer;
}

namespace certus::app {

class EmbeddedTrust {
 public:
  static Result<std::unique_ptr<EmbeddedTrust>> start(const config::Gateway& config, observability::Log& log);
  EmbeddedTrust(std::unique_ptr<trust_service::TrustServer> server, std::string stateDirectory);
  ~EmbeddedTrust();  // answers what it began and ends its threads

  std::string url() const;                // "http://127.0.0.1:41234"
  config::Credential credential() const;  // how the gateway proves that it may name the caller
  std::string problem();                  // why it refuses to sign although it runs, or empty

 private:
  std::unique_ptr<trust_service::TrustServer> server_;
  std::string stateDirectory_;
};

}  // namespace certus::app
