#include "services/trust/state/kept_checkpoint.h"

namespace certus::trust_service {

Result<Checkpoint> KeptCheckpoint::read() const {
  auto note = readSmallFile(directory_.checkpoint(), Secrecy::Public);
  if (!note) {
    return fail(ErrorCode::DataCorrupt,
                "The checkpoint that is kept beside the log's database cannot be read. Restore the whole state directory "
                "from one backup.",
                note.error().detail);
  }
  auto checkpoint = identity_.open(*note);
  if (checkpoint) return checkpoint;
  return fail(ErrorCode::DataCorrupt,
              "The checkpoint that is kept beside the log's database is damaged: " + checkpoint.error().message +
                  ". Restore the whole state directory from one backup.");
}

Result<void> KeptCheckpoint::advance(const Checkpoint& head) const {
  auto lock = FileLock::take(directory_.lockFile());
  if (!lock) return tl::make_unexpected(lock.error());
  auto kept = read();
  if (!kept) return tl::make_unexpected(kept.error());
  if (kept->size >= head.size) return {};  // another process committed after us and came here first
  return replaceFile(directory_.checkpoint(), head.note);
}

}  // namespace certus::trust_service
