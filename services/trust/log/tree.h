// The Merkle tree as it lies in the database: its hashes, its newest checkpoint, and whether the two and the checkpoint that
// was kept beside the database still agree. A smaller or different tree is never extended or signed.
#pragma once

#include "services/trust/log/checkpoint.h"
#include "services/trust/log/database.h"
#include "services/trust/log/proofs.h"

namespace certus::trust_service {

struct LogEntry;

NodeReader nodesIn(Database& database);  // borrows the database

Result<Checkpoint> newestCheckpoint(Database& database, const LogIdentity& identity);
Result<void> insertCheckpoint(Database& database, const Checkpoint& checkpoint);

// The path from the entry's body to the head's root, or DataCorrupt when the stored tree leads elsewhere.
Result<std::vector<Hash>> provenPath(Database& database, const LogEntry& entry, const Checkpoint& head);

// `head` against the rows and against `kept`, the last checkpoint that left this machine's log.
Result<void> checkTree(Database& database, const Checkpoint& head, const Checkpoint& kept);

}  // namespace certus::trust_service
