#include "services/trust/state/kept_checkpoint.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace certus::trust_service {
namespace {

constexpr std::size_t kSectorBytes = 512;
constexpr int kReadings = 4;  // a reading beside a writing may be half of each

// A note ends in one newline; more of them fill the sector.
std::string padded(std::string note) {
  if (note.size() < kSectorBytes) note.append(kSectorBytes - note.size(), '\n');
  return note;
}

std::string unpadded(std::string note) {
  const auto end = note.find_last_not_of('\n');
  note.resize(std::min(note.size(), end == std::string::npos ? 0 : end + 2));
  return note;
}

}  // namespace

Result<Checkpoint> KeptCheckpoint::read() const {
  auto checkpoint = readOnce();
  for (int more = kReadings - 1; !checkpoint && more > 0; --more) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the writer may have lost its core in between
    checkpoint = readOnce();
  }
  return checkpoint;
}

Result<Checkpoint> KeptCheckpoint::readOnce() const {
  auto note = readSmallFile(directory_.checkpoint(), Secrecy::Public).map(unpadded);
  if (!note) {
    return fail(ErrorCode::DataCorrupt,
                "The checkpoint that is kept beside the log's database cannot be read. Restore the whole state directory "
                "from one backup.",
                note.error().detail);
  }
  auto checkpoint = identity_.open(*note);
  if (checkpoint) return checkpoint;
  return fail(ErrorCode::DataCorrupt,
              "The checkpoint that is kept beside the log's database is damaged or not of this log: " +
                  checkpoint.error().message + ". Restore the whole state directory from one backup.");
}

Result<void> KeptCheckpoint::advance(const Checkpoint& head) const {
  auto turn = take();
  if (!turn) return tl::make_unexpected(turn.error());
  return advance(head, *turn);
}

Result<void> KeptCheckpoint::advance(const Checkpoint& head, const Turn&) const {
  auto kept = read();
  if (!kept) return tl::make_unexpected(kept.error());
  // Another process committed after us and came here first; or this one is kept already, under the key of now.
  if (kept->size > head.size || (kept->size == head.size && identity_.signsNow(*kept))) return {};
  return overwriteFile(directory_.checkpoint(), padded(head.note));
}

}  // namespace certus::trust_service
