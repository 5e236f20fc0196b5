// The Merkle tree as it lies in the database: its hashes, its newest checkpoint, and whether the two and the checkpoint that
// was kept beside the database still agree. A smaller or different tree is never extended or signed.
#pragma once

#include "services/trust/log/checkpoint.h"
#include "services/trust/log/database.h"
#include "services/trust/log/proofs.h"

namespace certus::trust_service {

NodeReader nodesIn(Database& database);  // borrows the database

// Stores the leaf's hash and those of the perfect subtrees that it completes.
Result<void> appendLeaf(Database& database, std::uint64_t index, const Hash& leaf);

Result<Checkpoint> newestCheckpoint(Database& database, const LogIdentity& identity);
Result<void> insertCheckpoint(Database& database, const Checkpoint& checkpoint);

// `head` against the rows and against `kept`, the last checkpoint that left this machine's log.
Result<void> checkTree(Database& database, const Checkpoint& head, const Checkpoint& kept);

}  // namespace certus::trust_service
