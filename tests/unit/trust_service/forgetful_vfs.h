// A SQLite VFS over the system's own that remembers, for each file, what was in it at its last sync: all that a power cut
// leaves for sure. Everything else passes through. Single-threaded tests only; registers itself as the default.
#pragma once

#include <sqlite3.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>

namespace certus::trust_service {

class ForgetfulVfs {
 public:
  ForgetfulVfs() : real_(sqlite3_vfs_find(nullptr)) {
    self_ = *real_;
    self_.zName = "forgetful";
    self_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    self_.pAppData = this;
    self_.xOpen = open;
    self_.xDelete = remove;
    sqlite3_vfs_register(&self_, 1);
  }
  ~ForgetfulVfs() {
    sqlite3_vfs_unregister(&self_);
    sqlite3_vfs_register(real_, 1);
  }
  ForgetfulVfs(const ForgetfulVfs&) = delete;
  ForgetfulVfs& operator=(const ForgetfulVfs&) = delete;

  // Called before each write and each sync: the moments at which the power may fail.
  std::function<void()> moment;

  // What a power cut now would leave of the files below `from`, written below `to`. Files that SQLite did not write are
  // copied.
  void leaveIn(const std::string& from, const std::string& to) const {
    std::filesystem::create_directories(to);
    for (const auto& file : std::filesystem::directory_iterator(from)) {
      const std::string name = file.path().filename();
      if (name.ends_with("-shm")) continue;
      const bool ours = name.find(".db") != std::string::npos;
      if (!ours) std::filesystem::copy_file(file.path(), to + "/" + name, std::filesystem::copy_options::overwrite_existing);
    }
    for (const auto& [path, content] : synced_) {
      if (std::filesystem::path(path).parent_path() != from) continue;
      std::ofstream(to + "/" + std::filesystem::path(path).filename().string(), std::ios::binary) << content;
    }
    for (const auto& file : std::filesystem::directory_iterator(to))
      std::filesystem::permissions(file.path(), std::filesystem::perms(0600));
  }

  // The database was renamed or made before we watched: what it holds now is on the disk.
  void trust(const std::string& path) { synced_[path] = contentOf(path); }

 private:
  struct File {
    sqlite3_file base;
    ForgetfulVfs* vfs;
    std::string* path;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static sqlite3_file* real(sqlite3_file* file) { return of(file).real(); }

  static std::string contentOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void at() const {
    if (moment) moment();
  }

  static int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* outFlags) {
    auto* self = static_cast<ForgetfulVfs*>(vfs->pAppData);
    File& mine = of(file);
    mine.vfs = self;
    mine.base.pMethods = nullptr;
    const int code = self->real_->xOpen(self->real_, name, mine.real(), flags, outFlags);
    if (code != SQLITE_OK) return code;
    mine.path = new std::string(name ? name : "");
    static const sqlite3_io_methods methods = table();
    mine.base.pMethods = &methods;
    return code;
  }
  static int remove(sqlite3_vfs* vfs, const char* name, int sync) {
    auto* self = static_cast<ForgetfulVfs*>(vfs->pAppData);
    const int code = self->real_->xDelete(self->real_, name, sync);
    if (code == SQLITE_OK) self->synced_.erase(name);
    return code;
  }

  static sqlite3_io_methods table() {
    sqlite3_io_methods m{};
    m.iVersion = 2;  // no memory-mapped reads
    m.xClose = [](sqlite3_file* f) {
      delete of(f).path;
      return real(f)->pMethods->xClose(real(f));
    };
    m.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
      return real(f)->pMethods->xRead(real(f), to, n, at);
    };
    m.xWrite = [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
      of(f).vfs->at();
      return real(f)->pMethods->xWrite(real(f), from, n, at);
    };
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 n) {
      of(f).vfs->at();
      return real(f)->pMethods->xTruncate(real(f), n);
    };
    m.xSync = [](sqlite3_file* f, int flags) {
      of(f).vfs->at();
      const int code = real(f)->pMethods->xSync(real(f), flags);
      if (code == SQLITE_OK) of(f).vfs->synced_[*of(f).path] = contentOf(*of(f).path);
      return code;
    };
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) { return real(f)->pMethods->xFileSize(real(f), n); };
    m.xLock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); };
    m.xUnlock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); };
    m.xCheckReservedLock = [](sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); };
    m.xFileControl = [](sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); };
    m.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
    m.xDeviceCharacteristics = [](sqlite3_file*) { return 0; };  // promise nothing that the disk need not keep
    m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
      return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
    };
    m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
      return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
    };
    m.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
    m.xShmUnmap = [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); };
    return m;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs self_{};
  std::map<std::string, std::string> synced_;
};

}  // namespace certus::trust_service
