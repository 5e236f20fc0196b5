// sigstore-conformance's cases for bundles, with the verdict that each demands. Those that need what is not built yet (SCTs,
// RFC 3161, Rekor v2, intoto entries) must say so; no case may ever be valid that must not be.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "services/trust/crypto/pem.h"
#include "services/trust/sigstore/bundle_verifier.h"

namespace certus::sigstore {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = "tests/vectors/sigstore-conformance";
constexpr std::int64_t kNow = 1'800'000'000;  // after every case, before the entry from the future

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string line(const fs::path& file, const std::string& otherwise) {
  if (!fs::exists(file)) return otherwise;
  std::string text = read(file);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Verdict run(const fs::path& folder) {
  Expectation expectation;
  expectation.now = kNow;
  if (fs::exists(folder / "key.pub")) {
    const auto block = trust_service::decodePem(read(folder / "key.pub"));
    auto key = managedKey(block ? block->der : "");
    if (!key) {
      Verdict refused;
      refused.failure = key.error();
      return refused;
    }
    expectation.key = std::move(*key);
  } else {
    expectation.identity = line(folder / "identity",
                                "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/"
                                "workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main");
    expectation.issuer = line(folder / "issuer", "https://token.actions.githubusercontent.com");
  }
  const fs::path own = folder / "trusted_root.json", artifact = folder / "artifact";
  return verifyBundle(read(folder / "bundle.sigstore.json"),
                      read(fs::exists(own) ? own : kCases / "public-good-trusted_root.json"),
                      Artifact::ofBytes(read(fs::exists(artifact) ? artifact : kCases / "a.txt")), expectation);
}

std::vector<fs::path> allCases() {
  std::set<fs::path> folders;
  for (const auto& each : fs::directory_iterator(kCases)) {
    if (each.is_directory()) folders.insert(each.path());
  }
  return {folders.begin(), folders.end()};
}

bool mustFail(const fs::path& folder) { return folder.filename().string().ends_with("_fail"); }

TEST(SigstoreConformance, ManagedKeyCasesGetTheRightVerdict) {
  for (const auto& [name, failure] : {std::pair{"managed-key-and-trusted-root", "NONE"},
                                      {"managed-key-happy-path", "NONE"},
                                      {"managed-key-no-key_fail", "KEY_NOT_TRUSTED"},
                                      {"managed-key-wrong-key_fail", "KEY_NOT_TRUSTED"}}) {
    const auto verdict = run(kCases / name);
    EXPECT_EQ(std::string(toString(verdict.failure.failure)), failure) << name << ": " << verdict.failure.reason;
    EXPECT_EQ(verdict.valid, !mustFail(name)) << name;
  }
}

TEST(SigstoreConformance, NothingThatMustBeRefusedIsValidAndWhatIsNotReadYetSaysSo) {
  std::size_t right = 0, unsupported = 0, ran = 0;
  for (const fs::path& folder : allCases()) {
    const auto verdict = run(folder);
    const std::string failure = toString(verdict.failure.failure);
    ++ran;
    right += verdict.valid != mustFail(folder);
    if (mustFail(folder)) {
      EXPECT_FALSE(verdict.valid) << folder;
    } else if (!verdict.valid) {
      ++unsupported;
      EXPECT_TRUE(failure.starts_with("UNSUPPORTED_")) << folder << ": " << failure << ": " << verdict.failure.reason;
    }
    EXPECT_NE(failure, "INTERNAL") << folder << ": " << verdict.failure.reason;
    std::cout << "  " << folder.filename().string() << ": " << failure << "\n";
  }
  std::cout << "sigstore-conformance: " << right << " of " << ran << " cases get the right verdict; " << unsupported
            << " valid ones need what is not built yet\n";
  EXPECT_EQ(ran, 70u);
  EXPECT_GE(right, 51u);
}

}  // namespace
}  // namespace certus::sigstore
