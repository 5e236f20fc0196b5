#include "http/client_connection.h"

#include "http/io_threads.h"

namespace certus::http {
namespace {

Io fromTls(TlsStep::Kind kind) {
  switch (kind) {
    case TlsStep::Kind::Done: return Io::Some;
    case TlsStep::Kind::WantRead: return Io::WantRead;
    case TlsStep::Kind::WantWrite: return Io::WantWrite;
    case TlsStep::Kind::End: return Io::End;
    case TlsStep::Kind::Failed: break;
  }
  return Io::Failed;
}

Io fromSocket(IoResult::Kind kind, Io wanted) {
  switch (kind) {
    case IoResult::Kind::Some: return Io::Some;
    case IoResult::Kind::WouldBlock: return wanted;
    case IoResult::Kind::End: return Io::End;
    case IoResult::Kind::Failed: break;
  }
  return Io::Failed;
}

}  // namespace

bool ClientConnection::beginTls(SSL_CTX* context, const std::string& host) {
  tls_ = clientTls(context, host, fd());
  return tls_ != nullptr;
}

Io ClientConnection::handshake() { return fromTls(tlsHandshake(tls_.get()).kind); }

Io ClientConnection::receive(char* to, std::size_t room, std::size_t& got) {
  if (tls_) {
    const TlsStep step = tlsRead(tls_.get(), to, room);
    got = step.bytes;
    return fromTls(step.kind);
  }
  const IoResult result = receiveNow(fd(), to, room);
  got = result.bytes;
  return fromSocket(result.kind, Io::WantRead);
}

Io ClientConnection::send(std::span<iovec>& pieces, std::size_t& sent) {
  std::size_t bytes = 0;
  Io io = Io::Failed;
  if (tls_) {
    const iovec& first = pieces.front();
    const TlsStep step = tlsWrite(tls_.get(), {static_cast<const char*>(first.iov_base), first.iov_len});
    bytes = step.bytes;
    io = fromTls(step.kind);
  } else {
    const IoResult result = sendNow(fd(), pieces);
    bytes = result.bytes;
    io = fromSocket(result.kind, Io::WantWrite);
  }
  sent += bytes;
  pieces = advance(pieces, bytes);
  if (io == Io::Some && !tls_ && !pieces.empty()) return Io::WantWrite;  // the kernel took part of it: it is full
  return io;
}

bool ClientConnection::stillUsable() {
  const Poller* poller = thread_.poller();
  if (quiet() && poller != nullptr && poller->dispatching()) return true;  // the kernel was asked a moment ago
  if (!hasSomethingToRead(fd())) return true;
  if (!tls_) return false;
  char byte;  // a session ticket or key update may have arrived; data or an end may not
  return tlsRead(tls_.get(), &byte, 1).kind == TlsStep::Kind::WantRead;
}

}  // namespace certus::http
