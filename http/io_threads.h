// The io threads: one io_context each, one coarse tick each, index known. Everything per-thread hangs off IoThread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/clock.h"
#include "http/buffer_pool.h"

namespace certus::http {

class Poller;

class IoThread {
 public:
  explicit IoThread(unsigned index);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  unsigned index() const { return index_; }
  boost::asio::io_context& context() { return context_; }
  BufferPool& buffers() { return *buffers_; }
  Poller* poller() { return poller_.get(); }  // null once this object is going

  // Of the last tick: good to about 100 ms, costs nothing. Stands still while nobody is registered (an open connection is).
  SteadyTime now() const { return now_; }

  // `run` is called at each tick (about every 100 ms) on this thread until the returned token dies (on this thread).
  // While nobody is registered there is no timer and no wake-up.
  using TickToken = std::shared_ptr<void>;
  TickToken onTick(std::function<void(SteadyTime)> run);

  static IoThread* current();  // the io thread that runs us, or nullptr

 private:
  friend class IoThreads;
  struct Ticker;
  unsigned index_;
  BufferPool::Owner buffers_;  // outlives the handlers that die with the context
  boost::asio::io_context context_;
  SteadyTime now_;
  std::unique_ptr<Ticker> ticker_;  // these two hold objects of the context, so they die first
  std::unique_ptr<Poller> poller_;
};

class IoThreads {
 public:
  explicit IoThreads(unsigned count);
  ~IoThreads();  // stops and joins
  std::size_t size() const { return threads_.size(); }
  IoThread& at(std::size_t index) { return *threads_[index]; }
  void start();
  void stop();  // from any thread but an io thread; pending handlers are destroyed unrun, with this object
  void join();

 private:
  std::vector<std::unique_ptr<IoThread>> threads_;
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace certus::http
