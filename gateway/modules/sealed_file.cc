#include "gateway/modules/sealed_file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/encoding.h"
#include "base/files.h"

namespace certus::gateway {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

// Bytes copied, or the errno as a negative number; -EFBIG beyond the cap.
std::int64_t copyHashing(int from, int to, EVP_MD_CTX* digest) {
  std::array<char, 64 * 1024> buffer;
  std::int64_t total = 0;
  for (;;) {
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -errno;
    if (got == 0) return total;
    total += got;
    if (total > static_cast<std::int64_t>(SealedFile::kMaxBytes)) return -EFBIG;
    if (EVP_DigestUpdate(digest, buffer.data(), static_cast<std::size_t>(got)) != 1) return -EIO;
    if (!writeAll(to, {buffer.data(), static_cast<std::size_t>(got)})) return -errno;
  }
}

Result<int> openRegular(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    const int error = errno;
    return fail(error == ENOENT ? ErrorCode::NotFound : ErrorCode::PermissionDenied,
                "the module's file cannot be opened (" + reason(error) + "): " + path);
  }
  struct ::stat status {};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file);
    return fail(ErrorCode::InvalidArgument, "the module's path is not a regular file: " + path);
  }
  return file;
}

}  // namespace

Result<SealedFile> SealedFile::copy(const std::string& path) {
  const auto opened = openRegular(path);
  if (!opened) return tl::make_unexpected(opened.error());
  const FileDescriptor source(*opened);
  FileDescriptor target(::memfd_create("certus-module", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (target.get() < 0) return fail(ErrorCode::Internal, "no memory file for the module (memfd_create: " + reason(errno) + ")");
  const Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!digest || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1) return fail(ErrorCode::Internal, "SHA-256 is not available");
  const std::int64_t size = copyHashing(source.get(), target.get(), digest.get());
  if (size == -EFBIG) return fail(ErrorCode::ResourceExhausted, "the module's file is larger than 256 MiB: " + path);
  if (size <= 0) {
    return fail(ErrorCode::InvalidArgument, (size == 0 ? "the module's file is empty: " : "the module's file cannot be read (" +
                                             reason(static_cast<int>(-size)) + "): ") + path);
  }
  if (::fcntl(target.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
    return fail(ErrorCode::Internal, "the module's copy cannot be sealed (" + reason(errno) + ")");
  }
  void* mapped = ::mmap(nullptr, static_cast<std::size_t>(size), PROT_READ, MAP_PRIVATE, target.get(), 0);
  if (mapped == MAP_FAILED) return fail(ErrorCode::Internal, "the module's copy cannot be mapped (" + reason(errno) + ")");
  SealedFile sealed;
  sealed.bytes_ = {static_cast<const std::byte*>(mapped), static_cast<std::size_t>(size)};
  sealed.descriptor_ = target.release();
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned count = 0;
  if (EVP_DigestFinal_ex(digest.get(), raw.data(), &count) != 1) return fail(ErrorCode::Internal, "SHA-256 failed");
  sealed.sha256_ = toHex({reinterpret_cast<const char*>(raw.data()), count});
  return sealed;
}

SealedFile::SealedFile(SealedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), sha256_(std::move(other.sha256_)), bytes_(std::exchange(other.bytes_, {})) {}

SealedFile::~SealedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string SealedFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

void SealedFile::release() { descriptor_ = -1; }

}  // namespace certus::gateway
