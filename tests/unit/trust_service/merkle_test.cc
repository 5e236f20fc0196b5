// The tree of RFC 6962, against its own definition written down plainly and against transparency-dev's published proofs.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "services/trust/formats/merkle.h"
#include "services/trust/log/proofs.h"

namespace certus::trust_service {
namespace {

Hash leafOf(std::uint64_t index) { return leafHash("leaf " + std::to_string(index)); }

// RFC 6962 2.1, word for word.
Hash definedRoot(std::uint64_t begin, std::uint64_t end) {
  if (begin == end) return emptyRoot();
  if (end - begin == 1) return leafOf(begin);
  std::uint64_t split = 1;
  while (split * 2 < end - begin) split *= 2;
  return nodeHash(definedRoot(begin, begin + split), definedRoot(begin + split, end));
}

Result<Hash> definedNode(unsigned level, std::uint64_t position) {
  return definedRoot(position << level, (position + 1) << level);
}

TEST(Merkle, HashesTheEmptyTreeALeafAndANodeAsTheRfcSays) {
  EXPECT_EQ(toHex(bytesOf(emptyRoot())), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(toHex(bytesOf(leafHash(""))), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(bytesOf(leafHash("abc")), sha256(std::string("\0abc", 4)));
  const Hash a = leafOf(0), b = leafOf(1);
  EXPECT_EQ(bytesOf(nodeHash(a, b)), sha256("\x01" + bytesOf(a) + bytesOf(b)));
}

TEST(Merkle, RootsFromStoredSubtreesEqualTheDefinition) {
  for (std::uint64_t size = 0; size <= 70; ++size)
    EXPECT_EQ(rootAt(definedNode, size).value(), definedRoot(0, size)) << size;
}

TEST(Merkle, EveryLeafOfEverySizeHasAnInclusionProofThatLeadsToTheRoot) {
  for (std::uint64_t size = 1; size <= 70; ++size) {
    const Hash root = definedRoot(0, size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = inclusionProof(definedNode, index, size).value();
      ASSERT_TRUE(verifiesInclusion(index, size, leafOf(index), proof, root)) << index << " of " << size;
      EXPECT_FALSE(verifiesInclusion(index, size, leafOf(index + 1), proof, root));
    }
  }
}

TEST(Merkle, EveryTwoSizesHaveAConsistencyProofAndNoOtherRootPasses) {
  for (std::uint64_t newer = 1; newer <= 40; ++newer) {
    EXPECT_FALSE(verifiesConsistency(0, newer, emptyRoot(), definedRoot(0, newer), {}));
    for (std::uint64_t older = 1; older <= newer; ++older) {
      const auto proof = consistencyProof(definedNode, older, newer).value();
      const Hash oldRoot = definedRoot(0, older), newRoot = definedRoot(0, newer);
      ASSERT_TRUE(verifiesConsistency(older, newer, oldRoot, newRoot, proof)) << older << " to " << newer;
      EXPECT_FALSE(verifiesConsistency(older, newer, leafOf(99), newRoot, proof));
      EXPECT_FALSE(verifiesConsistency(older, newer, oldRoot, leafOf(99), proof)) << older << " to " << newer;
    }
  }
}

TEST(Merkle, AProofThatIsAlteredShortenedOrLengthenedIsRefused) {
  const std::uint64_t index = 5, size = 13;
  const Hash root = definedRoot(0, size), leaf = leafOf(index);
  const auto proof = inclusionProof(definedNode, index, size).value();
  for (std::size_t i = 0; i < proof.size(); ++i) {
    auto altered = proof;
    altered[i][7] ^= 1;
    EXPECT_FALSE(verifiesInclusion(index, size, leaf, altered, root)) << i;
  }
  auto shorter = proof;
  shorter.pop_back();
  EXPECT_FALSE(verifiesInclusion(index, size, leaf, shorter, root));
  auto longer = proof;
  longer.push_back(leaf);
  EXPECT_FALSE(verifiesInclusion(index, size, leaf, longer, root));
  EXPECT_FALSE(verifiesInclusion(size, size, leaf, proof, root));
  EXPECT_FALSE(verifiesInclusion(0, 0, leaf, {}, emptyRoot()));
}

TEST(Merkle, SizesNearTheEndOfTheNumbersNeitherOverflowNorPass) {
  const Hash leaf = leafOf(0);
  const std::vector<Hash> proof(64, leaf);
  EXPECT_FALSE(verifiesInclusion(UINT64_MAX - 1, UINT64_MAX, leaf, proof, leaf));
  EXPECT_FALSE(verifiesInclusion(0, UINT64_MAX, leaf, proof, leaf));
  EXPECT_FALSE(verifiesConsistency(UINT64_MAX - 1, UINT64_MAX, leaf, leaf, proof));
  EXPECT_FALSE(verifiesConsistency(std::uint64_t{1} << 63, UINT64_MAX, leaf, leaf, proof));
}

TEST(Merkle, AProofReadsLogarithmicallyFewHashes) {
  std::size_t reads = 0;
  const NodeReader counting = [&reads](unsigned, std::uint64_t) -> Result<Hash> {
    ++reads;
    return Hash{};
  };
  const std::uint64_t size = 1'000'000'007;
  ASSERT_TRUE(inclusionProof(counting, 123'456'789, size).has_value());
  ASSERT_TRUE(consistencyProof(counting, 999'999'999, size).has_value());
  EXPECT_GT(reads, 30u);
  EXPECT_LT(reads, 200u);
}

TEST(Merkle, AMissingHashEndsTheProofWithItsReason) {
  const NodeReader broken = [](unsigned level, std::uint64_t position) -> Result<Hash> {
    if (level == 1) return fail(ErrorCode::DataCorrupt, "gone");
    return definedNode(level, position);
  };
  EXPECT_EQ(inclusionProof(broken, 0, 4).error().message, "gone");
  EXPECT_EQ(rootAt(broken, 6).error().message, "gone");
}

class PublishedProofs : public ::testing::Test {
 protected:
  // Some vectors hold texts that are no hashes; each stands for a hash of its own, so that equal ones stay equal. An empty
  // one cannot be said at all where a hash has 32 bytes: it equals nothing.
  static Hash asHash(const nlohmann::json& text) {
    static int empties = 0;
    std::string bytes = fromBase64(text.is_string() ? text.get<std::string>() : "").value_or("");
    if (bytes.empty()) bytes = "empty " + std::to_string(++empties);
    const auto hash = hashFrom(bytes);
    return hash ? *hash : *hashFrom(sha256(bytes));
  }
  static std::vector<Hash> proofIn(const nlohmann::json& vector) {
    std::vector<Hash> proof;
    if (!vector["proof"].is_array()) return proof;
    for (const auto& item : vector["proof"]) proof.push_back(asHash(item));
    return proof;
  }
  // Runs `accepts` on every file below.
  static void forEach(const char* kind, const std::function<bool(const nlohmann::json&)>& accepts) {
    const std::filesystem::path folder = std::filesystem::path("tests/vectors/merkle") / kind;
    std::size_t run = 0, valid = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
      if (file.path().extension() != ".json") continue;
      std::ifstream stream(file.path());
      const auto vector = nlohmann::json::parse(stream);
      const bool wanted = !vector["wantErr"].get<bool>();
      EXPECT_EQ(accepts(vector), wanted) << file.path();
      ++run;
      valid += wanted;
    }
    std::cout << "published " << kind << " proofs: " << run << " run, " << valid << " of them valid\n";
    EXPECT_GE(run, 90u);
    EXPECT_GE(valid, 5u);
  }
};

TEST_F(PublishedProofs, InclusionAgrees) {
  forEach("inclusion", [](const nlohmann::json& vector) {
    return verifiesInclusion(vector["leafIdx"].get<std::uint64_t>(), vector["treeSize"].get<std::uint64_t>(),
                             asHash(vector["leafHash"]), proofIn(vector), asHash(vector["root"]));
  });
}

TEST_F(PublishedProofs, ConsistencyAgrees) {
  forEach("consistency", [](const nlohmann::json& vector) {
    return verifiesConsistency(vector["size1"].get<std::uint64_t>(), vector["size2"].get<std::uint64_t>(),
                               asHash(vector["root1"]), asHash(vector["root2"]), proofIn(vector));
  });
}

}  // namespace
}  // namespace certus::trust_service
