#include "http/connection.h"

#include <sys/socket.h>

#include <cstring>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace certus::http {
namespace asio = boost::asio;
namespace {

constexpr std::size_t kDiscardedBody = 64 * 1024;       // read and dropped to keep a connection whose request was refused
constexpr std::size_t kLingerBytes = 16 * 1024 * 1024;  // read and dropped so that a refusal reaches its reader

}  // namespace

Connection::Connection(std::shared_ptr<ServerCore> core, Share& share)
    : Descriptor(share.thread), core_(std::move(core)), share_(share) {
  share_.connectionOpened();
}

Connection::~Connection() {
  if (open_) share_.giveBack(std::move(open_));
  share_.connectionClosed();
  core_->leave();
}

void Connection::start(std::unique_ptr<Connection> connection, int descriptor) {
  auto& context = connection->share_.thread.context();
  if (!connection->open(descriptor)) return;
  connection->nameThePeer();
  asio::co_spawn(context, serve(std::move(connection)), asio::detached);
}

void Connection::nameThePeer() {
  asio::ip::tcp::endpoint peer;
  auto size = static_cast<socklen_t>(peer.capacity());
  if (::getpeername(fd(), peer.data(), &size) != 0) return;
  peer.resize(size);
  auto address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  peer_ = address.to_string();
  loopback_ = address.is_loopback();
}

asio::awaitable<void> Connection::serve(std::unique_ptr<Connection> self) {
  if (self->core_->tls) co_await self->shakeHands();
  while (self->alive_) {
    self->rest();
    if (!self->share_.draining) co_await self->untilReadable();
    if (self->wakeUp()) co_await self->serveRequests();
  }
  if (self->secure_ && !self->lost_) self->secure_->sayGoodbye();
  if (self->lingering_) co_await self->lingerThenClose();
}

void Connection::rest() {
  expired_ = false;
  share_.idle.add(*this, share_.thread.now());
}

void Connection::disarm() {
  Timed::unlink();
  waiting_ = Waiting::No;
}

// An idle connection that ends, by timeout or drain, is still served if a request has already arrived.
bool Connection::wakeUp() {
  disarm();
  const bool ending = expired_ || share_.draining;
  if (ending && !hasSomethingToRead(fd()) && !(secure_ && secure_->holdsMore())) alive_ = false;
  return alive_;
}

asio::awaitable<void> Connection::serveRequests() {
  open_ = share_.takeOpenRequest();
  do {
    open_->parser.emplace(core_->parserLimits, *open_->buffer, open_->fields);
    expired_ = false;
    answer_ = Answer::None;
    Step step = open_->buffer->size == 0 ? receive() : parse();
    while (step == Step::Wait) {
      co_await untilReadable();
      step = expired_ ? refuse(408, "the request did not arrive in time") : receive();
    }
    disarm();
    if (step == Step::Handle) {
      try {
        co_await core_->handler->handle(*this);
      } catch (...) {
        alive_ = false;
      }
      if (answer_ != Answer::Ended) co_await answerForTheHandler();
    }
    if (step == Step::Refuse) co_await refuseRequest();
    if (step == Step::Close) lose();
    if (step == Step::Rest) break;
  } while (alive_ && prepareNext());
  share_.giveBack(std::move(open_));
}

Connection::Step Connection::receive() {
  Buffer& buffer = *open_->buffer;
  for (;;) {
    if (buffer.room() == 0) open_->parser->makeRoom();
    const std::size_t room = buffer.room();
    const IoResult result = receiveSome(buffer.free(), room);
    if (result.kind == IoResult::Kind::WouldBlock) return wait();
    if (result.kind != IoResult::Kind::Some) return Step::Close;
    buffer.size += result.bytes;
    const Step step = parse();
    if (result.bytes < room) return step;
    if (step == Step::Wait) continue;
    leaveUnread();
    return step;
  }
}

Connection::Step Connection::parse() {
  for (;;) {
    switch (open_->parser->parse()) {
      case RequestParser::State::NeedMore: return wait();
      case RequestParser::State::Done: return Step::Handle;
      case RequestParser::State::Bad: return refuse(open_->parser->errorStatus(), open_->parser->errorText());
      case RequestParser::State::Head: break;
    }
    if (acceptHead() == Step::Refuse) return Step::Refuse;
  }
}

Connection::Step Connection::wait() {
  if (open_->buffer->size == 0) return Step::Rest;  // a false alarm
  // Armed once for the whole head and once for the whole body: a trickle of bytes does not buy time.
  const Waiting needed = open_->parser->headDone() ? Waiting::ForBody : Waiting::ForHead;
  if (waiting_ != needed) (needed == Waiting::ForBody ? share_.body : share_.head).add(*this, share_.thread.now());
  waiting_ = needed;
  return Step::Wait;
}

Connection::Step Connection::acceptHead() {
  RequestHead& head = open_->parser->head();
  head.peerAddress = peer_;
  head.peerIsLoopback = loopback_;
  if (secure_) head.certificate = secure_->certificate();
  share_.count(share_.requests);
  open_->refusal = core_->handler->admit(head, kept_);
  if (open_->refusal) return Step::Refuse;
  if (open_->parser->expectsContinue() && open_->parser->consumed() == open_->buffer->size && !open_->parser->done())
    sendContinue();
  return Step::Handle;
}

void Connection::sendContinue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  iovec piece{const_cast<char*>(kContinue.data()), kContinue.size()};
  const IoResult sent = sendSome(std::span(&piece, 1));  // small; a peer that cannot take it does not wait for it either
  if (secure_ && sent.bytes < piece.iov_len) secure_->giveUp();  // but a record cannot be left half sent
}

Connection::Step Connection::refuse(int status, std::string_view text) {
  share_.count(share_.badRequests);
  open_->refusal.emplace();
  open_->refusal->status = status;
  open_->refusal->body = core_->handler->refusalBody(open_->parser->head().target, status, text);
  alive_ = false;
  return Step::Refuse;
}

asio::awaitable<void> Connection::answerForTheHandler() {
  if (answer_ == Answer::Streaming) lose();  // cut short: the reader must not take it for whole
  if (lost_) co_return;
  const std::string body = errorBody("the request was not answered; this is a defect of the server");
  const std::string_view noMore;
  co_await respond(500, "application/json", noMore, body);
}

// The refusal goes out before the body is read; a short rest of it is then dropped to keep the connection.
asio::awaitable<void> Connection::refuseRequest() {
  const RequestParser& parser = *open_->parser;
  const auto left = parser.headDone() && parser.errorStatus() == 0 ? parser.bodyBytesToCome() : std::nullopt;
  if (!left || *left > kDiscardedBody || (*left > 0 && parser.expectsContinue())) alive_ = false;
  const Response& answer = *open_->refusal;
  co_await respond(answer.status, answer.contentType, answer.extra, answer.body);
  if (alive_) co_await discardBody();
}

asio::awaitable<void> Connection::discardBody() {
  open_->refusal.reset();
  Step step = parse();
  while (step == Step::Wait) {
    co_await untilReadable();
    step = expired_ ? Step::Close : receive();
  }
  disarm();
  if (step != Step::Handle) lose();
}

// Moves what the client has already sent of its next request to the front.
bool Connection::prepareNext() {
  Buffer& buffer = *open_->buffer;
  const std::size_t used = open_->parser->consumed();
  buffer.size -= used;
  std::memmove(buffer.bytes.get(), buffer.bytes.get() + used, buffer.size);
  open_->refusal.reset();
  return buffer.size != 0;
}

asio::awaitable<void> Connection::lingerThenClose() {
  const BufferLease sink = share_.thread.buffers().lease();
  ::shutdown(fd(), SHUT_WR);
  expired_ = false;
  share_.linger.add(*this, share_.thread.now());
  for (std::size_t dropped = 0; dropped < kLingerBytes && !expired_;) {
    const IoResult result = receiveNow(fd(), sink->bytes.get(), sink->capacity);
    if (result.kind == IoResult::Kind::WouldBlock) {
      co_await untilReadable();
    } else if (result.kind != IoResult::Kind::Some) {
      break;
    }
    dropped += result.bytes;
  }
}

void Connection::lose() {
  lost_ = true;
  alive_ = false;
  lingering_ = false;
}

void Connection::onDeadline() {
  expired_ = true;
  interrupt();
}

void Connection::onHangUp() {
  if (open_ && open_->gone) share_.leaving.pushBack(*this);
}

void Connection::peerGone() {
  ListHook<LeavingTag>::unlink();
  lose();
  const std::function<void()> gone = std::move(open_->gone);
  open_->gone = nullptr;
  if (gone) gone();
}

}  // namespace certus::http
