// The folder that every process of an installation shares: where each file lies, and how files get there whole and private.
// Knows no keys and no tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace certus::trust_service {

class StateDirectory {
 public:
  // Makes the folder, mode 0700, with its parents. An existing one keeps its mode.
  static Result<StateDirectory> open(std::string path);

  // ResourceExhausted when less than 1 MiB is free for this user, so that signing may fail at any time.
  Result<void> hasRoom() const;

  const std::string& path() const { return path_; }
  std::string caKey() const { return path_ + "/trust-ca.key"; }
  std::string caCertificate() const { return path_ + "/trust-ca.pem"; }
  std::string logKey() const { return path_ + "/trust-log.key"; }
  std::string credential() const { return path_ + "/service-credential"; }
  std::string database() const { return path_ + "/trust.db"; }
  std::string checkpoint() const { return path_ + "/trust-log.checkpoint"; }
  std::string lockFile() const { return path_ + "/trust.lock"; }
  std::string runningFile() const { return path_ + "/trust.running"; }  // locked, shared, by every service that runs
  std::string keyRing() const { return path_ + "/trust-keys.json"; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

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
// Over what is there, without a sync, when the file is as long as `content`; else as replaceFile(), and its name is on the
// disk. What lies within one sector of the disk a power cut leaves whole: the older content or this. The caller holds the
// lock.
Result<void> overwriteFile(const std::string& path, std::string_view content);
Result<void> moveFile(const std::string& from, const std::string& to);  // over what is there
Result<void> createEmptyFile(const std::string& path);                  // 0600; an older one is removed
Result<void> syncFile(const std::string& path);
Result<void> syncFolderOf(const std::string& path);

// Held while it lives; the kernel releases it with the process. A holder that is stopped or hangs keeps it: nobody waits for
// it longer than `patience`, then it is Unavailable.
class FileLock {
 public:
  static constexpr Milliseconds kPatience{10'000};
  static Result<FileLock> take(const std::string& path, Milliseconds patience = kPatience);
  static Result<FileLock> share(const std::string& path);                   // beside others that share it
  static Result<std::optional<FileLock>> tryTake(const std::string& path);  // nullopt when somebody holds it
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  static Result<FileLock> open(const std::string& path);
  Result<bool> tryToLock(int how, const std::string& path) const;  // false: somebody holds it
  static Result<FileLock> wait(const std::string& path, int how, Milliseconds patience);
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace certus::trust_service
