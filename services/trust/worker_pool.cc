#include "services/trust/worker_pool.h"

#include <csignal>
#include <system_error>

namespace certus::trust_service {

std::thread threadWithoutSignals(std::function<void()> work) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread;
  try {
    thread = std::thread(std::move(work));
  } catch (const std::system_error&) {  // the caller sees that there is none
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

bool WorkerLane::post(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (finishing_) return false;
  if (jobs_.size() + 1 > idle_ && threads_.size() < maxThreads_) {
    if (std::thread thread = threadWithoutSignals([this] { work(); }); thread.joinable())
      threads_.push_back(std::move(thread));
  }
  if (threads_.empty()) return false;
  jobs_.push_back(std::move(job));
  if (idle_ > 0) changed_.notify_one();
  return true;
}

void WorkerLane::finish() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
    threads.swap(threads_);
    changed_.notify_all();
  }
  for (auto& thread : threads) thread.join();
}

void WorkerLane::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return finishing_ || !jobs_.empty(); });
    --idle_;
    if (jobs_.empty()) return;
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace certus::trust_service
