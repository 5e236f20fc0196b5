#include "base/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace certus {
namespace {

constexpr std::size_t kFirstBytes = 16 * 1024;

tl::unexpected<Error> unreadable() {
  const ErrorCode code = errno == ENOENT ? ErrorCode::NotFound : ErrorCode::PermissionDenied;
  return fail(code, std::string("cannot be read: ") + std::strerror(errno));
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (number_ >= 0) ::close(number_);
}

Result<std::string> readAll(int file, std::size_t most) {
  std::string text;
  std::size_t size = 0;
  for (ssize_t got = 1; got != 0 && size <= most;) {
    if (size == text.size()) text.resize(std::min(most + 1, std::max(kFirstBytes, 2 * size)));
    got = ::read(file, text.data() + size, text.size() - size);
    if (got < 0 && errno != EINTR) return unreadable();
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  if (size > most) return fail(ErrorCode::ResourceExhausted, "is larger than " + std::to_string(most) + " bytes");
  text.resize(size);
  return text;
}

Result<std::string> readFile(const std::string& path, std::size_t most) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return unreadable();
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::InvalidArgument, "cannot be read: it is not a regular file");
  return readAll(file.get(), most);
}

bool writeAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(file, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

}  // namespace certus
