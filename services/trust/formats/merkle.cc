#include "services/trust/formats/merkle.h"

#include <algorithm>
#include <bit>

#include "base/encoding.h"

namespace certus::trust_service {
namespace {

// An inclusion path as RFC 9162 2.1.3 walks it: `inner` levels below the point where the path joins the tree's right edge,
// then one hash for every left neighbour of that edge.
struct PathShape {
  std::size_t inner;
  std::size_t border;
};

PathShape shapeOf(std::uint64_t index, std::uint64_t size) {
  const auto inner = static_cast<std::size_t>(std::bit_width(index ^ (size - 1)));
  const std::uint64_t above = inner >= 64 ? 0 : index >> inner;
  return {inner, static_cast<std::size_t>(std::popcount(above))};
}

Hash climb(Hash hash, std::uint64_t index, std::span<const Hash> inner) {
  for (std::size_t level = 0; level < inner.size(); ++level) {
    hash = (index >> level) & 1 ? nodeHash(inner[level], hash) : nodeHash(hash, inner[level]);
  }
  return hash;
}

Hash climbRightOnly(Hash hash, std::uint64_t index, std::span<const Hash> inner) {
  for (std::size_t level = 0; level < inner.size(); ++level) {
    if ((index >> level) & 1) hash = nodeHash(inner[level], hash);
  }
  return hash;
}

Hash climbBorder(Hash hash, std::span<const Hash> border) {
  for (const Hash& left : border) hash = nodeHash(left, hash);
  return hash;
}

}  // namespace

Hash emptyRoot() {
  Hash out;
  sha256({}, out.data());
  return out;
}

Hash leafHash(std::string_view leaf) {
  std::string input(1, '\0');
  input.append(leaf);
  Hash out;
  sha256(input, out.data());
  return out;
}

Hash nodeHash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> input;
  input[0] = 1;
  std::ranges::copy(left, input.begin() + 1);
  std::ranges::copy(right, input.begin() + 33);
  Hash out;
  sha256({reinterpret_cast<const char*>(input.data()), input.size()}, out.data());
  return out;
}

std::string bytesOf(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

std::optional<Hash> hashFrom(std::string_view bytes) {
  Hash hash;
  if (bytes.size() != hash.size()) return std::nullopt;
  std::ranges::copy(bytes, hash.begin());
  return hash;
}

std::optional<Hash> rootFromInclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                      std::span<const Hash> proof) {
  if (index >= size) return std::nullopt;
  const PathShape shape = shapeOf(index, size);
  if (proof.size() != shape.inner + shape.border) return std::nullopt;
  return climbBorder(climb(leaf, index, proof.first(shape.inner)), proof.subspan(shape.inner));
}

bool verifiesInclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf, std::span<const Hash> proof,
                       const Hash& root) {
  const auto reached = rootFromInclusion(index, size, leaf, proof);
  return reached && *reached == root;
}

bool verifiesConsistency(std::uint64_t oldSize, std::uint64_t newSize, const Hash& oldRoot, const Hash& newRoot,
                         std::span<const Hash> proof) {
  if (oldSize == 0 || oldSize > newSize) return false;
  if (oldSize == newSize) return proof.empty() && oldRoot == newRoot;
  if (proof.empty()) return false;
  // The proof is an inclusion path of the old tree's last perfect subtree; a power of two is its own first hash.
  const auto skipped = static_cast<std::size_t>(std::countr_zero(oldSize));
  const PathShape shape = shapeOf(oldSize - 1, newSize);
  const bool perfect = std::has_single_bit(oldSize);
  const Hash seed = perfect ? oldRoot : proof.front();
  const auto path = perfect ? proof : proof.subspan(1);
  const std::size_t inner = shape.inner - skipped;
  if (path.size() != inner + shape.border) return false;
  const std::uint64_t position = (oldSize - 1) >> skipped;
  const Hash oldReached = climbBorder(climbRightOnly(seed, position, path.first(inner)), path.subspan(inner));
  if (oldReached != oldRoot) return false;
  return climbBorder(climb(seed, position, path.first(inner)), path.subspan(inner)) == newRoot;
}

}  // namespace certus::trust_service
