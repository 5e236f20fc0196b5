// Non-blocking reads and writes on a descriptor, and waiting for readiness. No buffers of its own, no timeouts.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace certus::http {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

struct IoResult {
  enum class Kind : unsigned char { Some, WouldBlock, End, Failed };
  Kind kind = Kind::Failed;
  std::size_t bytes = 0;
};

IoResult receiveNow(int fd, char* to, std::size_t room);
IoResult sendNow(int fd, std::span<const iovec> pieces);
// Drops `sent` bytes from the front of `pieces`; what is left.
std::span<iovec> advance(std::span<iovec> pieces, std::size_t sent);

bool peerHasClosed(int fd);      // closed or reset, whatever may still be unread
bool hasSomethingToRead(int fd); // bytes, an end or an error: an idle client connection with any is of no use

// An aborted wait (cancel, close) completes like a ready one: the reader finds out by reading.
boost::asio::awaitable<void> waitReadable(Socket& socket);
boost::asio::awaitable<void> waitWritable(Socket& socket);

}  // namespace certus::http
