#include "gateway/reload/file_set.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/files.h"

namespace certus::reload {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileBytes = 4u << 20, kMaxAllBytes = 16u << 20;
constexpr std::size_t kMaxEntries = 1024;  // of one folder; a policy may have 256

void append(std::string& out, std::string_view text) { out.append(std::to_string(text.size())).append(":").append(text); }

void append(std::string& out, std::int64_t number) { out.append(std::to_string(number)).append(","); }

bool counts(const std::string& name) {
  if (name.starts_with('.')) return false;
  std::string lower = name;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower.ends_with(".yaml") || lower.ends_with(".yml");
}

// What is in the folder by name, or why that cannot be told, appended to `out`.
std::vector<std::string> listed(const std::string& folder, std::string& out) {
  std::vector<std::string> names;
  std::error_code failed;
  std::size_t entries = 0;
  for (fs::directory_iterator at(folder, failed); !failed && at != fs::directory_iterator(); at.increment(failed)) {
    if (++entries > kMaxEntries) failed = std::make_error_code(std::errc::value_too_large);
    if (failed) break;
    if (const std::string name = at->path().filename().string(); counts(name)) names.push_back(name);
  }
  append(out, folder);
  append(out, failed ? failed.value() : 0);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> pathsOf(const WatchList& list, std::string& out) {
  std::vector<std::string> paths = list.files;
  for (const std::string& folder : list.folders) {
    for (const std::string& name : listed(folder, out)) paths.push_back(folder + "/" + name);
  }
  return paths;
}

void appendStat(std::string& out, const struct stat& found) {
  for (const std::int64_t value : {static_cast<std::int64_t>(found.st_dev), static_cast<std::int64_t>(found.st_ino),
                                   static_cast<std::int64_t>(found.st_mode), static_cast<std::int64_t>(found.st_size),
                                   static_cast<std::int64_t>(found.st_mtim.tv_sec), found.st_mtim.tv_nsec,
                                   static_cast<std::int64_t>(found.st_ctim.tv_sec), found.st_ctim.tv_nsec})
    append(out, value);
}

void appendContent(std::string& out, const std::string& path, std::size_t& left) {
  append(out, path);
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat found {};
  if (file.get() < 0) return append(out, errno);
  if (fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) return append(out, "not a file");
  const auto text = readAll(file.get(), std::min(kMaxFileBytes, left));
  if (!text) return appendStat(out, found);  // whoever uses it refuses it
  left -= text->size();
  append(out, sha256(*text));
}

}  // namespace

std::string digestOf(const WatchList& list) {
  std::string all;
  std::size_t left = kMaxAllBytes;
  for (const std::string& path : pathsOf(list, all)) appendContent(all, path, left);
  return toHex(sha256(all));
}

std::string traceOf(const WatchList& list) {
  std::string all;
  for (const std::string& path : pathsOf(list, all)) {
    append(all, path);
    struct stat found {};
    if (stat(path.c_str(), &found) == 0) {
      appendStat(all, found);
    } else {
      append(all, errno);
    }
  }
  return toHex(sha256(all));
}

}  // namespace certus::reload
