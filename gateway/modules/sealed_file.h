// A module's file as one unchangeable copy in memory: what was hashed is what gets checked and loaded, whatever happens
// to the path afterwards (a file overwritten in place would crash the process that maps it).
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/error.h"

namespace certus::gateway {

class SealedFile {
 public:
  static constexpr std::size_t kMaxBytes = 256u << 20;

  // Copies and hashes in one pass, then seals the copy against every change.
  static Result<SealedFile> copy(const std::string& path);
  SealedFile(SealedFile&& other) noexcept;
  SealedFile& operator=(SealedFile&&) = delete;
  ~SealedFile();  // closes; a loaded module's descriptor must stay open for good, see release()

  const std::string& sha256() const { return sha256_; }  // hex
  std::span<const std::byte> bytes() const { return bytes_; }
  std::string path() const;  // "/proc/self/fd/N"
  // Gives the descriptor up to the process, for ever: a number closed and reused would make dlopen return the wrong module.
  void release();

 private:
  SealedFile() = default;
  int descriptor_ = -1;
  std::string sha256_;
  std::span<const std::byte> bytes_;  // a read-only mapping
};

}  // namespace certus::gateway
