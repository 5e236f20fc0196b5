// Several processes over one state directory: first starts at once, signing at once, and being killed.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "bench.h"

namespace certus::trust_service {
namespace {

class Child {
 public:
  Child(const std::string& state, int count, const std::string& name, const std::string& output) : output_(output) {
    const std::string number = std::to_string(count);
    std::filesystem::remove(output);  // what an earlier round wrote is not this one's
    pid_ = fork();
    if (pid_ != 0) return;
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDOUT_FILENO);
    execl(SIGNING_PROCESS, "signing_process", state.c_str(), number.c_str(), name.c_str(), nullptr);
    _exit(127);
  }
  int wait() {
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    return status;
  }
  void kill() { ::kill(pid_, SIGKILL); }
  // The indexes that were acknowledged, each on a whole line.
  std::vector<std::uint64_t> acknowledged() const {
    std::ifstream file(output_);
    std::stringstream text;
    text << file.rdbuf();
    std::vector<std::uint64_t> out;
    std::string line;
    while (std::getline(text, line)) {
      if (!text.eof()) out.push_back(std::stoull(line));
    }
    return out;
  }

 private:
  pid_t pid_ = 0;
  std::string output_;
};

class Processes : public ::testing::Test {
 protected:
  std::string output(int i) const { return files.path() + "/out" + std::to_string(i); }

  // Every entry verifies, indexes have no gap, and the kept checkpoint is the tree's.
  void expectOneSoundTree(std::uint64_t size) {
    Bench bench(state);
    auto snapshot = bench.service().reader().snapshot();
    ASSERT_TRUE(snapshot.has_value());
    ASSERT_TRUE(snapshot->head().has_value());
    EXPECT_EQ(snapshot->head()->size, size);
    EXPECT_TRUE(snapshot->consistency().has_value());
    std::uint64_t at = 0;
    for (; at < size; ++at) {
      auto entry = entryByIndex(snapshot->database(), at).value();
      ASSERT_TRUE(entry.has_value()) << at;
      const Verdict verdict = bench.service().verifier().verifyEntry(*snapshot, *entry);
      EXPECT_TRUE(verdict.valid) << at << " " << verdict.checks.failedNames();
    }
    EXPECT_FALSE(entryByIndex(snapshot->database(), at)->has_value());
    EXPECT_EQ(bench.get("/v1/stats").body["total_signatures"], size);
    EXPECT_EQ(bench.get("/v1/ready").status, 200);
  }

  TemporaryDirectory files;
  std::string state = files.path() + "/state";
};

TEST_F(Processes, EightThatStartAndSignAtOnceGrowOneTreeWithoutAGap) {
  constexpr int kProcesses = 8, kEach = 12;
  std::vector<Child> children;
  for (int i = 0; i < kProcesses; ++i) children.emplace_back(state, kEach, "p" + std::to_string(i), output(i));
  std::set<std::uint64_t> indexes;
  for (Child& child : children) {
    const int status = child.wait();
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    const auto mine = child.acknowledged();
    EXPECT_EQ(mine.size(), static_cast<std::size_t>(kEach));
    EXPECT_TRUE(std::ranges::is_sorted(mine));
    indexes.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(indexes.size(), static_cast<std::size_t>(kProcesses * kEach));
  EXPECT_EQ(*indexes.rbegin(), static_cast<std::uint64_t>(kProcesses * kEach - 1));
  expectOneSoundTree(kProcesses * kEach);
}

TEST_F(Processes, EightFirstStartsMakeOneSetOfKeysAndLeaveNothingHalfMade) {
  std::vector<Child> children;
  for (int i = 0; i < 8; ++i) children.emplace_back(state, 0, "p", output(i));
  for (Child& child : children) ASSERT_EQ(child.wait(), 0);
  std::set<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(state)) {
    names.insert(file.path().filename());
    EXPECT_EQ(file.status().permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << file.path();
  }
  names.erase("trust.db-wal");
  names.erase("trust.db-shm");
  EXPECT_EQ(names, (std::set<std::string>{"service-credential", "trust-ca.key", "trust-ca.pem", "trust-log.checkpoint",
                                          "trust-log.key", "trust.db", "trust.lock", "trust.running"}));
  EXPECT_EQ(std::filesystem::status(state).permissions(), std::filesystem::perms::owner_all);
  expectOneSoundTree(0);
}

TEST_F(Processes, KilledWhileSigningLosesNothingThatWasAcknowledged) {
  std::uint64_t acknowledged = 0;
  for (int round = 0; round < 5; ++round) {
    std::vector<Child> children;
    for (int i = 0; i < 3; ++i) children.emplace_back(state, 100'000, "p" + std::to_string(i), output(i));
    // Until each has had a signature acknowledged in this round; then all die in the middle of the next.
    for (Child& child : children) {
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
      while (child.acknowledged().size() < static_cast<std::size_t>(2 + round) &&
             std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    }
    for (Child& child : children) child.kill();
    std::set<std::uint64_t> indexes;
    for (Child& child : children) {
      child.wait();
      for (const auto index : child.acknowledged()) {
        EXPECT_TRUE(indexes.insert(index).second);
        EXPECT_GE(index, acknowledged);  // never an index of an earlier round
      }
    }
    ASSERT_GE(indexes.size(), 3u);
    acknowledged = *indexes.rbegin() + 1;
    Bench bench(state);
    const std::uint64_t size = bench.get("/v1/stats").body["total_transparency_entries"].get<std::uint64_t>();
    EXPECT_GE(size, acknowledged);
    EXPECT_LE(size, acknowledged + 3);  // at most one that was committed and not yet said, for each process
    bench.close();
    expectOneSoundTree(size);
    acknowledged = size;
  }
}

TEST_F(Processes, KilledDuringTheFirstStartTheNextOneCompletesIt) {
  for (int round = 0; round < 15; ++round) {
    const std::string place = files.path() + "/state" + std::to_string(round);
    Child child(place, 0, "p", output(0));
    // At a different step each time: as soon as that many files are there.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::error_code ignored;
    const auto count = [&] {
      return std::distance(std::filesystem::directory_iterator(place, ignored), std::filesystem::directory_iterator());
    };
    while (std::filesystem::exists(place, ignored) ? count() < round / 2 : round > 0) {
      if (std::chrono::steady_clock::now() > deadline) break;
      int status = 0;
      if (waitpid(-1, &status, WNOHANG | WNOWAIT) > 0) break;
    }
    child.kill();
    child.wait();
    Bench bench(place);
    EXPECT_EQ(bench.sign("a")["transparency_entry"]["index"], 0) << round;
    EXPECT_TRUE(bench.verify({{"artifact", digestOf("a")}})["valid"]);
  }
}

class StateFiles : public ::testing::Test {
 protected:
  std::string refusal() {
    bench.close();
    auto service = TrustService::open(bench.state(), bench.clock);
    EXPECT_FALSE(service.has_value());
    return service ? "" : service.error().message;
  }
  Bench bench;
};

TEST_F(StateFiles, AMissingOneIsNotReplacedSilently) {
  for (const char* name : {"trust-ca.key", "trust-ca.pem", "trust-log.key", "service-credential", "trust-log.checkpoint"}) {
    Bench own;
    own.sign("a");
    own.close();
    std::filesystem::remove(own.state() + "/" + name);
    auto service = TrustService::open(own.state(), own.clock);
    ASSERT_FALSE(service.has_value()) << name;
    EXPECT_NE(service.error().message.find(name), std::string::npos) << service.error().message;
    EXPECT_NE(service.error().message.find("backup"), std::string::npos);
  }
}

TEST_F(StateFiles, ALostDatabaseIsNotStartedAnewOverASignedTree) {
  bench.sign("a");
  bench.close();
  std::filesystem::remove(bench.state() + "/trust.db");
  EXPECT_NE(refusal().find("trust.db is missing"), std::string::npos);
}

TEST_F(StateFiles, ADatabaseOfATreeThatNeverGrewMayBeMadeAgain) {
  bench.close();
  std::filesystem::remove(bench.state() + "/trust.db");
  bench.open();
  EXPECT_EQ(bench.sign("a")["transparency_entry"]["index"], 0);
}

TEST_F(StateFiles, SecretsThatOthersMayReadAreRefusedWithTheCommandThatMendsIt) {
  for (const char* name : {"trust-ca.key", "trust-log.key", "service-credential"}) {
    const std::string path = bench.state() + "/" + name;
    ASSERT_EQ(chmod(path.c_str(), 0640), 0);
    EXPECT_NE(refusal().find("chmod 600 " + path), std::string::npos);
    ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  }
  bench.open();
}

TEST_F(StateFiles, RubbishInThemIsNamed) {
  bench.close();
  for (const char* name : {"trust-ca.key", "trust-ca.pem", "trust-log.key", "service-credential"}) {
    const std::string path = bench.state() + "/" + name;
    const std::string good = readSmallFile(path, Secrecy::Public).value();
    std::ofstream(path) << "rubbish";
    EXPECT_NE(refusal().find(name), std::string::npos);
    std::ofstream(path) << good;
  }
  std::ofstream(bench.state() + "/trust.db") << std::string(5000, 'x');
  EXPECT_NE(refusal().find("damaged"), std::string::npos);
}

TEST_F(StateFiles, AnotherVersionOfTheDatabaseIsRefusedWithBothNumbers) {
  bench.alter("UPDATE meta SET value = '9' WHERE name = 'version'");
  const std::string message = refusal();
  EXPECT_NE(message.find("version \"9\""), std::string::npos);
  EXPECT_NE(message.find("reads version 2"), std::string::npos);
}

TEST_F(StateFiles, AStateDirectoryThatIsAFileIsRefused) {
  const std::string path = bench.state() + "/service-credential";
  EXPECT_FALSE(TrustService::open(path, bench.clock).has_value());
  EXPECT_FALSE(TrustService::open(path + "/below", bench.clock).has_value());
}

}  // namespace
}  // namespace certus::trust_service
