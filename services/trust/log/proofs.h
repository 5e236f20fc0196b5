// Roots and proofs made from stored hashes of perfect subtrees, each in O(log n) reads. Pure over a reader of hashes.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/error.h"
#include "services/trust/formats/merkle.h"

namespace certus::trust_service {

// The hash of leaves [position << level, (position + 1) << level), which are all in the tree.
using NodeReader = std::function<Result<Hash>(unsigned level, std::uint64_t position)>;

Result<Hash> rootAt(const NodeReader& node, std::uint64_t size);
Result<std::vector<Hash>> inclusionProof(const NodeReader& node, std::uint64_t index, std::uint64_t size);  // index < size
Result<std::vector<Hash>> consistencyProof(const NodeReader& node, std::uint64_t oldSize,
                                           std::uint64_t newSize);  // old <= new

}  // namespace certus::trust_service
