#include "observability/log.h"

#include <cerrno>

#include <signal.h>
#include <unistd.h>

namespace certus::observability {
namespace {

constexpr std::size_t kKeptBytes = 256 * 1024;  // what a burst grew beyond this is given back

void writeAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody reads the log any more; the service goes on
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Log::Log(Level least, int descriptor, Milliseconds delay) : least_(least), descriptor_(descriptor), delay_(delay) {}

Log::~Log() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wakeUp_.notify_all();
  if (flusher_.joinable()) flusher_.join();
  drain();
}

Log::Shard& Log::shardOfThisThread() {
  static std::atomic<unsigned> next{0};
  thread_local const unsigned mine = next.fetch_add(1, std::memory_order_relaxed);
  return shards_[mine % shards_.size()];
}

bool Log::begin(Shard& shard, Level level, std::string_view event) {
  if (shard.text.size() > kMostBufferedBytes) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  appendLogHead(shard.text, std::chrono::system_clock::now(), level, event);
  return true;
}

void Log::wake(bool urgent) {
  if (!urgent && dirty_.load(std::memory_order_relaxed)) return;
  if (dirty_.exchange(true) && !urgent) return;
  const std::lock_guard lock(mutex_);
  urgent_ = urgent_ || urgent;
  if (!flusher_.joinable() && !stop_) {
    sigset_t all, before;  // signals are for the main thread
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    flusher_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  wakeUp_.notify_all();
}

void Log::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    wakeUp_.wait(lock, [&] { return stop_ || dirty_.load(); });
    wakeUp_.wait_for(lock, delay_, [&] { return stop_ || urgent_; });
    urgent_ = false;
    dirty_.store(false);  // before draining: a line written meanwhile wakes us again
    lock.unlock();
    drain();
    lock.lock();
  }
}

void Log::drain() {
  const std::lock_guard drainLock(drainMutex_);
  for (Shard& shard : shards_) {
    {
      const std::lock_guard lock(shard.mutex);
      if (shard.text.empty()) continue;
      written_.swap(shard.text);
    }
    writeAll(descriptor_, written_);
    written_.clear();
    if (written_.capacity() > kKeptBytes) written_ = {};
  }
}

void Log::flush() { drain(); }

}  // namespace certus::observability
