// The watcher's thread against real files; when a change counts is change_detector_test's.
#include <filesystem>
#include <future>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

#include "gateway/reload/watcher.h"
#include "tests/unit/reload/temp_folder.h"

namespace certus::reload {
namespace {

class Digests {
 public:
  void add(const std::string& digest) {
    const std::lock_guard lock(mutex_);
    seen_.insert(digest);
    came_.notify_all();
  }
  bool waitFor(const std::string& digest) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(60), [&] { return seen_.contains(digest); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::multiset<std::string> seen_;
};

TEST(Watcher, TellsTheDigestOfEachSetThatIsComplete) {
  const test::TempFolder folder;
  folder.write("a.yaml", "1");
  const WatchList list{{}, {folder.path()}};
  Digests digests;
  const Watcher watcher([&] { return list; }, [&](const std::string& digest) { digests.add(digest); },
                        {Milliseconds{5}, Milliseconds{20}});
  EXPECT_TRUE(digests.waitFor(digestOf(list)));
  folder.write("a.yaml", "2");
  EXPECT_TRUE(digests.waitFor(digestOf(list)));
  std::filesystem::remove_all(folder.path());
  EXPECT_TRUE(digests.waitFor(digestOf(list)));
}

TEST(Watcher, EndsAtOnceHoweverRarelyItLooks) {
  std::promise<void> looked;
  {
    const Watcher watcher(
        [&, told = false]() mutable {
          if (!std::exchange(told, true)) looked.set_value();
          return WatchList{};
        },
        [](const std::string&) {}, {std::chrono::hours(24), Milliseconds{0}});
    looked.get_future().wait();
  }
}

}  // namespace
}  // namespace certus::reload
