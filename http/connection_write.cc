// How a connection answers: whole answers in one gathered write, streams in chunks.
#include <sys/socket.h>

#include <charconv>

#include "http/connection.h"

namespace certus::http {
namespace asio = boost::asio;
namespace {

iovec piece(std::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

bool hasNoBody(int status) { return status == 204 || status == 304 || status / 100 == 1; }

}  // namespace

Ending Connection::ending() const {
  if (!alive_) return Ending::Close;
  return open_->parser->isHttp10() ? Ending::KeepAliveHttp10 : Ending::KeepAlive;
}

// Decides whether another request may follow, and builds the head in the thread's scratch.
void Connection::writeHead(int status, std::string_view contentType, std::string_view extra,
                           std::optional<std::size_t> length) {
  const RequestParser& parser = *open_->parser;
  alive_ = alive_ && !share_.draining && parser.headDone() && parser.keepsAlive();
  AnswerHead head;
  head.status = status;
  head.contentType = contentType;
  head.extra = extra;
  head.date = share_.date;
  head.contentLength = length;
  if (!length && !hasNoBody(status)) {
    head.chunked = !parser.isHttp10();
    alive_ = alive_ && head.chunked;
  }
  head.ending = ending();
  share_.scratch.clear();
  appendHead(share_.scratch, head);
}

asio::awaitable<void> Connection::respond(int status, std::string_view contentType, std::string_view extra,
                                          std::string_view body) {
  if (answer_ != Answer::None || lost_) co_return;
  const bool bare = hasNoBody(status);
  writeHead(status, bare ? std::string_view{} : contentType, extra, bare ? std::nullopt : std::optional(body.size()));
  if (bare || head().method == Method::Head) body = {};
  const std::string_view head = share_.scratch;
  iovec pieces[2] = {piece(head), piece(body)};
  const IoResult first = sendSome(pieces);
  if (first.kind == IoResult::Kind::Failed) lose();
  if (!lost_ && first.bytes < head.size() + body.size()) {
    // The scratch belongs to the thread: what is left of the head must not stay in it over a wait.
    open_->unsent.assign(head.substr(std::min(first.bytes, head.size())));
    const std::string_view rest = open_->unsent;
    pieces[0] = piece(rest);
    pieces[1] = piece(body.substr(first.bytes - std::min(first.bytes, head.size())));
    co_await sendAll(pieces);
  }
  endAnswer();
}

asio::awaitable<bool> Connection::beginStream(int status, std::string_view contentType, std::string_view extra) {
  if (answer_ != Answer::None || lost_) co_return false;
  answer_ = Answer::Streaming;
  writeHead(status, contentType, extra, std::nullopt);
  open_->unsent.assign(share_.scratch);
  const std::string_view head = open_->unsent;
  iovec pieces[1] = {piece(head)};
  const bool sent = co_await sendAll(pieces);
  co_return sent;
}

asio::awaitable<bool> Connection::write(std::string_view bytes) {
  if (answer_ != Answer::Streaming || lost_) co_return false;
  if (bytes.empty() || head().method == Method::Head) co_return true;
  char size[20];
  char* end = std::to_chars(size, size + sizeof size - 2, bytes.size(), 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  iovec pieces[3] = {piece({size, static_cast<std::size_t>(end - size)}), piece(bytes), piece("\r\n")};
  std::span<iovec> whole(pieces);
  if (open_->parser->isHttp10()) whole = whole.subspan(1, 1);
  const bool sent = co_await sendAll(whole);
  co_return sent;
}

asio::awaitable<void> Connection::endStream() {
  if (answer_ != Answer::Streaming) co_return;
  if (!lost_ && !open_->parser->isHttp10() && head().method != Method::Head) {
    iovec pieces[1] = {piece("0\r\n\r\n")};
    co_await sendAll(pieces);
  }
  endAnswer();
}

asio::awaitable<bool> Connection::sendAll(std::span<iovec> left) {
  while (!lost_) {
    const IoResult result = sendSome(left);
    if (result.kind == IoResult::Kind::Failed) break;
    left = advance(left, result.bytes);
    if (left.empty()) co_return true;
    expired_ = false;
    share_.write.add(*this, share_.thread.now());
    co_await untilWritable();
    Timed::unlink();
    if (expired_) discardUnsent();
  }
  lose();
  co_return false;
}

// A reader that stopped reading would keep what we wrote in the kernel for minutes after our close.
void Connection::discardUnsent() {
  const linger atOnce{1, 0};
  ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
  lose();
}

void Connection::endAnswer() {
  answer_ = Answer::Ended;
  ListHook<LeavingTag>::unlink();
  open_->gone = nullptr;
  const RequestParser& parser = *open_->parser;
  lingering_ = !lost_ && !alive_ && (!parser.done() || open_->buffer->size > parser.consumed());
}

void Connection::onDisconnect(std::function<void()> gone) {
  if (answer_ == Answer::Ended || lost_) return;
  open_->gone = std::move(gone);
  open_->watchedSince = share_.tick;
  if (!open_->gone) ListHook<LeavingTag>::unlink();
  if (hungUp()) onHangUp();
}

}  // namespace certus::http
