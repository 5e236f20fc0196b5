// SQLite's side of the diary. Locks, shared memory and reads pass through: they are no matter of the disk's.
#include <unistd.h>
#include <utility>

#include "disk_diary.h"

namespace certus::trust_service {
namespace {

using Kind = DiskAct::Kind;

struct File {
  sqlite3_file base;
  DiskDiary* diary;    // null: not watched
  std::string* path;   // owned
  bool folderIsStale;  // created and not synced since: SQLite syncs the folder with a new journal's first sync
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return of(file).real(); }
const sqlite3_io_methods& methods();
DiskDiary& diaryOf(sqlite3_vfs* vfs) { return *static_cast<DiskDiary*>(vfs->pAppData); }

int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* outFlags) {
  DiskDiary& diary = diaryOf(vfs);
  File& mine = of(file);
  mine.base.pMethods = nullptr;
  const std::string path = name ? name : "";
  const bool watched = diary.watches(path);
  const bool made = watched && (flags & SQLITE_OPEN_CREATE) && access(path.c_str(), F_OK) != 0;
  const auto opens = [&] { return diary.system()->xOpen(diary.system(), name, mine.real(), flags, outFlags); };
  const int code = made ? diary.perform({Kind::Create, path, {}, 0}, opens) : opens();
  if (code != SQLITE_OK) return made && code == SQLITE_FULL ? SQLITE_CANTOPEN : code;
  mine.diary = watched ? &diary : nullptr;
  mine.path = new std::string(path);
  mine.folderIsStale = made && (flags & SQLITE_OPEN_WAL);
  mine.base.pMethods = &methods();
  return code;
}

int remove(sqlite3_vfs* vfs, const char* name, int syncsFolder) {
  DiskDiary& diary = diaryOf(vfs);
  const auto removes = [&] { return diary.system()->xDelete(diary.system(), name, syncsFolder); };
  if (!diary.watches(name) || access(name, F_OK) != 0) return removes();
  const int code = diary.perform({Kind::Remove, name, {}, 0}, removes);
  if (code == SQLITE_OK && syncsFolder) (void)diary.perform({Kind::SyncFolder, name, {}, 0}, [] { return SQLITE_OK; });
  return code;
}

int close(sqlite3_file* file) {
  delete of(file).path;
  return real(file)->pMethods->xClose(real(file));
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  const auto writes = [&](int count) { return real(file)->pMethods->xWrite(real(file), from, count, at); };
  if (!of(file).diary) return writes(size);
  bool reached = false;
  std::string bytes(static_cast<const char*>(from), static_cast<std::size_t>(size));
  const int code = of(file).diary->perform({Kind::Write, *of(file).path, std::move(bytes), at}, [&] {
    reached = true;
    return writes(size);
  });
  if (!reached) (void)writes(size / 2);  // a disk that fills up has taken a part
  return code;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const auto truncates = [&] { return real(file)->pMethods->xTruncate(real(file), size); };
  return of(file).diary ? of(file).diary->perform({Kind::Truncate, *of(file).path, {}, size}, truncates) : truncates();
}

int sync(sqlite3_file* file, int flags) {
  const auto syncs = [&] { return real(file)->pMethods->xSync(real(file), flags); };
  File& mine = of(file);
  if (!mine.diary) return syncs();
  const int code = mine.diary->perform({Kind::Sync, *mine.path, {}, 0}, syncs);
  if (code == SQLITE_OK && std::exchange(mine.folderIsStale, false))
    (void)mine.diary->perform({Kind::SyncFolder, *mine.path, {}, 0}, [] { return SQLITE_OK; });
  return code;
}

sqlite3_io_methods table() {
  sqlite3_io_methods m{};
  m.iVersion = 2;  // no memory-mapped reads
  m.xClose = close;
  m.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, n, at); };
  m.xWrite = write;
  m.xTruncate = truncate;
  m.xSync = sync;
  m.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) { return real(f)->pMethods->xFileSize(real(f), n); };
  m.xLock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); };
  m.xUnlock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); };
  m.xCheckReservedLock = [](sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); };
  m.xFileControl = [](sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); };
  m.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
  m.xDeviceCharacteristics = [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); };
  m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
  };
  m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
  };
  m.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
  m.xShmUnmap = [](sqlite3_file* f, int gone) { return real(f)->pMethods->xShmUnmap(real(f), gone); };
  return m;
}

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods all = table();
  return all;
}

}  // namespace

sqlite3_vfs diaryVfs(DiskDiary& diary) {
  sqlite3_vfs vfs = *diary.system();
  vfs.zName = "diary";
  vfs.szOsFile = static_cast<int>(sizeof(File)) + diary.system()->szOsFile;
  vfs.pAppData = &diary;
  vfs.xOpen = open;
  vfs.xDelete = remove;
  vfs.xGetLastError = [](sqlite3_vfs*, int, char*) { return DiskDiary::refusedWith; };
  return vfs;
}

}  // namespace certus::trust_service
