#include "gateway/app/embedded_trust.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "services/trust/server.h"

namespace certus::app {
namespace {

// A port that the kernel gives to nobody else while this lives, and on which a listener with SO_REUSEADDR may still listen.
class ReservedPort {
 public:
  ReservedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = socket_ >= 0 && setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                       bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                       getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    if (bound) number_ = ntohs(address.sin_port);
  }
  ~ReservedPort() {
    if (socket_ >= 0) ::close(socket_);
  }
  ReservedPort(ReservedPort&& other) noexcept : socket_(std::exchange(other.socket_, -1)), number_(other.number_) {}
  ReservedPort& operator=(ReservedPort&&) = delete;
  std::uint16_t number() const { return number_; }  // 0: none

 private:
  int socket_;
  std::uint16_t number_ = 0;
};

}  // namespace

EmbeddedTrust::EmbeddedTrust(const config::Gateway& config, observability::Log& log)
    : stateDirectory_(config.stateDirectory), localIdentity_(config.localIdentity), drain_(config.drain), log_(log) {}

EmbeddedTrust::~EmbeddedTrust() {
  if (starter_.joinable()) starter_.join();
}

Result<void> EmbeddedTrust::listen(std::uint16_t port) {
  trust_service::TrustOptions options;
  options.port = port;
  options.stateDirectory = stateDirectory_;
  options.localIdentity = localIdentity_;
  options.mock = trust_service::mockFromEnvironment();
  options.drain = drain_;
  options.log = [this](std::string_view line) { log_.write(observability::Level::Warning, "trust_service", line); };
  auto server = trust_service::TrustServer::start(std::move(options));
  if (!server) return tl::make_unexpected(server.error());
  server_ = std::move(*server);
  if (port == 0) port_ = server_->port();  // otherwise it is known, and being read
  ready_.store(true, std::memory_order_release);
  return {};
}

Result<std::unique_ptr<EmbeddedTrust>> EmbeddedTrust::start(const config::Gateway& config, observability::Log& log) {
  std::unique_ptr<EmbeddedTrust> out(new EmbeddedTrust(config, log));
  if (auto listening = out->listen(0); !listening) return tl::make_unexpected(listening.error());
  return out;
}

Result<std::unique_ptr<EmbeddedTrust>> EmbeddedTrust::startSoon(const config::Gateway& config, observability::Log& log,
                                                                std::function<void(const Error&)> failed) {
  if (access(trust_service::serviceCredentialFile(config.stateDirectory).c_str(), F_OK) == 0) return start(config, log);
  ReservedPort port;
  if (port.number() == 0) return fail(ErrorCode::Unavailable, "no free port on 127.0.0.1", std::strerror(errno));
  std::unique_ptr<EmbeddedTrust> out(new EmbeddedTrust(config, log));
  out->port_ = port.number();
  out->starter_ = std::thread([trust = out.get(), port = std::move(port), failed = std::move(failed)] {
    if (const auto listening = trust->listen(port.number()); !listening) failed(listening.error());
  });
  return out;
}

std::string EmbeddedTrust::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

config::Credential EmbeddedTrust::credential() const {
  config::Credential out;
  out.file = trust_service::serviceCredentialFile(stateDirectory_);
  return out;
}

std::string EmbeddedTrust::problem() {
  return ready_.load(std::memory_order_acquire) ? server_->problem() : "The service is starting.";
}

}  // namespace certus::app
