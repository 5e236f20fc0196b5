#include "http/port_owner.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace certus::http {
namespace {

namespace fs = std::filesystem;

// Lines of /proc/net/tcp: sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode ...
void collectListeners(const char* table, std::uint16_t port, std::set<std::string>& inodes) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
    words >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
    const std::size_t colon = local.find(':');
    if (state != "0A" || colon == std::string::npos) continue;  // 0A is LISTEN
    unsigned listening = 0;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(), listening, 16);
    if (listening == port) inodes.insert("socket:[" + inode + "]");
  }
}

bool holdsAny(const fs::path& process, const std::set<std::string>& inodes) {
  std::error_code error;
  for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unreadable;
    if (inodes.contains(fs::read_symlink(entry->path(), unreadable).string())) return true;
  }
  return false;
}

}  // namespace

std::optional<PortOwner> portOwner(std::uint16_t port) {
  std::set<std::string> inodes;
  collectListeners("/proc/net/tcp", port, inodes);
  collectListeners("/proc/net/tcp6", port, inodes);
  if (inodes.empty()) return std::nullopt;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    PortOwner owner;
    if (std::from_chars(name.data(), name.data() + name.size(), owner.pid).ptr != name.data() + name.size()) continue;
    if (!holdsAny(entry->path(), inodes)) continue;
    std::ifstream comm(entry->path() / "comm");
    std::getline(comm, owner.program);
    return owner;
  }
  return std::nullopt;
}

}  // namespace certus::http
