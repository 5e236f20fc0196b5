#include "gateway/app/embedded_trust.h"

#include "services/trust/server.h"

namespace certus::app {

EmbeddedTrust::EmbeddedTrust(std::unique_ptr<trust_service::TrustServer> server, std::string stateDirectory)
    : server_(std::move(server)), stateDirectory_(std::move(stateDirectory)) {}

EmbeddedTrust::~EmbeddedTrust() = default;

Result<std::unique_ptr<EmbeddedTrust>> EmbeddedTrust::start(const config::Gateway& config, observability::Log& log) {
  trust_service::TrustOptions options;
  options.stateDirectory = config.stateDirectory;
  options.localIdentity = config.localIdentity;
  options.mock = trust_service::mockFromEnvironment();
  options.drain = config.drain;
  options.log = [&log](std::string_view line) { log.write(observability::Level::Warning, "trust_service", line); };
  auto server = trust_service::TrustServer::start(std::move(options));
  if (!server) return tl::make_unexpected(server.error());
  return std::make_unique<EmbeddedTrust>(std::move(*server), config.stateDirectory);
}

std::string EmbeddedTrust::url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

config::Credential EmbeddedTrust::credential() const {
  config::Credential out;
  out.file = trust_service::serviceCredentialFile(stateDirectory_);
  return out;
}

std::string EmbeddedTrust::problem() { return server_->problem(); }

}  // namespace certus::app
