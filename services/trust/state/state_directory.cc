#include "services/trust/state/state_directory.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxSmallFile = 64 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool good() const { return number_ >= 0; }

 private:
  int number_;
};

tl::unexpected<Error> osFailure(std::string_view doing, const std::string& path) {
  const int number = errno;
  const auto code = number == EACCES || number == EPERM || number == EROFS ? ErrorCode::PermissionDenied
                    : number == ENOENT                                     ? ErrorCode::NotFound
                    : number == ENOSPC || number == EDQUOT                 ? ErrorCode::ResourceExhausted
                                                                           : ErrorCode::Internal;
  const std::string reason = std::strerror(number);
  return fail(code, "The Trust service's state directory failed: " + reason + ".",
              std::string(doing) + " " + path + ": " + reason);
}

bool writeAll(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<void> makeFolders(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return osFailure("making the folder", part);
    if (slash == std::string::npos) return {};
  }
}

Result<void> checkSecrecy(const Descriptor& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return osFailure("reading", path);
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

bool fileExists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<std::string> readSmallFile(const std::string& path, Secrecy secrecy) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.good()) return osFailure("opening", path);
  if (secrecy == Secrecy::Secret) {
    auto checked = checkSecrecy(file, path);
    if (!checked) return tl::make_unexpected(checked.error());
  }
  std::string content(kMaxSmallFile, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = ::read(file.number(), content.data() + size, content.size() - size);
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
    const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.good()) return osFailure("writing", fresh);
    if (!writeAll(file.number(), content) || ::fdatasync(file.number()) != 0) return osFailure("writing", fresh);
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return osFailure("renaming", fresh);
  return {};
}

Result<void> createEmptyFile(const std::string& path) {
  ::unlink(path.c_str());
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.good()) return osFailure("creating", path);
  return {};
}

Result<void> syncFile(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.good() || ::fsync(file.number()) != 0) return osFailure("syncing", path);
  return {};
}

Result<void> syncFolderOf(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/'));
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.good() || ::fsync(file.number()) != 0) return osFailure("syncing the folder", folder);
  return {};
}

Result<FileLock> FileLock::take(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return osFailure("opening the lock", path);
  FileLock lock(descriptor);
  while (::flock(descriptor, LOCK_EX) != 0) {
    if (errno != EINTR) return osFailure("taking the lock", path);
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace certus::trust_service
