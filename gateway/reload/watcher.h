// Looks at files every half second, on a thread of its own, and says when a changed set is complete. Decides nothing else.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/reload/change_detector.h"
#include "gateway/reload/file_set.h"

namespace certus::reload {

class Watcher {
 public:
  struct Pace {
    Milliseconds look{500}, quiet{2'000};
  };
  // Both run on the watcher's thread: `files` says before each look what is to be watched, `changed` is told the digest of
  // a set that is complete, the first one included.
  Watcher(std::function<WatchList()> files, std::function<void(std::string)> changed, Pace pace);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

 private:
  void run();

  std::function<WatchList()> files_;
  std::function<void(std::string)> changed_;
  Pace pace_;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool end_ = false;
  std::thread thread_;
};

}  // namespace certus::reload
