// A disk that is told a diary act by act, and what it holds after a power cut: all that was synced for certain, of the rest
// nothing, or any part: writes as well as names (created, renamed, removed), in no order, as a file system without a journal
// may do. A rename is whole or not at all. Pure.
#pragma once

#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "disk_diary.h"

namespace certus::trust_service {

using Files = std::map<std::string, std::string>;  // path -> content

class DiskReplay {
 public:
  // Acts for which it is true are heard and not obeyed: a sync that is missing.
  explicit DiskReplay(std::function<bool(const DiskAct&)> deaf = {}) : deaf_(std::move(deaf)) {}

  void apply(const DiskAct& act);

  Files certain() const;  // nothing survives but what was synced
  // A seeded part of the unsynced writes and names survives, the last surviving write up to a sector's end.
  Files some(std::mt19937_64& random) const;

 private:
  struct Inode {
    std::string synced;
    std::vector<DiskAct> pending;  // Write and Truncate
  };
  using Names = std::map<std::string, std::size_t>;
  struct NameChange {
    DiskAct act;
    std::size_t inode;
  };
  static void change(Names& names, const NameChange& by);
  void rename(NameChange by);

  std::function<bool(const DiskAct&)> deaf_;
  std::vector<Inode> inodes_;
  Names live_, synced_;
  std::vector<NameChange> pending_;
};

}  // namespace certus::trust_service
