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
  bool idempotent = false;  // may be sent again on a fresh connection if a reused one broke before the first byte of an
                            // answer; GET, HEAD and OPTIONS always may
  SteadyTime deadline{};    // required: a past one is a Timeout at once
};

struct ClientResponse {
  ClientFailure failure = ClientFailure::None;
  int status = 0;
  // As sent; it and `body` point into `keeps`, so they live until this object dies or is reused.
  std::string_view contentType;
  std::uint32_t retryAfterSeconds = 0;
  std::string_view body;
  std::string detail;  // for the log
  BufferLease keeps;   // move-only; release on the thread of the exchange
};

// Ends an exchange early, from the exchange's own thread; harmless before, after and twice.
class Cancel {
 public:
  void operator()() {
    requested_ = true;
    if (stop_ != nullptr) stop_(operation_);
  }
  bool requested() const { return requested_; }

 private:
  friend class RunningExchange;
  bool requested_ = false;
  void* operation_ = nullptr;  // set while an exchange runs
  void (*stop_)(void*) = nullptr;
};

// One origin on one io thread, used on that thread only. Exchanges under way outlive it.
class Client {
 public:
  // Fails for unreadable TLS files only: nothing is contacted.
  static Result<std::unique_ptr<Client>> create(IoThread& thread, Origin origin, TlsFiles tls, ClientLimits limits);
  virtual ~Client() = default;
  // Never throws. Completes by `request.deadline` at the latest (coarse: within one tick after it).
  virtual boost::asio::awaitable<void> exchange(const ClientRequest& request, ClientResponse& response, Cancel& cancel) = 0;
};

}  // namespace certus::http
