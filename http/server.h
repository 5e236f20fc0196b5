// An HTTP/1.1 server on Asio: one acceptor, connections dealt to io threads, own read loop over Beast's parser.
// Knows no MCP. A connection and everything about its requests stays on one thread.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "http/handshake_result.h"
#include "http/io_threads.h"
#include "http/message.h"
#include "http/server_tls.h"

namespace certus::http {

struct ServerLimits {
  std::size_t maxHeadBytes = 16 * 1024;
  std::size_t maxFields = 100;
  std::size_t maxBodyBytes = 4 * 1024 * 1024;
  std::size_t maxConnections = 16 * 1024;
  std::size_t maxHandshakes = 512;   // TLS, under way on one thread; one more ends the oldest
  Milliseconds headTimeout{10'000};  // from the first byte of a request to its last head byte; of a whole TLS handshake
  Milliseconds bodyTimeout{30'000};
  Milliseconds idleTimeout{300'000};  // between requests
  Milliseconds writeTimeout{30'000};
};

// A client's certificate that TLS verified against the listener's authorities.
struct PeerCertificate {
  std::string subject;                           // RFC 2253 text, "CN=ci,O=Example"
  std::vector<std::string> uris, names, emails;  // subject alternative names
  std::string sha256;                            // of the DER, lower-case hex
  WallTime notBefore{}, notAfter = WallTime::max();
};

// What a handler found out while it admitted a request's head: needed again when it handles the request, and perhaps for
// the connection's next one.
using Kept = std::shared_ptr<const void>;

// One request and the one answer to it. Borrowed by the handler until its awaitable completes.
// Exactly one of respond() or beginStream()..endStream() is to be used; neither throws.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const RequestHead& head() const = 0;
  virtual std::string_view body() const = 0;
  virtual IoThread& thread() = 0;
  virtual const Kept& kept() const = 0;  // what admit() left

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
  // `kept`: what this left for the connection's earlier request, at first nothing; dropped with the connection.
  virtual std::optional<Response> admit(const RequestHead& head, Kept& kept) = 0;

  // The JSON body of a refusal that the server itself makes: a request that is malformed, too large or too slow. `target` is
  // as far as it was understood, perhaps empty; `text` is plain ASCII.
  virtual std::string refusalBody(std::string_view target, int status, std::string_view text);

  virtual boost::asio::awaitable<void> handle(Exchange& exchange) = 0;
};

struct ServerCounters {  // a snapshot; read from any thread
  std::uint64_t connectionsOpen = 0, connectionsTotal = 0, requestsTotal = 0, badRequestsTotal = 0, refusedTotal = 0;
  std::array<std::uint64_t, kHandshakeResults> handshakes{};  // TLS, by HandshakeResult

  std::uint64_t ended(HandshakeResult result) const { return handshakes[static_cast<std::size_t>(result)]; }
};

class Server {
 public:
  // Binds and listens; does not accept yet. A port in use is ErrorCode::AlreadyExists and names the pid that holds it
  // where /proc tells. port 0 takes a free one. With `tls` it speaks https only: TLS 1.2 or newer, nothing resumed.
  static Result<std::unique_ptr<Server>> listen(IoThreads& threads, const std::string& address, std::uint16_t port,
                                                ServerLimits limits, std::shared_ptr<Handler> handler,
                                                std::optional<ServerTls> tls = std::nullopt);
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  virtual void start() = 0;
  // Stops accepting and closes idle connections; a request whose head was read is still answered, with
  // "Connection: close". `done` runs once, on any thread, when none is left. Streams end only when their handler ends them.
  virtual void drain(std::function<void()> done) = 0;
  // Reads the TLS files again, from any thread but better none that has connections. New connections get what they say; open
  // ones go on. After an error, which begins with the path of a file, everything is as before. Plain HTTP: nothing.
  virtual Result<void> reloadTls() = 0;
  virtual ServerCounters counters() const = 0;
};

}  // namespace certus::http
