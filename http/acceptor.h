// Takes connections off the listening socket and deals each to the io thread with the fewest. Internal to http/.
#pragma once

#include <memory>
#include <mutex>

#include <boost/asio/ip/tcp.hpp>

#include "http/server_core.h"
#include "http/socket_ops.h"

namespace certus::http {

class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(IoThread& thread, std::shared_ptr<ServerCore> core);

  int bind(const boost::asio::ip::tcp::endpoint& endpoint);  // 0 or errno
  std::uint16_t port() const;
  void start();               // from any thread
  void drain();               // from any thread: takes what has already connected, then closes
  void closeFromAnyThread();  // frees the port at once

 private:
  using Listener = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

  void wait();
  void acceptAll();
  void deal(int descriptor);
  void pause();
  void close();

  IoThread& thread_;
  std::shared_ptr<ServerCore> core_;
  Listener listener_;
  std::mutex closing_;          // between close() and closeFromAnyThread()
  IoThread::TickToken resume_;  // while the process is out of descriptors
};

}  // namespace certus::http
