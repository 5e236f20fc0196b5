#include "services/trust/state/state_directory.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/files.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxSmallFile = 64 * 1024;
constexpr std::chrono::microseconds kShortestPause{200}, kLongestPause{5000};  // between two attempts to lock
constexpr std::uint64_t kNeededBytes = 1024 * 1024;  // what a batch of signatures may take
constexpr const char* kFull = "The disk that holds the Trust service's state directory is full. Free space, then try again.";

tl::unexpected<Error> osFailure(std::string_view doing, const std::string& path) {
  const int number = errno;
  const auto code = number == EACCES || number == EPERM || number == EROFS ? ErrorCode::PermissionDenied
                    : number == ENOENT                                     ? ErrorCode::NotFound
                    : number == ENOSPC || number == EDQUOT                 ? ErrorCode::ResourceExhausted
                    : number == EIO                                        ? ErrorCode::Unavailable
                                                                           : ErrorCode::Internal;
  const std::string reason = std::strerror(number);
  if (code == ErrorCode::ResourceExhausted) return fail(code, kFull, std::string(doing) + " " + path + ": " + reason);
  return fail(code, "The Trust service's state directory failed: " + reason + ". Its disk or its permissions need a look.",
              std::string(doing) + " " + path + ": " + reason);
}

// A new folder's name is on the disk before anything in it is relied on.
Result<void> makeFolders(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0700) == 0) {
      auto synced = syncFolderOf(part);
      if (!synced) return synced;
    } else if (errno != EEXIST) {
      return osFailure("making the folder", part);
    }
    if (slash == std::string::npos) return {};
  }
}

Result<void> checkSecrecy(const FileDescriptor& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return osFailure("reading", path);
  if ((status.st_mode & 077) != 0) {
    return fail(ErrorCode::PermissionDenied,
                "A secret in the Trust service's state directory can be read by others. Run: chmod 600 " + path);
  }
  if (status.st_uid != ::geteuid()) {
    return fail(ErrorCode::PermissionDenied,
                "A secret in the Trust service's state directory belongs to another user: " + path);
  }
  return {};
}

}  // namespace

Result<StateDirectory> StateDirectory::open(std::string path) {
  std::error_code ignored;
  const auto absolute = std::filesystem::absolute(path, ignored).lexically_normal();
  path = absolute.string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path.empty()) return fail(ErrorCode::InvalidArgument, "The state directory's name is empty.");
  auto made = makeFolders(path);
  if (!made) return tl::make_unexpected(made.error());
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return osFailure("reading the folder", path);
  if (!S_ISDIR(status.st_mode)) return fail(ErrorCode::InvalidArgument, "The state directory is not a directory: " + path);
  return StateDirectory(std::move(path));
}

Result<void> StateDirectory::hasRoom() const {
  struct statvfs status {};
  if (::statvfs(path_.c_str(), &status) != 0) return osFailure("reading the folder", path_);
  if (status.f_bavail * status.f_frsize >= kNeededBytes) return {};
  return fail(ErrorCode::ResourceExhausted, kFull, path_);
}

bool fileExists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<std::string> readSmallFile(const std::string& path, Secrecy secrecy) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return osFailure("opening", path);
  if (secrecy == Secrecy::Secret) {
    auto checked = checkSecrecy(file, path);
    if (!checked) return tl::make_unexpected(checked.error());
  }
  std::string content(kMaxSmallFile, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return osFailure("reading", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  content.resize(size);
  content.shrink_to_fit();
  return content;
}

Result<void> replaceFile(const std::string& path, std::string_view content) {
  const std::string fresh = path + ".new";
  {
    const FileDescriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) return osFailure("writing", fresh);
    if (!writeAll(file.get(), content) || ::fdatasync(file.get()) != 0) return osFailure("writing", fresh);
  }
  return moveFile(fresh, path);
}

Result<void> overwriteFile(const std::string& path, std::string_view content) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return osFailure("writing", path);
  if (static_cast<std::size_t>(status.st_size) != content.size())
    return replaceFile(path, content).and_then([&] { return syncFolderOf(path); });
  if (!writeAll(file.get(), content)) return osFailure("writing", path);
  return {};
}

Result<void> moveFile(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return osFailure("renaming", from);
  return {};
}

Result<void> createEmptyFile(const std::string& path) {
  ::unlink(path.c_str());
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0) return osFailure("creating", path);
  return {};
}

Result<void> syncFile(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (file.get() < 0 || ::fdatasync(file.get()) != 0) return osFailure("syncing", path);
  return {};
}

Result<void> syncFolderOf(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == 0 ? "/" : path.substr(0, slash);
  const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.get() < 0 || ::fsync(file.get()) != 0) return osFailure("syncing the folder", folder);
  return {};
}

Result<FileLock> FileLock::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return osFailure("opening the lock", path);
  return FileLock(descriptor);
}

Result<bool> FileLock::tryToLock(int how, const std::string& path) const {
  while (::flock(descriptor_, how | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return osFailure("taking the lock", path);
  }
  return true;
}

// Asks again and again: the system's own waiting has no end.
Result<FileLock> FileLock::wait(const std::string& path, int how, Milliseconds patience) {
  auto lock = open(path);
  if (!lock) return lock;
  const auto began = std::chrono::steady_clock::now();
  for (auto pause = kShortestPause;; pause = std::min(2 * pause, kLongestPause)) {
    auto taken = lock->tryToLock(how, path);
    if (!taken) return tl::make_unexpected(taken.error());
    if (*taken) return lock;
    if (std::chrono::steady_clock::now() - began >= patience) break;
    std::this_thread::sleep_for(pause);
  }
  return fail(ErrorCode::Unavailable,
              "Another process holds the lock " + path +
                  " and does not let it go. Find it with: fuser -v " + path +
                  ". Continue it if it is stopped (kill -CONT), or end it, then try again.");
}

Result<FileLock> FileLock::take(const std::string& path, Milliseconds patience) { return wait(path, LOCK_EX, patience); }

Result<FileLock> FileLock::share(const std::string& path) { return wait(path, LOCK_SH, kPatience); }

Result<std::optional<FileLock>> FileLock::tryTake(const std::string& path) {
  auto lock = open(path);
  if (!lock) return tl::make_unexpected(lock.error());
  auto taken = lock->tryToLock(LOCK_EX, path);
  if (!taken) return tl::make_unexpected(taken.error());
  return *taken ? std::optional(std::move(*lock)) : std::nullopt;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace certus::trust_service
