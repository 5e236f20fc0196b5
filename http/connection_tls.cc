// How a connection of a TLS listener begins: the handshake under its deadline, or a word to who speaks plain HTTP here.
#include <sys/socket.h>

#include <array>
#include <string_view>

#include "http/connection.h"

namespace certus::http {
namespace asio = boost::asio;
namespace {

constexpr unsigned char kHandshakeRecord = 22;  // RFC 8446 section 5.1: the first byte of every TLS connection

constexpr std::array<std::string_view, kHandshakeResults> kLabels = {
    "ok", "timeout", "gone", "plain_http", "certificate", "alert", "protocol", "draining"};

}  // namespace

std::string_view labelOf(HandshakeResult result) { return kLabels[static_cast<std::size_t>(result)]; }

asio::awaitable<void> Connection::shakeHands() {
  TlsStep::Kind step = beginHandshake();
  while (step == TlsStep::Kind::WantRead || step == TlsStep::Kind::WantWrite) {
    if (step == TlsStep::Kind::WantWrite) {
      co_await untilWritable();
    } else {
      co_await untilReadable();
    }
    step = expired_ ? TlsStep::Kind::Failed : continueHandshake();
  }
  endHandshake(step);
}

// One more than the cap ends the oldest: who sends nothing must not keep out who does.
TlsStep::Kind Connection::beginHandshake() {
  if (share_.draining) return TlsStep::Kind::Failed;
  if (share_.handshaking >= core_->limits.maxHandshakes) share_.handshake.expireOldest();
  ++share_.handshaking;
  handshaking_ = true;
  share_.handshake.add(*this, share_.thread.now());
  return TlsStep::Kind::WantRead;
}

// No session is made before the first byte: who only connects costs a descriptor.
TlsStep::Kind Connection::continueHandshake() {
  if (!secure_) {
    unsigned char first = 0;
    const IoResult peeked = peekNow(fd(), &first);
    if (peeked.kind == IoResult::Kind::WouldBlock) return TlsStep::Kind::WantRead;
    if (peeked.kind != IoResult::Kind::Some) return TlsStep::Kind::End;
    if (first != kHandshakeRecord) {
      sayHttps();
      return TlsStep::Kind::Failed;
    }
    secure_ = SecureChannel::create(core_->tls->newSession(), fd());
    if (!secure_) return TlsStep::Kind::Failed;
  }
  return secure_->handshake();
}

HandshakeResult Connection::handshakeResult(TlsStep::Kind last) const {
  if (last == TlsStep::Kind::Done) return HandshakeResult::Ok;
  if (share_.draining) return HandshakeResult::Draining;
  if (expired_) return HandshakeResult::Timeout;
  if (secure_) return secure_->whyNoHandshake();
  return last == TlsStep::Kind::End ? HandshakeResult::Gone : HandshakeResult::PlainHttp;
}

// What came with the handshake's last bytes may be a request. A refusal is lingered over, so that the alert is read.
void Connection::endHandshake(TlsStep::Kind step) {
  disarm();
  if (handshaking_) --share_.handshaking;
  handshaking_ = false;
  share_.count(share_.handshakes[static_cast<std::size_t>(handshakeResult(step))]);
  if (step == TlsStep::Kind::Done) return leaveUnread();
  lose();
  lingering_ = !expired_ && !share_.draining;
}

void Connection::sayHttps() {
  AnswerHead head;
  head.status = 400;
  head.contentType = "application/json";
  head.date = share_.date;
  head.ending = Ending::Close;
  const std::string body = errorBody("this port speaks https; write https:// in the URL");
  head.contentLength = body.size();
  share_.scratch.clear();
  appendHead(share_.scratch, head);
  share_.scratch += body;
  const iovec whole{share_.scratch.data(), share_.scratch.size()};
  sendNow(fd(), std::span(&whole, 1));
}

// What is known to be there and cannot become readable again must not be slept over.
IoResult Connection::receiveSecure(char* to, std::size_t room) {
  const IoResult result = secure_->receive(to, room);
  if (result.bytes < room && secure_->holdsMore()) leaveUnread();
  return result;
}

}  // namespace certus::http
