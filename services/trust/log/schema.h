// The tables of trust.db and how an empty one is made. Entries, hashes and checkpoints are only ever
// inserted; but when the log's key is rotated, the newest checkpoint is signed anew (rotation.h).
#pragma once

#include <cstdint>
#include <string>

#include "services/trust/log/checkpoint.h"
#include "services/trust/log/database.h"
#include "services/trust/state/state_directory.h"

namespace certus::trust_service {

struct LogNames {
  std::string host;
  std::int64_t treeId = 0;
};

inline constexpr const char* kLogHost = "certus-trust";

// Makes the tables and the checkpoint of the empty tree in the (empty) file at `path`. The caller syncs it.
Result<void> createLogDatabase(const std::string& path, const LogNames& names, const Checkpoint& empty);

// Brings a database of the release before search and submitted entries to this one's form, in place; older programs refuse
// it from then on. One of this version that lacks the indexes for queries gets them, and older programs of this version may
// go on beside. Any number of processes may do it at once.
Result<bool> needsUpgrade(Database& database);
Result<void> upgradeLogDatabase(const StateDirectory& directory);

// How often the installation's keys were rotated, as the database knows it: a list of keys that was lost, or is older, is
// noticed by it.
Result<std::uint64_t> rotationsIn(Database& database);
Result<void> storeRotations(Database& database, std::uint64_t count);

// Refuses a database of another version.
Result<LogNames> readLogNames(Database& database);

}  // namespace certus::trust_service
