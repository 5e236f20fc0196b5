// The event streams open on one io thread: keeps them alive with comments, finds one by its number, ends all on drain, and
// those whose credential counts no more.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "base/clock.h"
#include "gateway/call/principal.h"
#include "http/io_threads.h"

namespace certus::gateway {

class SseStream;

// The thread is in the number's upper half; 0 is no stream.
constexpr unsigned threadOfStream(std::uint64_t ref) { return static_cast<unsigned>(ref >> 48); }

class OpenStreams : public std::enable_shared_from_this<OpenStreams> {
 public:
  struct Limits {
    Milliseconds keepAlive;
    std::size_t maxQueuedBytes;
  };
  // Whether what opened a stream still counts: asked within a tick of a new generation, and every two seconds because
  // credentials also expire.
  struct Judge {
    std::function<std::uint64_t()> generation;
    std::function<bool(const Principal&)> stillValid;
  };
  OpenStreams(http::IoThread& thread, Limits limits, Judge judge)
      : thread_(thread), limits_(limits), judge_(std::move(judge)) {}

  http::IoThread& thread() { return thread_; }
  const Limits& limits() const { return limits_; }
  SseStream* find(std::uint64_t ref) const;
  std::size_t size() const { return streams_.size(); }
  std::size_t open() const { return open_.load(std::memory_order_relaxed); }  // the same, from any thread
  void drain();                                                               // from now on also for streams that open later
  bool draining() const { return draining_; }

  std::uint32_t listens = 0;  // of the streams, how many are subscriptions/listen

 private:
  friend class SseStream;
  std::uint64_t add(SseStream& stream);
  void remove(std::uint64_t ref);
  void tick(SteadyTime now);
  void endInvalid(SteadyTime now);

  http::IoThread& thread_;
  Limits limits_;
  Judge judge_;
  std::uint64_t judgedGeneration_ = 0;
  SteadyTime judgedAt_{};
  std::unordered_map<std::uint64_t, SseStream*> streams_;
  http::IoThread::TickToken ticking_;  // only while a stream is open
  std::atomic<std::size_t> open_{0};
  std::uint64_t last_ = 0;
  bool draining_ = false;
};

}  // namespace certus::gateway
