// Hands every io thread its own reference to the current Snapshot, so that a call takes it without a shared counter.
// Publishing posts to each thread; a call keeps the snapshot it started with. Builds no snapshot.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "http/io_threads.h"

namespace certus::gateway {

struct Snapshot;

using SnapshotRef = std::shared_ptr<const Snapshot>;

class SnapshotBoard {
 public:
  SnapshotBoard(http::IoThreads& threads, SnapshotRef first);

  // On the io thread `index`. Copying it touches a counter of that thread alone.
  const SnapshotRef& of(unsigned index) const { return slots_[index]->held; }

  // From any thread but preferably the one that builds snapshots: what is retired is freed in here, never on an io thread.
  void publish(SnapshotRef next);

  // Frees the retired snapshots that no call holds any more; how many remain. Called by the same threads as publish().
  std::size_t collect();

  SnapshotRef newest() const;  // from any thread
  std::size_t live() const;    // generations in memory, the newest included; from any thread

 private:
  struct alignas(64) Slot {
    SnapshotRef held;
  };
  http::IoThreads& threads_;
  std::vector<std::unique_ptr<Slot>> slots_;  // each written on its own thread only, once the threads run
  mutable std::mutex mutex_;
  SnapshotRef newest_;
  std::vector<SnapshotRef> retired_;
};

}  // namespace certus::gateway
