#include "services/trust/log/proofs.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace certus::trust_service {
namespace {

struct Range {
  std::uint64_t begin, end;
  std::uint64_t size() const { return end - begin; }
};

// The hash of a range that starts where a subtree of its size would start: perfect subtrees from the left, folded from the
// right.
Result<Hash> rangeHash(const NodeReader& node, Range range) {
  std::vector<Hash> parts;
  while (range.begin < range.end) {
    const std::uint64_t width = std::bit_floor(range.size());
    const auto level = static_cast<unsigned>(std::countr_zero(width));
    auto part = node(level, range.begin >> level);
    if (!part) return part;
    parts.push_back(*part);
    range.begin += width;
  }
  Hash hash = parts.back();
  for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part) hash = nodeHash(*part, hash);
  return hash;
}

// The largest power of two smaller than the range's size (RFC 6962 2.1).
std::uint64_t splitOf(Range range) { return range.begin + std::bit_floor(range.size() - 1); }

Result<std::vector<Hash>> hashesOf(const NodeReader& node, const std::vector<Range>& fromTheTop) {
  std::vector<Hash> hashes;
  for (auto range = fromTheTop.rbegin(); range != fromTheTop.rend(); ++range) {
    auto hash = rangeHash(node, *range);
    if (!hash) return tl::make_unexpected(hash.error());
    hashes.push_back(*hash);
  }
  return hashes;
}

}  // namespace

Result<Hash> rootAt(const NodeReader& node, std::uint64_t size) {
  if (size == 0) return emptyRoot();
  return rangeHash(node, {0, size});
}

Result<std::vector<Hash>> inclusionProof(const NodeReader& node, std::uint64_t index, std::uint64_t size) {
  if (index >= size) return fail(ErrorCode::InvalidArgument, "The index lies outside the tree.");
  std::vector<Range> siblings;
  for (Range range{0, size}; range.size() > 1;) {
    const std::uint64_t split = splitOf(range);
    const bool left = index < split;
    siblings.push_back(left ? Range{split, range.end} : Range{range.begin, split});
    range = left ? Range{range.begin, split} : Range{split, range.end};
  }
  return hashesOf(node, siblings);
}

Result<std::vector<Hash>> consistencyProof(const NodeReader& node, std::uint64_t oldSize, std::uint64_t newSize) {
  if (oldSize > newSize) return fail(ErrorCode::InvalidArgument, "The older tree is the larger one.");
  std::vector<Range> parts;
  if (oldSize == 0 || oldSize == newSize) return std::vector<Hash>{};
  Range range{0, newSize};
  while (oldSize != range.end) {
    const std::uint64_t split = splitOf(range);
    const bool left = oldSize <= split;
    parts.push_back(left ? Range{split, range.end} : Range{range.begin, split});
    range = left ? Range{range.begin, split} : Range{split, range.end};
  }
  if (range.begin != 0) parts.push_back(range);  // else the verifier holds it: it is the old root
  return hashesOf(node, parts);
}

}  // namespace certus::trust_service
