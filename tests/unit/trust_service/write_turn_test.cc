// Whoever writes the log takes a turn among all processes: commits, the journal's folding, and the end of a service. A turn
// that is not to be had is waited for a while, and then refused with what helps.
#include <thread>

#include "outsider.h"

namespace certus::trust_service {
namespace {

using std::chrono::steady_clock;

class WriteTurn : public ::testing::Test {
 protected:
  WriteTurn() {
    bench.sign("before");
    reopen({Milliseconds(300), Milliseconds(100)});
  }
  void reopen(LogWriter::Patience patience) {
    bench.patience = patience;
    bench.open();
  }
  std::string lockFile() const { return bench.state() + "/trust.lock"; }
  std::string journal() const { return bench.state() + "/trust.db-wal"; }
  std::uintmax_t journalSize() const {
    std::error_code none;
    const auto size = std::filesystem::file_size(journal(), none);
    return none ? 0 : size;
  }
  FileLock hold() const { return FileLock::take(lockFile()).value(); }
  Database writing(int busyMilliseconds = 0) const {
    return Database::open(bench.state() + "/trust.db", Access::Write, busyMilliseconds).value();
  }
  Reply sign(const std::string& name) {
    return bench.post("/v1/sign", {{"artifact", digestOf(name)}, {"artifact_type", "t"}, {"subject", "s"}});
  }

  Bench bench;
};

TEST_F(WriteTurn, ThatSomebodyKeepsIsRefusedWithWhatHelps) {
  {
    const FileLock held = hold();
    const Reply refused = sign("a");
    EXPECT_EQ(refused.status, 503) << refused.body.dump();
    const std::string why = refused.body["detail"];
    EXPECT_NE(why.find(lockFile()), std::string::npos) << why;
    EXPECT_NE(why.find("fuser -v"), std::string::npos) << why;
    EXPECT_NE(refused.headers.find("Retry-After"), std::string::npos);
    const Reply ready = bench.get("/v1/ready");
    EXPECT_EQ(ready.status, 503);
    EXPECT_NE(ready.body["problems"].dump().find(lockFile()), std::string::npos) << ready.body.dump();
  }
  EXPECT_EQ(sign("a").status, 202);
  EXPECT_EQ(bench.get("/v1/ready").status, 200);
}

TEST_F(WriteTurn, IsTakenForVerificationRecordsToo) {
  {
    const FileLock held = hold();
    const Json verdict = bench.verify({{"artifact", digestOf("before")}});
    EXPECT_TRUE(verdict["valid"]);
    EXPECT_FALSE(verdict["recorded"]) << "committed beside whoever folds the journal";
  }
  EXPECT_TRUE(bench.verify({{"artifact", digestOf("before")}})["recorded"]);
}

TEST_F(WriteTurn, ReadinessDoesNotWaitBehindABatchThatWaitsForIt) {
  reopen({Milliseconds(60'000), Milliseconds(100)});
  auto held = std::optional(hold());
  Reply answered;
  std::thread client([&] { answered = sign("a"); });
  const auto began = steady_clock::now();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bench.get("/v1/ready").status, 503);
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(30));
  held.reset();
  client.join();
  EXPECT_EQ(answered.status, 202) << answered.body.dump();
}

TEST_F(WriteTurn, IsNotKeptWhileTheDatabasesOwnLockIsWaitedFor) {
  reopen({Milliseconds(60'000), Milliseconds(100)});
  Reply answered;
  std::thread client;
  {
    Database other = writing();
    auto transaction = Transaction::begin(other, Access::Write);  // as an older release, which takes it first
    ASSERT_TRUE(transaction.has_value());
    client = std::thread([&] { answered = sign("a"); });
    for (int i = 0; i < 5; ++i) {
      const auto turn = FileLock::take(lockFile(), Milliseconds(30'000));
      EXPECT_TRUE(turn.has_value()) << "then both would wait for each other";
    }
  }
  client.join();
  EXPECT_EQ(answered.status, 202) << answered.body.dump();
}

TEST_F(WriteTurn, IsNeededToFoldTheJournalAtTheEnd) {
  bench.sign("a");
  {
    const FileLock held = hold();
    bench.close();
    EXPECT_GT(journalSize(), 0u);
  }
  bench.open();
  EXPECT_EQ(bench.get("/api/v1/log").body["treeSize"], 2);
  bench.close();
  EXPECT_FALSE(fileExists(journal())) << "a stopped service is one file";
}

TEST_F(WriteTurn, AReaderThatClosesLastFoldsNothing) {
  {
    auto reader = Database::open(bench.state() + "/trust.db", Access::Read).value();
    auto snapshot = Transaction::begin(reader, Access::Read);
    ASSERT_TRUE(readCounters(reader).has_value());
    bench.sign("a");
    bench.close();
  }
  EXPECT_GT(journalSize(), 0u);
}

TEST_F(WriteTurn, NothingOfATransactionIsInTheJournalBeforeItCommits) {
  Database database = writing();
  ASSERT_TRUE(database.run("PRAGMA cache_size=10").has_value());
  auto transaction = Transaction::begin(database, Access::Write);
  ASSERT_TRUE(transaction.has_value());
  const auto before = journalSize();
  const std::string details(30'000, 'd');
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(Query(database, "INSERT INTO verifications VALUES(NULL, 1, 'a', 0, 'v', 's', 1, ?)")
                    .bind(std::string_view(details))
                    .finish()
                    .has_value());
  }
  EXPECT_EQ(journalSize(), before);
  ASSERT_TRUE(transaction->commit().has_value());
  EXPECT_GT(journalSize(), before);
}

}  // namespace
}  // namespace certus::trust_service
