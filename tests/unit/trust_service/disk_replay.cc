#include "disk_replay.h"

namespace certus::trust_service {
namespace {

using Kind = DiskAct::Kind;
constexpr std::size_t kSector = 512;

void write(std::string& content, const DiskAct& act, std::size_t size) {
  const auto at = static_cast<std::size_t>(act.place);
  if (content.size() < at + size) content.resize(at + size, '\0');
  content.replace(at, size, act.data, 0, size);
}

void obey(std::string& content, const DiskAct& act) {
  if (act.kind == Kind::Truncate) {
    content.resize(static_cast<std::size_t>(act.place), '\0');
  } else {
    write(content, act, act.data.size());
  }
}

// How much of the write reaches the disk when it is cut at a sector's end.
std::size_t torn(const DiskAct& act, std::mt19937_64& random) {
  const auto first = kSector - static_cast<std::size_t>(act.place) % kSector;
  if (act.data.size() <= first) return 0;
  const std::size_t ends = (act.data.size() - first) / kSector + 1;
  return first + kSector * (random() % ends);
}

}  // namespace

void DiskReplay::change(Names& names, const NameChange& by) {
  if (by.act.kind != Kind::Create) {
    const auto found = names.find(by.act.path);
    if (found != names.end() && found->second == by.inode) names.erase(found);
  }
  if (by.act.kind == Kind::Create) names[by.act.path] = by.inode;
  if (by.act.kind == Kind::Rename) names[by.act.data] = by.inode;
}

void DiskReplay::rename(NameChange by) {
  change(live_, by);
  pending_.push_back(std::move(by));
}

void DiskReplay::apply(const DiskAct& act) {
  if (deaf_ && deaf_(act)) return;
  switch (act.kind) {
    case Kind::Mark: return;
    case Kind::Create: inodes_.emplace_back(); return rename({act, inodes_.size() - 1});
    case Kind::Rename:
    case Kind::Remove: return rename({act, live_.at(act.path)});
    case Kind::SyncFolder:
      synced_ = live_;
      pending_.clear();
      return;
    default: break;
  }
  Inode& inode = inodes_.at(live_.at(act.path));
  if (act.kind != Kind::Sync) return inode.pending.push_back(act);
  for (const DiskAct& each : inode.pending) obey(inode.synced, each);
  inode.pending.clear();
}

Files DiskReplay::certain() const {
  Files files;
  for (const auto& [path, inode] : synced_) files[path] = inodes_[inode].synced;
  return files;
}

Files DiskReplay::some(std::mt19937_64& random) const {
  Names names = synced_;
  const auto chance = random() % 101;  // of each change in percent: from hardly any to nearly all
  for (const NameChange& each : pending_) {
    if (random() % 100 < chance) change(names, each);
  }
  Files files;
  for (const auto& [path, number] : names) {
    const Inode& inode = inodes_[number];
    std::vector<const DiskAct*> survivors;
    for (const DiskAct& act : inode.pending) {
      if (random() % 100 < chance) survivors.push_back(&act);
    }
    std::string content = inode.synced;
    for (const DiskAct* act : survivors) {
      if (act == survivors.back() && act->kind == Kind::Write) {
        write(content, *act, torn(*act, random));
      } else {
        obey(content, *act);
      }
    }
    files[path] = std::move(content);
  }
  return files;
}

}  // namespace certus::trust_service
