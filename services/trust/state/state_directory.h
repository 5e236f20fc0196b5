// The folder that every process of an installation shares: where each file lies, and how files get there whole and private.
// Knows no keys and no tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace certus::trust_service {

class StateDirectory {
 public:
  // Makes the folder, mode 0700, with its parents. An existing one keeps its mode.
  static Result<StateDirectory> open(std::string path);

  const std::string& path() const { return path_; }
  std::string caKey() const { return path_ + "/trust-ca.key"; }
  std::string caCertificate() const { return path_ + "/trust-ca.pem"; }
  std::string logKey() const { return path_ + "/trust-log.key"; }
  std::string credential() const { return path_ + "/service-credential"; }
  std::string database() const { return path_ + "/trust.db"; }
  std::string checkpoint() const { return path_ + "/trust-log.checkpoint"; }
  std::string lockFile() const { return path_ + "/trust.lock"; }

 private:
  explicit StateDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

bool fileExists(const std::string& path);

enum class Secrecy : std::uint8_t { Public, Secret };

// At most 64 KiB. A secret that others may read, or that is another user's, is refused.
Result<std::string> readSmallFile(const std::string& path, Secrecy secrecy);

// Whole or not at all, 0600: written beside, synced, renamed over `path`. The caller holds the lock.
Result<void> replaceFile(const std::string& path, std::string_view content);
Result<void> createEmptyFile(const std::string& path);  // 0600; an older one is removed
Result<void> syncFile(const std::string& path);
Result<void> syncFolderOf(const std::string& path);

// Held while it lives; the kernel releases it with the process.
class FileLock {
 public:
  static Result<FileLock> take(const std::string& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace certus::trust_service
