#include "gateway/mcp/sealer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <gtest/gtest.h>

namespace certus::gateway {
namespace {

SealKey keyOf(unsigned char byte) {
  SealKey key;
  key.fill(byte);
  return key;
}

const SealBinding kBinding{"alice", "/mcp", "tools/call", "sign", "digest"};
const WallTime kNow = WallTime{} + std::chrono::hours(500'000);

TEST(Sealer, OpensWhatItSealedAndNothingElse) {
  const Sealer sealer({keyOf(1)});
  for (const std::string& state : {std::string(), std::string("x"), std::string(10'000, '\0')}) {
    const std::string sealed = sealer.seal(state, kBinding, kNow);
    EXPECT_EQ(sealer.open(sealed, kBinding, kNow), state);
  }
  const std::string sealed = sealer.seal("state", kBinding, kNow);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(sealer.open(changed, kBinding, kNow)) << "character " << i;
    EXPECT_FALSE(sealer.open(sealed.substr(0, i), kBinding, kNow)) << "cut at " << i;
  }
}

TEST(Sealer, NeverSealsAlikeTwice) {
  const Sealer sealer({keyOf(1)});
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(sealer.seal("state", kBinding, kNow));
  EXPECT_EQ(seen.size(), 100u);
}

TEST(Sealer, EveryPartOfTheBindingCounts) {
  const Sealer sealer({keyOf(1)});
  const std::string sealed = sealer.seal("state", kBinding, kNow);
  const SealBinding others[] = {
      {"alicf", "/mcp", "tools/call", "sign", "digest"},  {"alice", "/mcp/trust", "tools/call", "sign", "digest"},
      {"alice", "/mcp", "prompts/get", "sign", "digest"}, {"alice", "/mcp", "tools/call", "verify", "digest"},
      {"alice", "/mcp", "tools/call", "sign", "digesu"},  {"alice/", "mcp", "tools/call", "sign", "digest"}};
  for (const SealBinding& other : others) EXPECT_FALSE(sealer.open(sealed, other, kNow));
}

TEST(Sealer, TheFirstKeySealsAndAllOpen) {
  const Sealer old({keyOf(1)}), rotated({keyOf(2), keyOf(1)}), fresh({keyOf(2)});
  EXPECT_TRUE(rotated.open(old.seal("s", kBinding, kNow), kBinding, kNow));
  EXPECT_TRUE(fresh.open(rotated.seal("s", kBinding, kNow), kBinding, kNow));
  EXPECT_FALSE(fresh.open(old.seal("s", kBinding, kNow), kBinding, kNow));
}

TEST(Sealer, AStateLivesTenMinutes) {
  const Sealer sealer({keyOf(1)});
  const std::string sealed = sealer.seal("s", kBinding, kNow);
  EXPECT_TRUE(sealer.open(sealed, kBinding, kNow + std::chrono::minutes(10) - Milliseconds(1)));
  EXPECT_FALSE(sealer.open(sealed, kBinding, kNow + std::chrono::minutes(10)));
}

class SealKeys : public ::testing::Test {
 protected:
  SealKeys() {
    char name[] = "/tmp/certus-seal-XXXXXX";
    directory = ::mkdtemp(name);
  }
  ~SealKeys() override { std::filesystem::remove_all(directory); }
  std::string file() const { return directory + "/seal.keys"; }
  void write(const std::string& text, mode_t mode = 0600) const {
    std::ofstream(file()) << text;
    ::chmod(file().c_str(), mode);
  }
  std::string directory;
};

TEST_F(SealKeys, AreMadeOnceForThisUserAlone) {
  const auto first = loadOrCreateSealKeys(directory);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_EQ(first->size(), 1u);
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(*loadOrCreateSealKeys(directory), *first);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 1) << "no draft is left behind";
}

TEST_F(SealKeys, ProcessesThatStartTogetherAgreeOnOne) {
  std::vector<std::thread> threads;
  std::vector<SealKey> keys(8);
  for (std::size_t i = 0; i < keys.size(); ++i)
    threads.emplace_back([&, i] { keys[i] = loadOrCreateSealKeys(directory).value().front(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<SealKey>(keys.begin(), keys.end()).size(), 1u);
}

TEST_F(SealKeys, AListIsReadInItsOrder) {
  write("# newest first\n" + std::string(64, 'a') + "\n\n" + std::string(64, 'B') + "\n");
  const auto keys = loadOrCreateSealKeys(directory);
  ASSERT_TRUE(keys);
  EXPECT_EQ(*keys, (std::vector<SealKey>{keyOf(0xaa), keyOf(0xbb)}));
}

TEST_F(SealKeys, AreRefusedWhenOthersCanReadThemOrTheyAreNoKeys) {
  write(std::string(64, 'a') + "\n", 0644);
  EXPECT_EQ(loadOrCreateSealKeys(directory).error().code, ErrorCode::PermissionDenied);
  for (const std::string& text :
       {std::string(), std::string("# only a comment\n"), std::string(63, 'a') + "\n", std::string(64, 'g') + "\n"}) {
    write(text);
    EXPECT_EQ(loadOrCreateSealKeys(directory).error().code, ErrorCode::DataCorrupt) << text;
  }
  std::filesystem::remove(file());
  std::filesystem::create_symlink("/nonexistent", file());
  EXPECT_FALSE(loadOrCreateSealKeys(directory));
}

TEST_F(SealKeys, AMissingDirectoryIsMadeAndOneThatCannotBeIsAnErrorThatNamesTheFile) {
  EXPECT_TRUE(loadOrCreateSealKeys(directory + "/nowhere"));
  struct stat status {};
  ASSERT_EQ(::stat((directory + "/nowhere").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0077, 0u);
  const auto keys = loadOrCreateSealKeys("/proc/nowhere");
  ASSERT_FALSE(keys);
  EXPECT_NE(keys.error().message.find("seal.keys"), std::string::npos) << keys.error().message;
}

}  // namespace
}  // namespace certus::gateway
