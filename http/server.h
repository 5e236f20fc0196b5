// An HTTP/1.1 server on Asio: one acceptor, connections dealt to io threads, own read loop over Beast's parser.
// Knows no MCP. A connection and everything about its requests stays on one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "http/io_threads.h"
#include "http/message.h"

namespace certus::http {

struct ServerLimits {
  std::size_t maxHeadBytes = 16 * 1024;
  std::size_t maxFields = 100;
  std::size_t maxBodyBytes = 4 * 1024 * 1024;
  std::size_t maxConnections = 16 * 1024;
  Milliseconds headTimeout{10'000};  // from the first byte of a request to its last head byte
  Milliseconds bodyTimeout{30'000};
  Milliseconds idleTimeout{300'000};  // between requests
  Milliseconds writeTimeout{30'000};
};

// One request and the one answer to it. Borrowed by the handler until its awaitable completes.
// Exactly one of respond() or beginStream()..endStream() is to be used; neither throws.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const RequestHead& head() const = 0;
  virtual std::string_view body() const = 0;
  virtual IoThread& thread() = 0;

  // One gathered write of a preformatted head and `body`; `extra` as in Response. Views are borrowed until it completes.
  virtual boost::asio::awaitable<void> respond(int status, std::string_view contentType, std::string_view extra,
                                               std::string_view body) = 0;

  // Chunked answer whose length is not known, e.g. text/event-stream. write() is false once the peer is gone.
  virtual boost::asio::awaitable<bool> beginStream(int status, std::string_view contentType, std::string_view extra) = 0;
  virtual boost::asio::awaitable<bool> write(std::string_view bytes) = 0;
  virtual boost::asio::awaitable<void> endStream() = 0;

  // `gone` runs at most once, on this thread, when the peer closes or resets while the answer is pending (found by the
  // thread's coarse tick, so within about 250 ms). Replaces the earlier one; empty clears. Never runs after the answer
  // ended.
  virtual void onDisconnect(std::function<void()> gone) = 0;
};

class Handler {
 public:
  virtual ~Handler() = default;

  // Synchronous, after the head and before the body is read. A value is the answer, and the body is then discarded
  // (connection closed if it is long). Runs for every request.
  virtual std::optional<Response> admit(const RequestHead& head) = 0;

  virtual boost::asio::awaitable<void> handle(Exchange& exchange) = 0;
};

struct ServerCounters {  // a snapshot; read from any thread
  std::uint64_t connectionsOpen = 0, connectionsTotal = 0, requestsTotal = 0, badRequestsTotal = 0, refusedTotal = 0;
};

class Server {
 public:
  // Binds and listens; does not accept yet. A port in use is ErrorCode::AlreadyExists and names the pid that holds it
  // where /proc tells. port 0 takes a free one.
  static Result<std::unique_ptr<Server>> listen(IoThreads& threads, const std::string& address, std::uint16_t port,
                                                ServerLimits limits, std::shared_ptr<Handler> handler);
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  virtual void start() = 0;
  // Stops accepting and closes idle connections; a request whose head was read is still answered, with
  // "Connection: close". `done` runs once, on any thread, when none is left. Streams end only when their handler ends them.
  virtual void drain(std::function<void()> done) = 0;
  virtual ServerCounters counters() const = 0;
};

}  // namespace certus::http
