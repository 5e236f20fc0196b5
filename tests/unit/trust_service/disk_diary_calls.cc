// The service's own file calls on their way to the diary: the linker sends them here (--wrap in CMakeLists.txt).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdarg>
#include <map>

#include "disk_diary.h"

using certus::trust_service::DiskAct;
using certus::trust_service::DiskDiary;
using Kind = DiskAct::Kind;

namespace {

std::mutex openMutex;
std::map<int, std::string> openFiles;  // descriptor -> path

std::string pathOf(int descriptor) {
  const std::lock_guard lock(openMutex);
  const auto found = openFiles.find(descriptor);
  return found == openFiles.end() ? std::string() : found->second;
}

// Through the diary when `path` is watched. `call` answers as the system does, below zero for a failure.
template <class Call>
int through(DiskAct act, Call call) {
  DiskDiary* diary = DiskDiary::current();
  const std::string& place = act.kind == Kind::SyncFolder ? act.path + "/" : act.path;
  if (!diary || !diary->watches(place)) return call();
  int result = -1;
  bool reached = false;
  (void)diary->perform(std::move(act), [&] {
    reached = true;
    result = call();
    return result < 0 ? SQLITE_IOERR : SQLITE_OK;
  });
  if (!reached) errno = DiskDiary::refusedWith;
  return result;
}

int sync(int descriptor, int (*real)(int)) {
  const std::string path = pathOf(descriptor);
  struct stat status {};
  const bool folder = ::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
  return through({folder ? Kind::SyncFolder : Kind::Sync, path, {}, 0}, [&] { return real(descriptor); });
}

}  // namespace

extern "C" {
int __real_open(const char* path, int flags, ...);
int __real_close(int descriptor);
ssize_t __real_write(int descriptor, const void* from, size_t size);
int __real_fsync(int descriptor);
int __real_fdatasync(int descriptor);
int __real_rename(const char* from, const char* to);
int __real_unlink(const char* path);
int __real_remove(const char* path);

int __wrap_open(const char* path, int flags, ...);
int __wrap_close(int descriptor);
ssize_t __wrap_write(int descriptor, const void* from, size_t size);
int __wrap_fsync(int descriptor);
int __wrap_fdatasync(int descriptor);
int __wrap_rename(const char* from, const char* to);
int __wrap_unlink(const char* path);
int __wrap_remove(const char* path);

int __wrap_open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  const bool makes = (flags & O_CREAT) && access(path, F_OK) != 0;
  const auto opens = [&] { return __real_open(path, flags, mode); };
  int descriptor = -1;
  if (makes) {
    descriptor = through({Kind::Create, path, {}, 0}, opens);
  } else if (flags & O_TRUNC) {
    descriptor = through({Kind::Truncate, path, {}, 0}, opens);
  } else {
    descriptor = opens();
  }
  if (descriptor >= 0) {
    const std::lock_guard lock(openMutex);
    openFiles[descriptor] = path;
  }
  return descriptor;
}

int __wrap_close(int descriptor) {
  {
    const std::lock_guard lock(openMutex);
    openFiles.erase(descriptor);
  }
  return __real_close(descriptor);
}

// From the file's start: small files are written in one piece.
ssize_t __wrap_write(int descriptor, const void* from, size_t size) {
  const std::string path = pathOf(descriptor);
  if (path.empty()) return __real_write(descriptor, from, size);
  const off_t at = ::lseek(descriptor, 0, SEEK_CUR);
  return through({Kind::Write, path, std::string(static_cast<const char*>(from), size), at},
                 [&] { return static_cast<int>(__real_write(descriptor, from, size)); });
}

int __wrap_fsync(int descriptor) { return sync(descriptor, __real_fsync); }
int __wrap_fdatasync(int descriptor) { return sync(descriptor, __real_fdatasync); }
int __wrap_rename(const char* from, const char* to) {
  return through({Kind::Rename, from, to, 0}, [&] { return __real_rename(from, to); });
}
int __wrap_unlink(const char* path) {
  if (access(path, F_OK) != 0) return __real_unlink(path);
  return through({Kind::Remove, path, {}, 0}, [&] { return __real_unlink(path); });
}
int __wrap_remove(const char* path) {
  if (access(path, F_OK) != 0) return __real_remove(path);
  return through({Kind::Remove, path, {}, 0}, [&] { return __real_remove(path); });
}
}
