// How a request waits for keys that are being fetched, on its own io thread and without blocking it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/clock.h"
#include "http/io_threads.h"

namespace certus::gateway {

// Read count() before you ask for a key and hand it to wait(): a fetch that reports in between is not missed. Any fetch ends
// the wait, also another issuer's, so ask again and wait again until the time is over.
class KeyArrival {
 public:
  explicit KeyArrival(http::IoThreads& threads);  // they outlive it, and what waits

  std::uint64_t count() const { return count_.load(std::memory_order_acquire); }  // of fetches that have reported

  // On `thread`: false where a thousand wait already; one more is to be refused, not kept.
  bool hasRoom(const http::IoThread& thread) const;

  // On `thread`. Over when a fetch has reported since `seen`, or at `until`.
  boost::asio::awaitable<void> wait(http::IoThread& thread, std::uint64_t seen, SteadyTime until);

  void reported();  // any thread: wakes whoever waits, on every io thread

 private:
  struct Waiting;  // of one io thread, touched there only
  http::IoThreads& threads_;
  std::atomic<std::uint64_t> count_{0};
  std::vector<std::shared_ptr<Waiting>> waiting_;
};

}  // namespace certus::gateway
