// The process's log: lines are put into a buffer of the writing thread and written to a file descriptor by one thread of
// the log's own, so that a slow terminal or pipe never stops a call. Errors go out at once, as does a full buffer; the rest
// within 100 ms.
#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "observability/log_line.h"

namespace certus::observability {

class Log {
 public:
  static constexpr std::size_t kWriteAtBytes = 64 * 1024;             // per thread: written at once when that much waits
  static constexpr std::size_t kMostBufferedBytes = 4 * 1024 * 1024;  // per thread: further lines are dropped and counted

  // `delay`: how long a line may wait for company.
  explicit Log(Level least, int descriptor = 2, Milliseconds delay = Milliseconds{100});
  ~Log();  // writes what is left
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool wants(Level level) const { return level <= least_; }

  // `fields`: void(LogFields&). From any thread. Never arguments, bodies or secrets.
  template <class Fields>
    requires std::invocable<Fields&, LogFields&>
  void write(Level level, std::string_view event, Fields&& fields) {
    if (!wants(level)) return;
    Shard& shard = shardOfThisThread();
    bool urgent = level == Level::Error;
    {
      const std::lock_guard lock(shard.mutex);
      const std::size_t before = shard.text.size();
      if (!begin(shard, level, event)) return;
      LogFields line(shard.text);
      fields(line);
      shard.text += '\n';
      urgent = urgent || (before < kWriteAtBytes && shard.text.size() >= kWriteAtBytes);
    }
    wake(urgent);
  }
  void write(Level level, std::string_view event, std::string_view message) {
    write(level, event, [&](LogFields& line) { line.text("message", message); });
  }

  void flush();  // returns when everything written so far is out
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  struct alignas(64) Shard {
    std::mutex mutex;  // practically uncontended: the thread itself and the flusher
    std::string text;
  };
  Shard& shardOfThisThread();
  bool begin(Shard& shard, Level level, std::string_view event);
  void wake(bool urgent);
  void run();
  void drain();

  const Level least_;
  const int descriptor_;
  const Milliseconds delay_;
  std::array<Shard, 16> shards_;
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<bool> dirty_{false};
  std::mutex drainMutex_;  // one writer of the descriptor at a time
  std::string written_;    // an empty buffer, given to the next thread in exchange for its full one
  std::mutex mutex_;       // guards the four below
  std::condition_variable wakeUp_;
  bool urgent_ = false, stop_ = false;
  std::thread flusher_;  // started by the first line
};

}  // namespace certus::observability
