#include "gateway/reload/watcher.h"

#include <csignal>

namespace certus::reload {

Watcher::Watcher(std::function<WatchList()> files, std::function<void(std::string)> changed, Pace pace)
    : files_(std::move(files)), changed_(std::move(changed)), pace_(pace), thread_([this] { run(); }) {}

Watcher::~Watcher() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ending_.notify_all();
  thread_.join();
}

void Watcher::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  ChangeDetector detector(pace_.quiet);
  std::unique_lock lock(mutex_);
  while (!end_) {
    lock.unlock();
    const WatchList files = files_();
    const std::string trace = traceOf(files);
    if (auto digest = detector.look(std::chrono::steady_clock::now(), trace, [&] { return digestOf(files); }))
      changed_(std::move(*digest));
    lock.lock();
    ending_.wait_for(lock, pace_.look, [this] { return end_; });
  }
}

}  // namespace certus::reload
