// Another database under the service than the one whose tree it signed last: an older backup, another log's, a cut one; put
// there between two starts or while it runs. It is never signed, on neither face; what can be read is read, and says so.
#include <fstream>

#include "outsider.h"

namespace certus::trust_service {
namespace {

class RestoredDatabase : public ::testing::Test {
 protected:
  RestoredDatabase() {
    for (const char* name : {"a", "b", "c"}) older[name] = bench.sign(name)["bundle"];
    bench.close();
    std::filesystem::copy_file(database(), backup());
    bench.open();
    for (const char* name : {"d", "e"}) bench.sign(name);
  }
  std::string database() const { return bench.state() + "/trust.db"; }
  std::string backup() const { return bench.state() + "/../backup.db"; }
  void removeJournal() {
    for (const char* part : {"-wal", "-shm"}) std::filesystem::remove(database() + part);
  }
  void restore(const std::string& from) {
    std::filesystem::copy_file(from, database() + ".restored", std::filesystem::copy_options::overwrite_existing);
    removeJournal();
    std::filesystem::rename(database() + ".restored", database());
  }

  // No signature, no submission, no head as if it were the log's, whatever the reason; and the reason is told.
  void expectSignsNothing(const std::string& because) {
    const Reply sign = bench.post("/v1/sign", {{"artifact", digestOf("x")}, {"artifact_type", "t"}, {"subject", "s"}});
    EXPECT_EQ(sign.status, 503) << sign.body.dump();
    EXPECT_NE(sign.body["detail"].get<std::string>().find(because), std::string::npos) << sign.body.dump();
    const Reply submission = bench.post(kEntriesPath, outsider.proposal("x"));
    EXPECT_EQ(submission.status, 503);
    EXPECT_EQ(submission.body["code"], 503) << submission.body.dump();
    EXPECT_NE(submission.body["message"].get<std::string>().find(because), std::string::npos) << submission.body.dump();
    const Reply ready = bench.get("/v1/ready");
    EXPECT_EQ(ready.status, 503);
    EXPECT_NE(ready.body["problems"].dump().find(because), std::string::npos) << ready.body.dump();
    EXPECT_EQ(bench.get("/v1/health").status, 200);
  }
  void expectNoHead() {
    const Reply head = bench.get("/api/v1/log");
    EXPECT_EQ(head.status, 503);
    EXPECT_EQ(head.body["code"], 503) << head.body.dump();
    EXPECT_FALSE(head.body.contains("signedTreeHead"));
    const Reply proof = bench.get("/api/v1/log/proof?firstSize=1&lastSize=2");
    EXPECT_EQ(proof.status, 503);
    EXPECT_EQ(proof.body["code"], 503) << proof.body.dump();
  }
  void expectOlderLogIsRead() {
    EXPECT_EQ(bench.get("/v1/transparency/1").status, 200);
    EXPECT_EQ(bench.get("/v1/stats").body["total_transparency_entries"], 3);
    EXPECT_EQ(bench.get("/api/v1/log/entries?logIndex=1").status, 200);
    EXPECT_EQ(bench.get("/api/v1/log/entries?logIndex=3").status, 404);
    const Json verdict = bench.verify({{"artifact", digestOf("b")}});
    EXPECT_FALSE(verdict["valid"]);
    EXPECT_NE(verdict["signatures"].dump().find("log_consistency"), std::string::npos) << verdict.dump(1);
    const Json byBundle = bench.verify({{"artifact", digestOf("b")}, {"bundle", older["b"]}});
    EXPECT_FALSE(byBundle["valid"]);
    EXPECT_EQ(byBundle["failure"], "LOG_INCONSISTENT");
    EXPECT_EQ(statusOf(byBundle, "log_consistency"), "failed");
    EXPECT_EQ(statusOf(byBundle, "log_entry"), "passed");
  }

  Bench bench;
  const Outsider outsider;
  std::map<std::string, Json> older;  // bundles of what the backup holds
};

constexpr const char* kOlder = "older than its last signed checkpoint: it holds 3 entries, 5 were signed";

TEST_F(RestoredDatabase, AnOlderBackupIsReadAndNeverSigned) {
  bench.close();
  restore(backup());
  bench.open();
  expectSignsNothing(kOlder);
  expectNoHead();
  expectOlderLogIsRead();
  bench.close();
  bench.open();  // a restart does not make it good
  expectSignsNothing(kOlder);
}

TEST_F(RestoredDatabase, AnOlderBackupPutThereWhileTheServiceRuns) {
  restore(backup());
  expectSignsNothing("moved or deleted while the service ran. Restart the service");
  expectNoHead();
  expectOlderLogIsRead();
  bench.close();
  bench.open();
  expectSignsNothing(kOlder);
}

// Copied into the open file, as cp does. What the journal still holds is laid over it; without that it is just older.
TEST_F(RestoredDatabase, AnOlderBackupCopiedOverTheOpenFileIsRefusedUnlessTheJournalMakesItWhole) {
  std::filesystem::copy_file(backup(), database(), std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(bench.sign("f")["transparency_entry"]["index"], 5);
  for (const char* name : {"a", "e", "f"}) EXPECT_TRUE(bench.verify({{"artifact", digestOf(name)}})["valid"]) << name;
  bench.alter("PRAGMA wal_checkpoint(TRUNCATE)");
  std::filesystem::copy_file(backup(), database(), std::filesystem::copy_options::overwrite_existing);
  expectSignsNothing("older than its last signed checkpoint: it holds 3 entries, 6 were signed");
  expectNoHead();
  expectOlderLogIsRead();
}

TEST_F(RestoredDatabase, TheRightOnePutBackIsSignedAgain) {
  bench.close();
  const std::string right = bench.state() + "/../right.db";
  std::filesystem::copy_file(database(), right);
  restore(backup());
  bench.open();
  expectSignsNothing(kOlder);
  bench.close();
  restore(right);
  bench.open();
  EXPECT_EQ(bench.get("/v1/ready").status, 200);
  EXPECT_EQ(bench.get("/api/v1/log").body["treeSize"], 5);
  EXPECT_EQ(bench.sign("f")["transparency_entry"]["index"], 5);
}

TEST_F(RestoredDatabase, AnotherLogsDatabaseIsNeverSigned) {
  Bench other;
  for (int i = 0; i < 9; ++i) other.sign(std::to_string(i));
  other.close();
  bench.close();
  restore(other.state() + "/trust.db");
  bench.open();
  expectSignsNothing("not of this log");
  expectNoHead();
  EXPECT_EQ(bench.get("/v1/transparency/1?include_proof=false").status, 200);
  EXPECT_EQ(bench.get("/api/v1/log/entries?logIndex=1").status, 503);
}

TEST_F(RestoredDatabase, AnotherLogsDatabasePutThereWhileTheServiceRuns) {
  Bench other;
  for (int i = 0; i < 9; ++i) other.sign(std::to_string(i));
  other.close();
  restore(other.state() + "/trust.db");
  expectSignsNothing("Restart the service");
  expectNoHead();
}

TEST_F(RestoredDatabase, ACutOneIsNeverSigned) {
  bench.close();
  const auto whole = std::filesystem::file_size(database());
  const std::string right = bench.state() + "/../right.db";
  std::filesystem::copy_file(database(), right);
  for (std::uintmax_t size = 0; size < whole; size += size < 8192 ? 512 : 12'288 + 512) {
    restore(right);
    std::filesystem::resize_file(database(), size);
    auto service = TrustService::open(bench.state(), bench.clock);
    if (!service) {
      EXPECT_EQ(service.error().code, ErrorCode::DataCorrupt) << size << service.error().message << service.error().detail;
      EXPECT_NE(service.error().message.find("Restore"), std::string::npos) << service.error().message;
      continue;
    }
    NewEntry entry;
    entry.origin = Origin::Submitted;
    entry.body = "{}";
    auto appended = (*service)->writer().append(entry);
    ASSERT_FALSE(appended.has_value()) << "cut to " << size << " of " << whole;
    EXPECT_NE(appended.error().message.find("Restore"), std::string::npos)
        << appended.error().message << appended.error().detail;
  }
}

}  // namespace
}  // namespace certus::trust_service
