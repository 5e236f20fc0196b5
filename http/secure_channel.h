// TLS over one accepted socket, as the two non-blocking steps that a plain socket has (socket_ops.h). Waits for nothing; on
// the connection's thread. Internal to http/.
#pragma once

#include <openssl/bio.h>

#include <memory>
#include <string>

#include "http/server.h"
#include "http/socket_ops.h"
#include "http/tls.h"

namespace certus::http {

class SecureChannel {
 public:
  // Borrows the descriptor. Null when memory is out.
  static std::unique_ptr<SecureChannel> create(Tls session, int descriptor);

  TlsStep::Kind handshake();
  HandshakeResult whyNoHandshake() const { return failure_; }  // after Failed or End

  // As receiveNow(): fewer bytes than `room` means that the socket has no more, unless holdsMore().
  IoResult receive(char* to, std::size_t room);
  // As sendNow(). What was not taken has to be offered again unchanged before anything else. `record` is scratch.
  IoResult send(std::span<const iovec> pieces, std::string& record);
  // The next receive() finds more, or an end, though the socket may never be readable again.
  bool holdsMore() const { return holdsMore_; }

  void giveUp() { broken_ = true; }  // every later step fails
  void sayGoodbye();                 // close_notify, if the socket takes it: what was sent is whole

  const PeerCertificate* certificate() const { return certificate_.get(); }  // verified; null: none was shown

 private:
  friend struct SocketBio;
  explicit SecureChannel(int descriptor) : fd_(descriptor) {}
  IoResult take(char* to, std::size_t room);

  int fd_;
  bool drained_ = false;   // the last read of the socket got less than it asked for
  bool holdsMore_ = true;  // what came with the end of the handshake is read without a new event
  bool broken_ = false;
  HandshakeResult failure_ = HandshakeResult::Protocol;
  std::size_t budget_ = 0;  // of bytes that this step may still take off the socket
  Tls session_;
  std::unique_ptr<const PeerCertificate> certificate_;
};

}  // namespace certus::http
