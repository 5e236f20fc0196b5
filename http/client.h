// An HTTP/1.1 client: one pool of keep-alive connections per io thread and origin, own read loop over Beast's parser.
// Knows no MCP and no services; never follows redirects.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "http/buffer_pool.h"
#include "http/io_threads.h"
#include "http/message.h"

namespace certus::http {

struct TlsFiles {
  std::string caFile;           // empty: the system's roots
  std::string certificateFile;  // with keyFile: a client certificate (PEM chain)
  std::string keyFile;
};

struct Origin {
  bool tls = false;
  std::string host;
  std::uint16_t port = 80;
  std::string basePath;  // "" or "/prefix", no trailing slash
};

// "http://host:port/base", "https://[::1]:8443". User info, query and fragment are refused.
Result<Origin> parseOrigin(std::string_view url);

struct ClientLimits {
  std::size_t maxIdlePerThread = 64;
  std::size_t maxResponseBytes = 8 * 1024 * 1024;
  std::size_t maxHeadBytes = 32 * 1024;
  Milliseconds connectTimeout{2'000};
  Milliseconds idleTimeout{60'000};
};

enum class ClientFailure : std::uint8_t { None, Refused, Timeout, Broken, TooLarge, Tls, Cancelled };

struct ClientRequest {  // borrowed views
  Method method = Method::Get;
  std::string_view target;  // origin-form, after the origin's basePath
  std::string_view extra;   // preformatted "Name: value\r\n" lines; Host, Content-Length, Connection are ours
  std::string_view contentType;
  std::string_view body;
  bool idempotent = false;  // may be sent again on a fresh connection if a reused one broke before the first byte of an answer
  SteadyTime deadline{};
};

struct ClientResponse {
  ClientFailure failure = ClientFailure::None;
  int status = 0;
  std::string_view contentType;  // as sent; it and `body` point into `keeps`, so they live until this object dies or is reused
  std::uint32_t retryAfterSeconds = 0;
  std::string_view body;
  std::string detail;  // for the log
  BufferLease keeps;   // move-only; release on the thread of the exchange
};

// Ends an exchange early from the same thread; harmless when it has ended.
class Cancel {
 public:
  void operator()();
  bool requested() const { return requested_; }

 private:
  friend class ClientImpl;
  friend class Client;
  bool requested_ = false;
  void* operation_ = nullptr;  // owned by the exchange while it runs
  void (*stop_)(void*) = nullptr;
};

// One origin on one io thread.
class Client {
 public:
  static Result<std::unique_ptr<Client>> create(IoThread& thread, Origin origin, TlsFiles tls, ClientLimits limits);
  virtual ~Client() = default;
  // Never throws. Completes by `request.deadline` at the latest (coarse: within one tick after it).
  virtual boost::asio::awaitable<void> exchange(const ClientRequest& request, ClientResponse& response, Cancel& cancel) = 0;
};

}  // namespace certus::http
