#include "http/secure_channel.h"

#include <openssl/err.h>

#include <algorithm>

#include "http/peer_certificate.h"

namespace certus::http {
namespace {

constexpr std::size_t kRecord = 16 * 1024;  // the most that one TLS record carries

// Of one receive(). A peer may send records that carry no data as fast as we read them; this gives the thread back.
constexpr std::size_t kBudget = 256 * 1024;

// The next record's worth of `pieces` after `sent` bytes: always the same for the same bytes, however they are cut, because
// OpenSSL wants a record it could not send offered again as it was.
std::string_view nextRecord(std::span<const iovec> pieces, std::size_t sent, std::string& scratch) {
  std::size_t at = 0;
  while (at < pieces.size() && sent >= pieces[at].iov_len) sent -= pieces[at++].iov_len;
  if (at == pieces.size()) return {};
  const auto from = [&](std::size_t piece, std::size_t offset) {
    return std::string_view(static_cast<const char*>(pieces[piece].iov_base) + offset, pieces[piece].iov_len - offset);
  };
  const std::string_view first = from(at, sent);
  if (first.size() >= kRecord || at + 1 == pieces.size()) return first.substr(0, kRecord);
  scratch.assign(first);
  while (++at < pieces.size() && scratch.size() < kRecord) scratch += from(at, 0).substr(0, kRecord - scratch.size());
  return scratch;
}

}  // namespace

// OpenSSL's own socket BIO would raise SIGPIPE, and would not tell a short read.
struct SocketBio {
  static SecureChannel& channel(BIO* bio) { return *static_cast<SecureChannel*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* to, int room) {
    BIO_clear_retry_flags(bio);
    const IoResult result = channel(bio).take(to, static_cast<std::size_t>(room));
    if (result.kind == IoResult::Kind::Some) return static_cast<int>(result.bytes);
    if (result.kind == IoResult::Kind::WouldBlock) BIO_set_retry_read(bio);
    return result.kind == IoResult::Kind::End ? 0 : -1;
  }

  static int write(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    const iovec piece{const_cast<char*>(from), static_cast<std::size_t>(size)};
    const IoResult result = sendNow(channel(bio).fd_, std::span(&piece, 1));
    if (result.kind == IoResult::Kind::Some) return static_cast<int>(result.bytes);
    if (result.kind == IoResult::Kind::WouldBlock) BIO_set_retry_write(bio);
    return -1;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* make() {
    BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "connection");
    if (method == nullptr) return nullptr;
    BIO_meth_set_read(method, read);
    BIO_meth_set_write(method, write);
    BIO_meth_set_ctrl(method, control);
    return method;
  }

  static const BIO_METHOD* method() {  // immutable; OpenSSL keeps pointers to it
    static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> made(make(), &BIO_meth_free);
    return made.get();
  }
};

std::unique_ptr<SecureChannel> SecureChannel::create(Tls session, int descriptor) {
  BIO* const bio = session ? BIO_new(SocketBio::method()) : nullptr;
  if (bio == nullptr) return nullptr;
  std::unique_ptr<SecureChannel> out(new SecureChannel(descriptor));
  BIO_set_data(bio, out.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(session.get(), bio, bio);
  SSL_set_accept_state(session.get());
  out->session_ = std::move(session);
  return out;
}

IoResult SecureChannel::take(char* to, std::size_t room) {
  if (budget_ == 0) {
    holdsMore_ = true;
    return {IoResult::Kind::WouldBlock, 0};
  }
  const std::size_t asked = std::min(room, budget_);
  const IoResult result = receiveNow(fd_, to, asked);
  drained_ = result.bytes < asked;
  budget_ -= result.bytes;
  return result;
}

TlsStep::Kind SecureChannel::handshake() {
  budget_ = kBudget;
  const TlsStep::Kind kind = tlsHandshake(session_.get()).kind;
  if (kind == TlsStep::Kind::Done) certificate_ = peerCertificate(session_.get());
  if (kind == TlsStep::Kind::Failed || kind == TlsStep::Kind::End) {
    broken_ = true;
    failure_ = kind == TlsStep::Kind::End ? HandshakeResult::Gone : handshakeFailure(session_.get());
  }
  return kind;
}

IoResult SecureChannel::receive(char* to, std::size_t room) {
  if (broken_) return {IoResult::Kind::Failed, 0};
  budget_ = kBudget;
  holdsMore_ = false;
  std::size_t got = 0;
  TlsStep::Kind last = TlsStep::Kind::Done;
  while (got < room && last == TlsStep::Kind::Done && !(got > 0 && drained_ && SSL_has_pending(session_.get()) == 0)) {
    const TlsStep step = tlsRead(session_.get(), to + got, room - got);
    got += step.bytes;
    last = step.kind;
  }
  const bool over = last == TlsStep::Kind::End || last == TlsStep::Kind::Failed;
  if (over || got == room) holdsMore_ = true;
  if (got > 0) return {IoResult::Kind::Some, got};
  if (last == TlsStep::Kind::End) {
    sayGoodbye();
    return {IoResult::Kind::End, 0};
  }
  if (last == TlsStep::Kind::Failed) broken_ = true;
  return {broken_ ? IoResult::Kind::Failed : IoResult::Kind::WouldBlock, 0};
}

IoResult SecureChannel::send(std::span<const iovec> pieces, std::string& record) {
  std::size_t sent = 0;
  while (!broken_) {
    const std::string_view next = nextRecord(pieces, sent, record);
    if (next.empty()) return {IoResult::Kind::Some, sent};
    const TlsStep step = tlsWrite(session_.get(), next);
    sent += step.bytes;
    if (step.kind == TlsStep::Kind::WantWrite || step.kind == TlsStep::Kind::WantRead) return {IoResult::Kind::Some, sent};
    if (step.kind != TlsStep::Kind::Done) broken_ = true;
  }
  return {IoResult::Kind::Failed, 0};
}

void SecureChannel::sayGoodbye() {
  if (broken_ || SSL_is_init_finished(session_.get()) != 1) return;
  ERR_clear_error();
  SSL_shutdown(session_.get());
  ERR_clear_error();
}

}  // namespace certus::http
