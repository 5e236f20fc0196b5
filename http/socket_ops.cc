#include "http/socket_ops.h"

#include <sys/socket.h>

#include <cerrno>

namespace certus::http {
namespace {

IoResult fromErrno() {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {IoResult::Kind::WouldBlock, 0};
  return {IoResult::Kind::Failed, 0};
}

}  // namespace

IoResult receiveNow(int fd, char* to, std::size_t room) {
  const ssize_t got = ::recv(fd, to, room, MSG_DONTWAIT);
  if (got > 0) return {IoResult::Kind::Some, static_cast<std::size_t>(got)};
  if (got == 0) return {IoResult::Kind::End, 0};
  return fromErrno();
}

IoResult sendNow(int fd, std::span<const iovec> pieces) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  const ssize_t sent = ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0) return {IoResult::Kind::Some, static_cast<std::size_t>(sent)};
  return fromErrno();
}

std::span<iovec> advance(std::span<iovec> pieces, std::size_t sent) {
  while (!pieces.empty() && sent >= pieces.front().iov_len) {
    sent -= pieces.front().iov_len;
    pieces = pieces.subspan(1);
  }
  if (!pieces.empty()) {
    pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + sent;
    pieces.front().iov_len -= sent;
  }
  return pieces;
}

IoResult peekNow(int fd, unsigned char* first) {
  const ssize_t got = ::recv(fd, first, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got > 0) return {IoResult::Kind::Some, 1};
  if (got == 0) return {IoResult::Kind::End, 0};
  return fromErrno();
}

bool hasSomethingToRead(int fd) {
  unsigned char first;
  return peekNow(fd, &first).kind != IoResult::Kind::WouldBlock;
}

}  // namespace certus::http
