// The tables of trust.db and how an empty one is made. Entries, hashes and checkpoints are only ever inserted.
#pragma once

#include <cstdint>
#include <string>

#include "services/trust/log/checkpoint.h"
#include "services/trust/log/database.h"

namespace certus::trust_service {

struct LogNames {
  std::string host;
  std::int64_t treeId = 0;
};

inline constexpr const char* kLogHost = "certus-trust";

// Makes the tables and the checkpoint of the empty tree in the (empty) file at `path`. The caller syncs it.
Result<void> createLogDatabase(const std::string& path, const LogNames& names, const Checkpoint& empty);

// Refuses a database of another version.
Result<LogNames> readLogNames(Database& database);

}  // namespace certus::trust_service
