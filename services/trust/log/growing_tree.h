// The Merkle tree during one commit: stores what is appended and remembers it, so that proofs for a whole batch read each
// hash from the database once. Valid inside the transaction it was made in.
#pragma once

#include <unordered_map>

#include "services/trust/log/database.h"
#include "services/trust/log/proofs.h"

namespace certus::trust_service {

class GrowingTree {
 public:
  explicit GrowingTree(Database& database) : database_(database) {}  // borrowed
  GrowingTree(const GrowingTree&) = delete;
  GrowingTree& operator=(const GrowingTree&) = delete;

  // Stores the leaf's hash and those of the perfect subtrees that it completes.
  Result<void> append(std::uint64_t index, const Hash& leaf);
  NodeReader nodes();  // borrows this

 private:
  Result<Hash> read(unsigned level, std::uint64_t position);

  Database& database_;
  std::unordered_map<std::uint64_t, Hash> known_;  // by level in the top byte and position below
};

}  // namespace certus::trust_service
