// What a disk is told, in order: every write, sync, rename and removal below one folder, by SQLite (a VFS over the system's
// own) and by the service's own file calls (the linker's --wrap), from any thread. A test can refuse an act as it happens,
// or ask afterwards what a power cut after any of them could have left (disk_replay.h).
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <sqlite3.h>

namespace certus::trust_service {

struct DiskAct {
  enum class Kind : std::uint8_t { Create, Write, Truncate, Sync, SyncFolder, Rename, Remove, Mark };
  Kind kind = Kind::Mark;
  std::string path;        // Rename: from
  std::string data;        // Write: the bytes; Rename: to
  std::int64_t place = 0;  // Write: offset; Truncate: size; Mark: the test's number
};

const char* toString(DiskAct::Kind kind);

class DiskDiary {
 public:
  // Watches what lies below `root` until it dies. One at a time; databases opened before it, or kept open after it, are not
  // allowed.
  explicit DiskDiary(std::string root);
  ~DiskDiary();
  DiskDiary(const DiskDiary&) = delete;
  DiskDiary& operator=(const DiskDiary&) = delete;

  // A moment of the test's own: from here on something is promised.
  void mark(std::int64_t number);
  std::vector<DiskAct> acts() const;          // so far
  void keepNothing() { recording_ = false; }  // who refuses is still asked

  // From now on asked before each act, under the diary's lock: SQLITE_OK, or the code with which it fails, and errno why. A
  // refused write of SQLite's has written its first half.
  void refuseWith(std::function<int(const DiskAct&)> refuse);
  static thread_local int refusedWith;  // errno of this thread's last refusal

  // For the VFS and the wrapped calls: asks, does, writes down, as one step. Returns SQLite's code.
  int perform(DiskAct act, const std::function<int()>& does);
  bool watches(const std::string& path) const { return path.starts_with(root_ + "/"); }
  static DiskDiary* current() { return current_; }
  sqlite3_vfs* system() const { return system_; }

 private:
  static std::atomic<DiskDiary*> current_;
  const std::string root_;
  sqlite3_vfs* system_;
  sqlite3_vfs own_{};
  mutable std::mutex mutex_;
  std::function<int(const DiskAct&)> refuse_;
  bool recording_ = true;
  std::vector<DiskAct> acts_;
};

sqlite3_vfs diaryVfs(DiskDiary& diary);  // over diary.system()

}  // namespace certus::trust_service
