// Readiness of sockets for coroutines: one edge-triggered epoll set a thread, nested in its io_context. Saves what a wait
// costs on Asio's sockets: a system call, an operation and two locks. Knows no deadlines and no HTTP.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <optional>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/intrusive_list.h"

namespace certus::http {

class Descriptor;
class IoThread;
struct ParkedTag;

class Poller {
 public:
  explicit Poller(boost::asio::io_context& context);
  ~Poller();  // destroys the coroutines that wait, and what they own
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // True while this thread works through one epoll_wait: what is known of every descriptor is then fresh.
  bool dispatching() const { return next_ < count_; }

 private:
  friend class Descriptor;
  void arm();
  void dispatch();
  bool add(Descriptor& descriptor);
  void forget(const Descriptor& descriptor);
  Descriptor* at(int index) const;

  static constexpr int kBatch = 64;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> set_;
  IntrusiveList<Descriptor, ParkedTag> parked_;
  std::array<epoll_event, kBatch> events_;
  int count_ = 0, next_ = 0;  // of events_, while dispatching
};

// An owned non-blocking socket and at most one coroutine that waits for it. On its thread only.
//
// A reader reads until the kernel has no more (EAGAIN or a short read) and only then waits; an event that came meanwhile is
// remembered, so the wait is over at once. A wait may also end for nothing (interrupt): who waited tries again and sees.
class Descriptor : public ListHook<ParkedTag> {
 public:
  explicit Descriptor(IoThread& thread) : thread_(thread) {}
  virtual ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool open(int fd);  // takes it, whatever the result
  int fd() const { return fd_; }

  boost::asio::awaitable<void> untilReadable() { return until(EPOLLIN | EPOLLRDHUP); }
  boost::asio::awaitable<void> untilWritable() { return until(EPOLLOUT); }
  void interrupt();                          // ends the wait under way, soon
  void leaveUnread() { ready_ |= EPOLLIN; }  // a reader stops before the kernel has no more: the next wait is over at once

  bool quiet() const { return (ready_ & (EPOLLIN | kEnded)) == 0; }  // nothing has arrived that is not read yet
  bool hungUp() const { return (ready_ & kEnded) != 0; }             // the peer has closed, half or whole

 protected:
  virtual void onHangUp() {}  // during the dispatch: note it, do nothing else

 private:
  friend class Poller;
  using Parked = boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;
  struct Park;
  static constexpr std::uint32_t kEnded = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

  boost::asio::awaitable<void> until(std::uint32_t wanted);
  void park(Parked&& handler, std::uint32_t wanted);
  bool satisfied(std::uint32_t wanted) const { return (ready_ & (wanted | EPOLLHUP | EPOLLERR)) != 0; }
  void note(std::uint32_t events);
  void resume();

  IoThread& thread_;
  std::optional<Parked> parked_;
  std::uint32_t ready_ = 0, wanted_ = 0;
  int fd_ = -1;
};

}  // namespace certus::http
