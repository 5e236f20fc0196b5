#include "services/trust/log/growing_tree.h"

#include "services/trust/log/tree.h"

namespace certus::trust_service {
namespace {

std::uint64_t nameOf(unsigned level, std::uint64_t position) { return std::uint64_t{level} << 56 | position; }

}  // namespace

Result<void> GrowingTree::append(std::uint64_t index, const Hash& leaf) {
  Hash hash = leaf;
  for (unsigned level = 0;; ++level, index >>= 1) {
    known_[nameOf(level, index)] = hash;
    const std::string bytes = bytesOf(hash);
    auto stored = Query(database_, "INSERT INTO hashes VALUES(?, ?, ?)")
                      .bind(std::int64_t{level})
                      .bind(index)
                      .bindBlob(bytes)
                      .finish();
    if (!stored || index % 2 == 0) return stored;
    auto left = read(level, index - 1);
    if (!left) return tl::make_unexpected(left.error());
    hash = nodeHash(*left, hash);
  }
}

NodeReader GrowingTree::nodes() {
  return [this](unsigned level, std::uint64_t position) { return read(level, position); };
}

Result<Hash> GrowingTree::read(unsigned level, std::uint64_t position) {
  const auto known = known_.find(nameOf(level, position));
  if (known != known_.end()) return known->second;
  auto stored = nodesIn(database_)(level, position);
  if (stored) known_.emplace(nameOf(level, position), *stored);
  return stored;
}

}  // namespace certus::trust_service
