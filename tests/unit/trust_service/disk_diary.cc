#include "disk_diary.h"

#include <cerrno>

namespace certus::trust_service {

std::atomic<DiskDiary*> DiskDiary::current_{nullptr};
thread_local int DiskDiary::refusedWith = 0;

const char* toString(DiskAct::Kind kind) {
  switch (kind) {
    case DiskAct::Kind::Create: return "create";
    case DiskAct::Kind::Write: return "write";
    case DiskAct::Kind::Truncate: return "truncate";
    case DiskAct::Kind::Sync: return "sync";
    case DiskAct::Kind::SyncFolder: return "sync folder";
    case DiskAct::Kind::Rename: return "rename";
    case DiskAct::Kind::Remove: return "remove";
    case DiskAct::Kind::Mark: return "mark";
  }
  return "?";
}

DiskDiary::DiskDiary(std::string root) : root_(std::move(root)), system_(sqlite3_vfs_find(nullptr)) {
  own_ = diaryVfs(*this);
  sqlite3_vfs_register(&own_, 1);
  current_ = this;
}

DiskDiary::~DiskDiary() {
  current_ = nullptr;
  sqlite3_vfs_unregister(&own_);
  sqlite3_vfs_register(system_, 1);
}

void DiskDiary::mark(std::int64_t number) {
  (void)perform({DiskAct::Kind::Mark, {}, {}, number}, [] { return SQLITE_OK; });
}

std::vector<DiskAct> DiskDiary::acts() const {
  const std::lock_guard lock(mutex_);
  return acts_;
}

void DiskDiary::refuseWith(std::function<int(const DiskAct&)> refuse) {
  const std::lock_guard lock(mutex_);
  refuse_ = std::move(refuse);
}

int DiskDiary::perform(DiskAct act, const std::function<int()>& does) {
  const std::lock_guard lock(mutex_);
  if (refuse_ && act.kind != DiskAct::Kind::Mark) {
    if (const int code = refuse_(act); code != SQLITE_OK) {
      refusedWith = errno;
      return code;
    }
  }
  const int code = does();
  if (code == SQLITE_OK && recording_) acts_.push_back(std::move(act));
  return code;
}

}  // namespace certus::trust_service
