// Non-blocking reads and writes on a socket's descriptor. No buffers of its own, no waiting (poller.h).
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>

namespace certus::http {

struct IoResult {
  enum class Kind : unsigned char { Some, WouldBlock, End, Failed };
  Kind kind = Kind::Failed;
  std::size_t bytes = 0;
};

IoResult receiveNow(int fd, char* to, std::size_t room);
IoResult sendNow(int fd, std::span<const iovec> pieces);
// Drops `sent` bytes from the front of `pieces`; what is left.
std::span<iovec> advance(std::span<iovec> pieces, std::size_t sent);

IoResult peekNow(int fd, unsigned char* first);  // the first byte that is there, left unread
bool hasSomethingToRead(int fd);                 // bytes, an end or an error: an idle connection with any is of no use

}  // namespace certus::http
