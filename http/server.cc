#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "http/acceptor.h"
#include "http/connection.h"
#include "http/port_owner.h"
#include "http/server.h"

namespace certus::http {
namespace asio = boost::asio;
namespace {

class ServerOnAsio final : public Server {
 public:
  ServerOnAsio(std::shared_ptr<ServerCore> core, std::shared_ptr<Acceptor> acceptor, std::uint16_t port)
      : core_(std::move(core)), acceptor_(std::move(acceptor)), port_(port) {}

  ~ServerOnAsio() override {
    acceptor_->closeFromAnyThread();
    drain({});
  }

  std::uint16_t port() const override { return port_; }
  void start() override { acceptor_->start(); }

  void drain(std::function<void()> done) override {
    if (done) core_->whenEmpty(std::move(done));
    if (core_->draining.exchange(true)) {
      core_->arrive();  // so that a second drain of an empty server is answered too
      core_->leave();
      return;
    }
    acceptor_->drain();
    for (const auto& each : core_->shares) {
      core_->arrive();
      asio::post(each->thread.context(), [core = core_, share = each.get()] {
        share->draining = true;
        share->idle.expireAll();
        share->handshake.expireAll();
        core->leave();
      });
    }
    core_->leave();
  }

  Result<void> reloadTls() override { return core_->tls ? core_->tls->reload() : Result<void>(); }

  ServerCounters counters() const override {
    ServerCounters sum;
    sum.connectionsOpen = core_->connectionsOpen();
    sum.connectionsTotal = core_->accepted.load(std::memory_order_relaxed);
    sum.refusedTotal = core_->refused.load(std::memory_order_relaxed);
    for (const auto& share : core_->shares) {
      sum.requestsTotal += share->requests.load(std::memory_order_relaxed);
      sum.badRequestsTotal += share->badRequests.load(std::memory_order_relaxed);
      for (std::size_t i = 0; i < kHandshakeResults; ++i)
        sum.handshakes[i] += share->handshakes[i].load(std::memory_order_relaxed);
    }
    return sum;
  }

 private:
  std::shared_ptr<ServerCore> core_;
  std::shared_ptr<Acceptor> acceptor_;
  std::uint16_t port_;
};

Error busyPort(const std::string& address, std::uint16_t port) {
  std::string who = "another process, which this user may not see";
  if (const auto owner = portOwner(port)) who = owner->program + " (pid " + std::to_string(owner->pid) + ")";
  return {ErrorCode::AlreadyExists,
          "port " + std::to_string(port) + " on " + address + " is already in use by " + who +
              "; stop it, or configure another port for this listener",
          "bind: EADDRINUSE"};
}

Error cannotListen(const std::string& address, std::uint16_t port, int error) {
  if (error == EADDRINUSE) return busyPort(address, port);
  const ErrorCode code = error == EACCES ? ErrorCode::PermissionDenied : ErrorCode::Unavailable;
  std::string message = "cannot listen on " + address + " port " + std::to_string(port) + ": " + std::strerror(error);
  if (error == EACCES) message += "; ports below 1024 need a privilege, choose a higher one";
  if (error == EADDRNOTAVAIL) message += "; this machine has no such address";
  return {code, std::move(message), {}};
}

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(IoThreads& threads, const std::string& address, std::uint16_t port,
                                               ServerLimits limits, std::shared_ptr<Handler> handler,
                                               std::optional<ServerTls> tls) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
  if (error)
    return fail(ErrorCode::InvalidArgument,
                "\"" + address + "\" is not an IP address to listen on, such as 127.0.0.1 or ::1");
  std::unique_ptr<ServerTlsContext> secured;
  if (tls) {
    auto loaded = ServerTlsContext::load(std::move(*tls));
    if (!loaded) return tl::make_unexpected(loaded.error());
    secured = std::move(*loaded);
  }
  auto core = std::make_shared<ServerCore>(threads, limits, std::move(handler), std::move(secured));
  auto acceptor = std::make_shared<Acceptor>(threads.at(0), core);
  if (const int failed = acceptor->bind({ip, port})) return tl::make_unexpected(cannotListen(address, port, failed));
  const std::uint16_t bound = acceptor->port();
  return std::make_unique<ServerOnAsio>(std::move(core), std::move(acceptor), bound);
}

std::string Handler::refusalBody(std::string_view, int, std::string_view text) { return errorBody(text); }

}  // namespace certus::http
