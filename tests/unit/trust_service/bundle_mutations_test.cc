// A good bundle altered in one place, in every way that some public verifier is known to refuse: each is refused here, with
// its class. The same table for a certificate and for a managed key.
#include <map>

#include <fmt/format.h>

#include "bundle_mutations.h"

namespace certus::sigstore {
namespace {

struct Tried {
  std::size_t refused = 0, all = 0;
  std::map<std::string, std::vector<std::string>> byClass;
};

Tried tryAll(std::span<const Mutation> mutations, const std::string& root, const Bundles& all,
             const Expectation& expectation) {
  Tried tried;
  for (const Mutation& mutation : mutations) {
    Json bundle = all.good;
    mutation.apply(bundle, all);
    const auto verdict = verifyBundle(bundle.dump(), root, Artifact::ofBytes(kContent), expectation);
    EXPECT_FALSE(verdict.valid) << mutation.name;
    EXPECT_EQ(classOf(verdict), mutation.failure) << mutation.name << ": " << verdict.failure.reason;
    EXPECT_FALSE(verdict.failure.reason.empty()) << mutation.name;
    EXPECT_TRUE(verdict.identity.empty() && verdict.times.empty()) << mutation.name;
    ++tried.all;
    tried.refused += !verdict.valid && classOf(verdict) == mutation.failure;
    tried.byClass[classOf(verdict)].push_back(mutation.name);
  }
  return tried;
}

void print(const char* title, const Tried& tried) {
  std::cout << title << "\n";
  for (const auto& [failure, names] : tried.byClass)
    std::cout << fmt::format("  {:<26} {:>2}  {}\n", failure, names.size(), fmt::join(names, "; "));
  std::cout << fmt::format("{} of {} refused, each with its class\n", tried.refused, tried.all);
}

void expectAllRefused(const char* title, EvidenceBench& bench, const Bundles& all, const Expectation& expectation) {
  const std::string root = bench.root().dump();
  const auto good = verifyBundle(all.good.dump(), root, Artifact::ofBytes(kContent), expectation);
  ASSERT_TRUE(good.valid) << good.failure.reason;
  Tried known = tryAll(refusedByAll(), root, all, expectation);
  const Tried some = tryAll(takenBySome(), root, all, expectation);
  known.refused += some.refused;
  known.all += some.all;
  for (const auto& [failure, names] : some.byClass)
    known.byClass[failure].insert(known.byClass[failure].end(), names.begin(), names.end());
  ASSERT_EQ(known.all, 29u);
  print(title, known);
  print("downgrades", tryAll(downgrades(), root, all, expectation));
  print("further ones", tryAll(furtherMutations(), root, all, expectation));
}

TEST(BundleMutations, OfACertificatesBundleAreAllRefusedWithTheirClass) {
  EvidenceBench bench;
  expectAllRefused("with a certificate", bench, {bench.sign(kContent), bench.sign(kContent), bench.sign("other")},
                   byAlice());
}

TEST(BundleMutations, OfAManagedKeysBundleAreAllRefusedWithTheirClass) {
  EvidenceBench bench;
  const auto key = freshKey();
  expectAllRefused("with a managed key", bench,
                   {bench.signWithKey(*key, kContent), bench.signWithKey(*key, kContent), bench.signWithKey(*key, "other")},
                   byKey(*key));
}

TEST(BundleMutations, OfTheCertificateAreRefused) {
  EvidenceBench bench;
  const Json good = bench.sign(kContent), other = bench.sign(kContent);
  const std::string root = bench.root().dump();
  const auto refusal = [&](const Json& bundle) {
    return classOf(verifyBundle(bundle.dump(), root, Artifact::ofBytes(kContent), byAlice()));
  };
  Json bundle = good;
  bundle["verificationMaterial"]["certificate"] = other["verificationMaterial"]["certificate"];
  EXPECT_EQ(refusal(bundle), "ENTRY_MISMATCH{key}");
  bundle = EvidenceBench::managed(good, *freshKey());
  EXPECT_EQ(refusal(bundle), "KEY_NOT_TRUSTED");
  bundle = good;
  bundle["verificationMaterial"]["x509CertificateChain"] = {
      {"certificates", Json::array({good["verificationMaterial"]["certificate"]})}};
  EXPECT_EQ(refusal(bundle), "MALFORMED");
  bundle["verificationMaterial"].erase("certificate");
  EXPECT_EQ(refusal(bundle), "MALFORMED") << "no chains since 0.3";
  bundle["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2";
  EXPECT_EQ(refusal(bundle), "NONE");
  bundle["verificationMaterial"]["x509CertificateChain"]["certificates"].push_back(
      Json{{"rawBytes", toBase64(bench.authority().root().der())}});
  EXPECT_EQ(refusal(bundle), "MALFORMED") << "a bundle may not bring a root";
}

// Whatever byte a bundle loses or changes, it never becomes valid for another reason than meaning the same.
TEST(BundleMutations, NoTruncatedBundleIsValid) {
  EvidenceBench bench;
  const std::string good = bench.sign(kContent).dump(), root = bench.root().dump();
  const Artifact artifact = Artifact::ofBytes(kContent);
  for (std::size_t size = 0; size < good.size(); size += 7)
    EXPECT_EQ(classOf(verifyBundle(good.substr(0, size), root, artifact, byAlice())), "MALFORMED") << size;
}

TEST(BundleMutations, AMemberTwiceIsRefusedWhereverItStands) {
  EvidenceBench bench;
  const std::string good = bench.sign(kContent).dump(), root = bench.root().dump();
  for (const char* name : {"mediaType", "logIndex", "rawBytes", "signature", "hashes"}) {
    std::string text = good;
    const auto at = text.find("\"" + std::string(name) + "\":");
    ASSERT_NE(at, std::string::npos) << name;
    text.insert(at, "\"" + std::string(name) + "\":null,");
    const auto verdict = verifyBundle(text, root, Artifact::ofBytes(kContent), byAlice());
    EXPECT_EQ(classOf(verdict), "MALFORMED") << name;
    EXPECT_NE(verdict.failure.reason.find("Duplicate"), std::string::npos) << verdict.failure.reason;
  }
}

}  // namespace
}  // namespace certus::sigstore
