#include "gateway/keys/key_arrival.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace certus::gateway {
namespace asio = boost::asio;

namespace {
constexpr std::size_t kMostWaiting = 1'000;  // each holds a connection
}

struct KeyArrival::Waiting {
  std::vector<asio::steady_timer*> timers;

  void wake() {
    for (asio::steady_timer* timer : timers) timer->cancel();
  }
};

namespace {

// One wait's place in its thread's list, for as long as its coroutine lives.
template <class List>
class Place {
 public:
  Place(std::shared_ptr<List> list, asio::io_context& context, SteadyTime until)
      : list_(std::move(list)), timer_(context, until) {
    list_->timers.push_back(&timer_);
  }
  ~Place() { std::erase(list_->timers, &timer_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  asio::awaitable<std::tuple<boost::system::error_code>> over() {
    return timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }

 private:
  std::shared_ptr<List> list_;
  asio::steady_timer timer_;
};

}  // namespace

KeyArrival::KeyArrival(http::IoThreads& threads) : threads_(threads) {
  for (std::size_t i = 0; i < threads.size(); ++i) waiting_.push_back(std::make_shared<Waiting>());
}

bool KeyArrival::hasRoom(const http::IoThread& thread) const {
  return waiting_[thread.index()]->timers.size() < kMostWaiting;
}

asio::awaitable<void> KeyArrival::wait(http::IoThread& thread, std::uint64_t seen, SteadyTime until) {
  const auto& list = waiting_[thread.index()];
  // Counting comes before waking, and waking is posted to this thread: between here and the wait nothing is missed.
  if (count() != seen) co_return;
  Place<Waiting> place(list, thread.context(), until);
  co_await place.over();
}

void KeyArrival::reported() {
  count_.fetch_add(1, std::memory_order_acq_rel);
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    asio::post(threads_.at(i).context(), [list = waiting_[i]] { list->wake(); });
  }
}

}  // namespace certus::gateway
