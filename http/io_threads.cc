#include "http/io_threads.h"

#include <pthread.h>
#include <csignal>

#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/poller.h"

namespace certus::http {
namespace {

constexpr Milliseconds kTick{100};
thread_local IoThread* currentThread = nullptr;

struct TickEntry {
  std::function<void(SteadyTime)> run;
};

}  // namespace

struct IoThread::Ticker {
  explicit Ticker(IoThread& owner) : thread(owner), timer(owner.context_) {}

  void arm() {
    armed = true;
    timer.expires_after(kTick);
    timer.async_wait([this](const boost::system::error_code& error) {
      if (!error) fire();
    });
  }

  void fire() {
    thread.now_ = std::chrono::steady_clock::now();
    // By index and with the entry held: a callback may register another or drop its own.
    for (std::size_t i = 0; i < entries.size();) {
      if (const auto entry = entries[i].lock()) {
        entry->run(thread.now_);
        ++i;
      } else {
        entries[i] = std::move(entries.back());
        entries.pop_back();
      }
    }
    armed = false;
    if (!entries.empty()) arm();
  }

  IoThread& thread;
  boost::asio::steady_timer timer;
  std::vector<std::weak_ptr<TickEntry>> entries;
  bool armed = false;
};

IoThread::IoThread(unsigned index)
    : index_(index),
      buffers_(BufferPool::create()),
      context_(1),
      now_(std::chrono::steady_clock::now()),
      ticker_(std::make_unique<Ticker>(*this)),
      poller_(std::make_unique<Poller>(context_)) {}

// Explicitly: what the context destroys afterwards asks for the poller, and must find none.
IoThread::~IoThread() { poller_.reset(); }

IoThread::TickToken IoThread::onTick(std::function<void(SteadyTime)> run) {
  auto entry = std::make_shared<TickEntry>();
  entry->run = std::move(run);
  ticker_->entries.push_back(entry);
  if (!ticker_->armed) {
    now_ = std::chrono::steady_clock::now();
    ticker_->arm();
  }
  return entry;
}

IoThread* IoThread::current() { return currentThread; }

struct IoThreads::Running {
  std::vector<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guards;
  std::vector<std::thread> threads;
};

IoThreads::IoThreads(unsigned count) : running_(std::make_unique<Running>()) {
  for (unsigned i = 0; i < (count == 0 ? 1 : count); ++i) {
    threads_.push_back(std::make_unique<IoThread>(i));
    running_->guards.emplace_back(threads_.back()->context().get_executor());
  }
}

IoThreads::~IoThreads() {
  stop();
  join();
}

void IoThreads::start() {
  // Signals are for the thread that asked for them; blocked here, a write to a closed TLS peer is EPIPE, not a death.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (auto& thread : threads_) {
    running_->threads.emplace_back([io = thread.get()] {
      currentThread = io;
      io->context().run();
    });
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void IoThreads::stop() {
  for (auto& thread : threads_) thread->context().stop();
}

void IoThreads::join() {
  for (auto& thread : running_->threads) {
    if (thread.joinable()) thread.join();
  }
  running_->threads.clear();
}

}  // namespace certus::http
