// Threads for work that waits for the disk, in lanes: a lane's jobs wait for each other, never for another lane's. Threads
// start with the first job that needs them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace certus::trust_service {

// Signals are for the thread that asked for them.
// Not joinable when the system gives no more threads.
std::thread threadWithoutSignals(std::function<void()> work);

class WorkerLane {
 public:
  explicit WorkerLane(std::size_t maxThreads) : maxThreads_(maxThreads) {}
  ~WorkerLane() { finish(); }

  // From any thread. False, and the job is not taken, once finish() began or when the system gives no thread at all.
  bool post(std::function<void()> job);
  void finish();  // runs what is queued, then joins

 private:
  void work();

  const std::size_t maxThreads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool finishing_ = false;
};

}  // namespace certus::trust_service
