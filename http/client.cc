#include "http/client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/client_core.h"
#include "http/response_parser.h"

namespace certus::http {
namespace asio = boost::asio;
namespace {

using Held = std::unique_ptr<ClientConnection>;

asio::awaitable<void> waitGate(asio::steady_timer& gate) {
  thread_local boost::system::error_code ignored;
  return gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void failWith(ClientResponse& response, ClientFailure failure, std::string detail) {
  response.failure = failure;
  response.detail = std::move(detail);
}

bool mayRepeat(const ClientRequest& request, std::size_t sent) {
  const bool safe = request.method == Method::Get || request.method == Method::Head || request.method == Method::Options;
  return safe || request.idempotent || sent == 0;
}

// ---- connecting ----

// The descriptor of a connect under way, or -1 with errno.
int beginConnect(const asio::ip::tcp::endpoint& to) {
  const int descriptor = ::socket(to.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (descriptor < 0) return -1;
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(descriptor, to.data(), static_cast<socklen_t>(to.size())) == 0 || errno == EINPROGRESS) return descriptor;
  const int error = errno;
  ::close(descriptor);
  errno = error;
  return -1;
}

// 0: connected; EINPROGRESS: not yet; else why not.
int connectState(int descriptor) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return error;
  sockaddr_storage peer{};
  size = sizeof peer;
  return ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0 ? 0 : EINPROGRESS;
}

asio::awaitable<Held> connectTo(ClientCore& core, RunningExchange& running, const asio::ip::tcp::endpoint& to,
                                ClientResponse& response) {
  const int descriptor = beginConnect(to);
  Held connection;
  if (descriptor >= 0) connection = std::make_unique<ClientConnection>(core.thread);
  if (!connection || !connection->open(descriptor)) {
    failWith(response, ClientFailure::Refused, std::string("connect: ") + std::strerror(errno));
    co_return nullptr;
  }
  running.waitsOn(connection.get());
  int state = connectState(descriptor);
  while (state == EINPROGRESS && !running.ended()) {
    co_await connection->untilWritable();
    state = connectState(descriptor);
  }
  running.waitsOn(static_cast<Descriptor*>(nullptr));
  if (state == 0) co_return connection;
  if (state == EINPROGRESS) {
    failWith(response, running.why(), "connect: not answered in time");
  } else {
    failWith(response, ClientFailure::Refused, std::string("connect: ") + std::strerror(state));
  }
  co_return nullptr;
}

asio::awaitable<void> findAddresses(ClientCore& core, RunningExchange& running, ClientResponse& response) {
  asio::steady_timer gate(core.thread.context(), SteadyTime::max());
  core.awaitLookUp(gate);
  core.lookUp();
  running.waitsOn(&gate);
  co_await waitGate(gate);
  running.waitsOn(static_cast<asio::steady_timer*>(nullptr));
  core.forget(gate);
  if (running.ended()) {
    failWith(response, running.why(), "resolving the host name");
  } else if (core.addresses().empty()) {
    failWith(response, ClientFailure::Refused, "the host name does not resolve");
  }
}

asio::awaitable<bool> secure(ClientCore& core, RunningExchange& running, ClientConnection& connection,
                             ClientResponse& response) {
  if (!connection.beginTls(core.tls.get(), core.origin.host)) {
    failWith(response, ClientFailure::Tls, "TLS cannot be set up");
    co_return false;
  }
  running.waitsOn(&connection);
  Io io = connection.handshake();
  while ((io == Io::WantRead || io == Io::WantWrite) && !running.ended()) {
    co_await connection.until(io);
    io = connection.handshake();
  }
  running.waitsOn(static_cast<Descriptor*>(nullptr));
  if (io == Io::Some) co_return true;
  if (running.ended()) {
    failWith(response, running.why(), "TLS handshake");
  } else {
    failWith(response, ClientFailure::Tls, connection.tlsText());
  }
  co_return false;
}

// Each address gets its part of the connect timeout; the failure of the last one is told.
asio::awaitable<Held> connectAny(ClientCore& core, RunningExchange& running, ClientResponse& response) {
  const SteadyTime until = core.thread.now() + core.limits.connectTimeout;
  running.limitStep(until);
  if (!core.addressesKnown()) co_await findAddresses(core, running, response);
  const Endpoints addresses = core.addresses();
  Held connection;
  for (std::size_t i = 0; i < addresses.size() && !connection && !running.ended(); ++i) {
    const SteadyTime now = core.thread.now();
    running.limitStep(now + (until - now) / static_cast<int>(addresses.size() - i));
    Held fresh = co_await connectTo(core, running, addresses[i], response);
    connection = std::move(fresh);
    running.forgiveStep();
  }
  running.limitStep(until);
  if (connection && core.tls) {
    const bool secured = co_await secure(core, running, *connection, response);
    if (!secured) connection.reset();
  }
  running.limitStep(SteadyTime::max());
  co_return connection;
}

// ---- one attempt on one connection ----

struct Attempt {
  Attempt(ClientConnection& on, RunningExchange& run, const ClientRequest& asked, ClientResponse& to,
          const ClientLimits& within)
      : connection(on), running(run), request(asked), response(to), limits(within) {}

  ClientConnection& connection;
  RunningExchange& running;
  const ClientRequest& request;
  ClientResponse& response;
  const ClientLimits& limits;
  iovec pieces[2];
  std::span<iovec> left;  // of `pieces`, not sent yet
  std::string unsent;     // what `left` needs of the head
  std::size_t sent = 0;
  bool answered = false;  // a byte of an answer has arrived
  bool keep = false;      // the connection may serve another
  std::optional<ResponseParser> parser;
};

// Sends what the kernel did not take at once, as long as it goes.
asio::awaitable<void> sendRest(Attempt& attempt, Io io) {
  while (!attempt.left.empty() && io != Io::Failed && io != Io::End && !attempt.running.ended()) {
    if (io != Io::Some) co_await attempt.connection.until(io);
    io = attempt.connection.send(attempt.left, attempt.sent);
  }
}

void beginParse(Attempt& attempt) {
  ClientResponse& response = attempt.response;
  attempt.parser.emplace(attempt.limits.maxHeadBytes, attempt.limits.maxResponseBytes, *response.keeps,
                         attempt.request.method);
}

void dropInterim(Attempt& attempt) {
  Buffer& buffer = *attempt.response.keeps;
  const std::size_t used = attempt.parser->consumed();
  buffer.size -= used;
  std::memmove(buffer.bytes.get(), buffer.bytes.get() + used, buffer.size);
  beginParse(attempt);
}

// True: the attempt has ended, well or badly.
bool judge(Attempt& attempt, ResponseParser::State state) {
  while (state == ResponseParser::State::Done && attempt.parser->interim()) {
    dropInterim(attempt);
    state = attempt.parser->parse();
  }
  ClientResponse& response = attempt.response;
  const ResponseParser& parser = *attempt.parser;
  switch (state) {
    case ResponseParser::State::NeedMore: return false;
    case ResponseParser::State::TooLarge:
      failWith(response, ClientFailure::TooLarge, "the answer is over the limit");
      return true;
    case ResponseParser::State::Bad: failWith(response, ClientFailure::Broken, parser.errorText()); return true;
    case ResponseParser::State::Done: break;
  }
  response.status = parser.status();
  response.contentType = parser.contentType();
  response.retryAfterSeconds = parser.retryAfterSeconds();
  response.body = parser.body();
  attempt.keep = parser.keepsAlive();
  return true;
}

// Reads what is there. WantRead or WantWrite: wait for it; anything else: the attempt has ended.
Io readAnswer(Attempt& attempt) {
  Buffer& buffer = *attempt.response.keeps;
  for (;;) {
    if (buffer.room() == 0) attempt.parser->makeRoom();
    const std::size_t room = buffer.room();
    std::size_t got = 0;
    const Io io = attempt.connection.receive(buffer.free(), room, got);
    if (io == Io::WantRead || io == Io::WantWrite) return io;
    if (io == Io::Some) {
      attempt.answered = true;
      buffer.size += got;
      const bool ended = judge(attempt, attempt.parser->parse());
      if (ended && got == room) attempt.connection.leaveUnread();  // what may still be there makes it unfit for reuse
      if (ended) return Io::Some;
      if (got < room && !attempt.connection.secured()) return Io::WantRead;
      continue;
    }
    if (io == Io::End && judge(attempt, attempt.parser->onEnd())) return Io::End;
    failWith(attempt.response, ClientFailure::Broken, "the connection broke before the answer was complete");
    return Io::Failed;
  }
}

// Sends what the kernel takes at once. What is left points into `attempt` and the request.
Io sendFirst(ClientCore& core, Attempt& attempt) {
  const std::string_view head = core.buildHead(attempt.request);
  const std::string_view body = attempt.request.body;
  attempt.pieces[0] = {const_cast<char*>(head.data()), head.size()};
  attempt.pieces[1] = {const_cast<char*>(body.data()), body.size()};
  attempt.left = attempt.pieces;
  attempt.running.waitsOn(&attempt.connection);
  const Io io = attempt.connection.send(attempt.left, attempt.sent);
  if (attempt.left.size() == 2) {  // the head's scratch belongs to the thread
    iovec& rest = attempt.left.front();
    attempt.unsent.assign(static_cast<const char*>(rest.iov_base), rest.iov_len);
    rest.iov_base = attempt.unsent.data();
  }
  return io;
}

bool waits(Io io) { return io == Io::WantRead || io == Io::WantWrite; }

// A service may answer and close before it has read everything; the answer counts, the connection does not.
Io expectAnswer(ClientCore& core, Attempt& attempt) {
  attempt.response.keeps = core.thread.buffers().lease();
  beginParse(attempt);
  return attempt.left.empty() ? Io::WantRead : readAnswer(attempt);
}

void endAttempt(ClientCore& core, Attempt& attempt, Held& connection, Io io) {
  attempt.running.waitsOn(static_cast<Descriptor*>(nullptr));
  if (waits(io)) {
    failWith(attempt.response, attempt.running.why(),
             attempt.answered ? "the answer did not arrive in time" : "no answer in time");
  } else if (attempt.keep && attempt.left.empty()) {
    core.keep(std::move(connection));
  }
}

// ---- the exchange ----

bool endedBeforeItBegan(ClientCore& core, RunningExchange& running, ClientResponse& response) {
  response = ClientResponse();
  core.enter(running);
  running.onTick(core.thread.now());
  if (running.ended()) failWith(response, running.why(), "ended before it began");
  return running.ended();
}

// In one frame from pool to pool: each further coroutine would cost every call an allocation.
asio::awaitable<void> runExchange(std::shared_ptr<ClientCore> core, const ClientRequest& request, ClientResponse& response,
                                  Cancel& cancel) {
  RunningExchange running(cancel, request.deadline);
  if (endedBeforeItBegan(*core, running, response)) co_return;
  Held connection = core->takeIdle();
  bool reused = connection != nullptr;
  for (;;) {
    if (!connection) {
      Held fresh = co_await connectAny(*core, running, response);
      connection = std::move(fresh);
      if (!connection) co_return;
      failWith(response, ClientFailure::None, {});
    }
    Attempt attempt(*connection, running, request, response, core->limits);
    const Io first = sendFirst(*core, attempt);
    if (!attempt.left.empty()) co_await sendRest(attempt, first);
    Io io = expectAnswer(*core, attempt);
    while (waits(io) && !running.ended()) {
      co_await connection->until(io);
      if (!running.ended()) io = readAnswer(attempt);
    }
    endAttempt(*core, attempt, connection, io);
    const bool stale = reused && response.failure == ClientFailure::Broken && !attempt.answered;
    if (!stale || !mayRepeat(request, attempt.sent)) co_return;
    connection.reset();
    reused = false;
  }
}

class ClientOnAsio final : public Client {
 public:
  explicit ClientOnAsio(std::shared_ptr<ClientCore> core) : core_(std::move(core)) {}
  ~ClientOnAsio() override { core_->close(); }

  asio::awaitable<void> exchange(const ClientRequest& request, ClientResponse& response, Cancel& cancel) override {
    return runExchange(core_, request, response, cancel);
  }

 private:
  std::shared_ptr<ClientCore> core_;
};

}  // namespace

Result<std::unique_ptr<Client>> Client::create(IoThread& thread, Origin origin, TlsFiles tls, ClientLimits limits) {
  TlsContext context;
  if (origin.tls) {
    auto made = clientContext(tls);
    if (!made) return tl::make_unexpected(std::move(made.error()));
    context = std::move(*made);
  }
  return std::make_unique<ClientOnAsio>(std::make_shared<ClientCore>(thread, std::move(origin), std::move(context), limits));
}

}  // namespace certus::http
