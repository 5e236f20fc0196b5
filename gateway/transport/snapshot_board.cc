#include "gateway/transport/snapshot_board.h"

#include <algorithm>

#include <boost/asio/post.hpp>

namespace certus::gateway {
namespace {

// A control block of its own around the shared one.
SnapshotRef privateCopy(const SnapshotRef& shared) {
  const Snapshot* snapshot = shared.get();
  return SnapshotRef(snapshot, [keep = shared](const Snapshot*) mutable { keep.reset(); });
}

}  // namespace

SnapshotBoard::SnapshotBoard(http::IoThreads& threads, SnapshotRef first) : threads_(threads), newest_(std::move(first)) {
  for (std::size_t i = 0; i < threads.size(); ++i) {
    slots_.push_back(std::make_unique<Slot>());
    slots_.back()->held = privateCopy(newest_);
  }
}

void SnapshotBoard::publish(SnapshotRef next) {
  {
    const std::lock_guard lock(mutex_);
    retired_.push_back(newest_);
    newest_ = next;
  }
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    boost::asio::post(threads_.at(i).context(),
                      [slot = slots_[i].get(), copy = privateCopy(next)]() mutable { slot->held = std::move(copy); });
  }
  collect();
}

std::size_t SnapshotBoard::collect() {
  std::vector<SnapshotRef> unused;  // freed after the lock
  const std::lock_guard lock(mutex_);
  const auto kept =
      std::stable_partition(retired_.begin(), retired_.end(), [](const SnapshotRef& s) { return s.use_count() > 1; });
  unused.assign(std::make_move_iterator(kept), std::make_move_iterator(retired_.end()));
  retired_.erase(kept, retired_.end());
  return retired_.size();
}

SnapshotRef SnapshotBoard::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

std::size_t SnapshotBoard::live() const {
  const std::lock_guard lock(mutex_);
  return 1 + retired_.size();
}

}  // namespace certus::gateway
