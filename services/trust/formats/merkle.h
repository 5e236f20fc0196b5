// RFC 6962 Merkle trees: hashing, and checking of inclusion and consistency proofs. Pure; where the hashes are kept and
// how proofs are made is log/proofs.h.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace certus::trust_service {

using Hash = std::array<std::uint8_t, 32>;

Hash emptyRoot();                                    // SHA-256 of nothing
Hash leafHash(std::string_view leaf);                // SHA-256(0x00 || leaf)
Hash nodeHash(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)

std::string bytesOf(const Hash& hash);
std::optional<Hash> hashFrom(std::string_view bytes);  // exactly 32 bytes

// The root that `proof` leads to, or nullopt when its length is not that of an inclusion proof for `index` in `size`.
std::optional<Hash> rootFromInclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                      std::span<const Hash> proof);
bool verifiesInclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf, std::span<const Hash> proof,
                       const Hash& root);
// From size 0 nothing can be proven, so it is refused: everything extends the empty tree.
bool verifiesConsistency(std::uint64_t oldSize, std::uint64_t newSize, const Hash& oldRoot, const Hash& newRoot,
                         std::span<const Hash> proof);

}  // namespace certus::trust_service
