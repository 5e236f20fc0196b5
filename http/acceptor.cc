#include "http/acceptor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include "http/connection.h"

namespace certus::http {
namespace asio = boost::asio;
namespace {

constexpr int kBacklog = 4096;

void sayTooMany(int descriptor) {
  AnswerHead head;
  head.status = 503;
  head.contentType = "application/json";
  head.extra = "Retry-After: 1\r\n";
  head.ending = Ending::Close;
  const std::string body = errorBody("too many connections; try again later");
  head.contentLength = body.size();
  std::string answer;
  appendHead(answer, head);
  answer += body;
  iovec piece{answer.data(), answer.size()};
  sendNow(descriptor, std::span(&piece, 1));
  ::shutdown(descriptor, SHUT_WR);
  char unread[4096];  // what is unread when we close would turn the answer into a reset
  receiveNow(descriptor, unread, sizeof unread);
  ::close(descriptor);
}

// Owns an accepted descriptor until it reaches its thread; a handler destroyed unrun closes it.
struct Passing {
  explicit Passing(int given) : descriptor(given) {}
  Passing(Passing&& other) noexcept : descriptor(std::exchange(other.descriptor, -1)) {}
  ~Passing() {
    if (descriptor >= 0) ::close(descriptor);
  }
  int descriptor;
};

}  // namespace

Acceptor::Acceptor(IoThread& thread, std::shared_ptr<ServerCore> core)
    : thread_(thread), core_(std::move(core)), listener_(thread.context()) {}

int Acceptor::bind(const asio::ip::tcp::endpoint& endpoint) {
  boost::system::error_code error;
  listener_.open(endpoint.protocol(), error);
  if (!error) listener_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) listener_.set_option(asio::ip::v6_only(true), error);
  if (!error) listener_.bind(endpoint, error);
  if (!error) listener_.listen(kBacklog, error);
  return error.value();
}

std::uint16_t Acceptor::port() const {
  boost::system::error_code error;
  return listener_.local_endpoint(error).port();
}

void Acceptor::start() {
  asio::post(thread_.context(), [self = shared_from_this()] { self->wait(); });
}

void Acceptor::wait() {
  if (!listener_.is_open()) return;
  listener_.async_wait(Listener::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->acceptAll();
    if (!self->resume_) self->wait();
  });
}

void Acceptor::acceptAll() {
  for (;;) {
    const int descriptor = ::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      deal(descriptor);
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) pause();
    if (errno == EINTR || errno == ECONNABORTED) continue;
    return;
  }
}

// Out of descriptors or memory: the listener stays readable, so asking again at once would spin.
void Acceptor::pause() {
  resume_ = thread_.onTick([this](SteadyTime) {
    const std::shared_ptr<Acceptor> self = shared_from_this();
    resume_.reset();
    acceptAll();
    if (!resume_) wait();
  });
}

void Acceptor::deal(int descriptor) {
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (core_->connectionsOpen() >= core_->limits.maxConnections) {
    core_->refused.fetch_add(1, std::memory_order_relaxed);
    if (!core_->tls) return sayTooMany(descriptor);
    ::close(descriptor);  // an answer would take a handshake first
    return;
  }
  core_->accepted.fetch_add(1, std::memory_order_relaxed);
  core_->arrive();
  Share& share = core_->leastLoaded();
  share.dealt.fetch_add(1, std::memory_order_relaxed);
  if (&share.thread == &thread_) return Connection::start(std::make_unique<Connection>(core_, share), descriptor);
  asio::post(share.thread.context(), [&share, core = core_, passing = Passing(descriptor)]() mutable {
    Connection::start(std::make_unique<Connection>(core, share), std::exchange(passing.descriptor, -1));
  });
}

void Acceptor::drain() {
  core_->arrive();
  asio::post(thread_.context(), [self = shared_from_this()] {
    if (self->listener_.is_open()) self->acceptAll();
    self->resume_.reset();
    self->close();
    self->core_->leave();
  });
}

void Acceptor::close() {
  const std::lock_guard lock(closing_);
  boost::system::error_code ignored;
  listener_.close(ignored);
}

// On Linux, shutting a listening socket down ends it: the port is free, and the wait under way completes.
void Acceptor::closeFromAnyThread() {
  const std::lock_guard lock(closing_);
  if (listener_.is_open()) ::shutdown(listener_.native_handle(), SHUT_RDWR);
}

}  // namespace certus::http
