// One connection to an origin, plain or TLS, as non-blocking steps. Internal to http/.
#pragma once

#include <memory>

#include "http/poller.h"
#include "http/socket_ops.h"
#include "http/tls.h"

namespace certus::http {

// What a step needs before it can be tried again, or what it came to.
enum class Io : unsigned char { Some, WantRead, WantWrite, End, Failed };

class ClientConnection : public Descriptor {
 public:
  explicit ClientConnection(IoThread& thread) : Descriptor(thread), thread_(thread) {}

  boost::asio::awaitable<void> until(Io wanted) { return wanted == Io::WantWrite ? untilWritable() : untilReadable(); }
  bool beginTls(SSL_CTX* context, const std::string& host);
  Io handshake();
  std::string tlsText() { return tlsError(tls_.get()); }
  bool secured() const { return tls_ != nullptr; }

  Io receive(char* to, std::size_t room, std::size_t& got);
  Io send(std::span<iovec>& pieces, std::size_t& sent);  // drops what it sent; Some means more may be sent at once
  bool stillUsable();                                    // before reuse: nothing has arrived that nobody asked for

  SteadyTime idleSince{};

 private:
  IoThread& thread_;
  Tls tls_;
};

}  // namespace certus::http
