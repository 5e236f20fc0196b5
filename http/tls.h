// Client TLS over OpenSSL on a plain descriptor: no streams, no buffers of Asio's. Internal to http/.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "http/client.h"
#include "http/handshake_result.h"

namespace certus::http {

struct FreeTls {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* tls) const { SSL_free(tls); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTls>;
using Tls = std::unique_ptr<SSL, FreeTls>;

// TLS 1.2 or newer, the peer's certificate verified against the CA file or the system's roots.
Result<TlsContext> clientContext(const TlsFiles& files);
Tls clientTls(SSL_CTX* context, const std::string& host, int descriptor);  // checks name or address `host`

struct TlsStep {
  enum class Kind : unsigned char { Done, WantRead, WantWrite, End, Failed };
  Kind kind = Kind::Failed;
  std::size_t bytes = 0;
};

TlsStep tlsHandshake(SSL* tls);
HandshakeResult handshakeFailure(const SSL* tls);  // of an accepting session, just after its Failed
TlsStep tlsRead(SSL* tls, char* to, std::size_t room);
TlsStep tlsWrite(SSL* tls, std::string_view bytes);
std::string tlsError(SSL* tls);  // of the last failure, for the log

}  // namespace certus::http
