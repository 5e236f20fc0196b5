#include "http/poller.h"

#include <unistd.h>

#include <utility>

#include <boost/asio/post.hpp>

#include "http/io_threads.h"

namespace certus::http {
namespace asio = boost::asio;

Poller::Poller(asio::io_context& context) : set_(context, ::epoll_create1(EPOLL_CLOEXEC)) { arm(); }

Poller::~Poller() {
  while (!parked_.empty()) {
    Descriptor& descriptor = parked_.front();
    descriptor.unlink();
    const Descriptor::Parked dying = std::move(*descriptor.parked_);  // its coroutine owns the descriptor
    descriptor.parked_.reset();
  }
}

void Poller::arm() {
  set_.async_wait(asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    dispatch();
    arm();
  });
}

// One batch, then whatever else the thread has to do: arming again reports what is left. All that is known is noted before
// anybody runs, so that a connection that has just been closed is not taken for a quiet one.
void Poller::dispatch() {
  const int got = ::epoll_wait(set_.native_handle(), events_.data(), kBatch, 0);
  count_ = got > 0 ? got : 0;
  for (int i = 0; i < count_; ++i) at(i)->note(events_[static_cast<std::size_t>(i)].events);
  for (next_ = 0; next_ < count_;) {
    if (Descriptor* descriptor = at(next_++)) descriptor->resume();
  }
  count_ = next_ = 0;
}

Descriptor* Poller::at(int index) const {
  return static_cast<Descriptor*>(events_[static_cast<std::size_t>(index)].data.ptr);
}

bool Poller::add(Descriptor& descriptor) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &descriptor;
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, descriptor.fd(), &event) == 0;
}

// The kernel forgets a closed socket by itself; the batch at hand may still name it.
void Poller::forget(const Descriptor& descriptor) {
  for (int i = next_; i < count_; ++i) {
    epoll_event& event = events_[static_cast<std::size_t>(i)];
    if (event.data.ptr == &descriptor) event.data.ptr = nullptr;
  }
}

struct Descriptor::Park {
  Descriptor* descriptor;
  std::uint32_t wanted;
  void operator()(Parked&& handler) const { descriptor->park(std::move(handler), wanted); }
};

Descriptor::~Descriptor() {
  if (fd_ < 0) return;
  if (Poller* poller = thread_.poller()) poller->forget(*this);
  ::close(fd_);
}

bool Descriptor::open(int fd) {
  fd_ = fd;
  return thread_.poller() != nullptr && thread_.poller()->add(*this);
}

asio::awaitable<void> Descriptor::until(std::uint32_t wanted) {
  return asio::async_initiate<const asio::use_awaitable_t<>&, void()>(Park{this, wanted}, asio::use_awaitable);
}

void Descriptor::park(Parked&& handler, std::uint32_t wanted) {
  if (satisfied(wanted)) {
    ready_ &= ~(wanted & (EPOLLIN | EPOLLOUT));
    asio::post(thread_.context(), std::move(handler));
    return;
  }
  wanted_ = wanted;
  parked_.emplace(std::move(handler));
  if (Poller* poller = thread_.poller()) poller->parked_.pushBack(*this);
}

void Descriptor::interrupt() {
  if (!parked_) return;
  unlink();
  Parked handler = std::move(*parked_);
  parked_.reset();
  asio::post(thread_.context(), std::move(handler));
}

void Descriptor::note(std::uint32_t events) {
  ready_ |= events;
  if ((events & kEnded) != 0) onHangUp();
}

void Descriptor::resume() {
  if (!parked_ || !satisfied(wanted_)) return;
  ready_ &= ~(wanted_ & (EPOLLIN | EPOLLOUT));
  unlink();
  Parked handler = std::move(*parked_);
  parked_.reset();
  handler();  // may destroy this
}

}  // namespace certus::http
