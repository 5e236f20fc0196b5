// The database file altered by another program: the verdict turns false and names what was altered.
#include <fstream>

#include "bench.h"

namespace certus::trust_service {
namespace {

struct Alteration {
  const char* what;
  const char* sql;
  const char* check;  // must be among the failed ones
};

void PrintTo(const Alteration& alteration, std::ostream* out) { *out << alteration.what; }

// Entry 2 of 6: it has siblings on both sides and lies in a perfect subtree of four.
class AlteredRow : public ::testing::TestWithParam<Alteration> {
 protected:
  AlteredRow() {
    for (const char* name : {"a", "b", "c", "d", "e", "f"}) replies.push_back(bench.sign(name, {{"scan_id", "scan-1"}}));
  }
  Json question(std::size_t index) const {
    return {{"artifact", replies[index]["artifact"]},
            {"signature", replies[index]["signature"]},
            {"certificate", replies[index]["certificate"]}};
  }
  Bench bench;
  std::vector<Json> replies;
};

TEST_P(AlteredRow, TurnsTheVerdictFalseUnderItsOwnName) {
  ASSERT_TRUE(bench.verify(question(2))["valid"]);
  ASSERT_GE(bench.alter(GetParam().sql), 1);
  const Json verdict = bench.verify(question(2));
  EXPECT_FALSE(verdict["valid"]) << verdict.dump(1);
  EXPECT_EQ(statusOf(verdict, GetParam().check), "failed") << verdict.dump(1);
  EXPECT_NE(reasonOf(verdict, GetParam().check), "");
}

TEST_P(AlteredRow, TurnsItFalseForAServiceThatStartsAfterwards) {
  bench.close();
  ASSERT_GE(bench.alter(GetParam().sql), 1);
  bench.open();
  const Json verdict = bench.verify(question(2));
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(statusOf(verdict, GetParam().check), "failed");
}

INSTANTIATE_TEST_SUITE_P(
    Database, AlteredRow,
    ::testing::Values(
        Alteration{"body, one byte",
                   "UPDATE entries SET body = CAST(replace(body, '0.0.1', '0.0.2') AS BLOB) WHERE leaf_index = 2",
                   "entry_body"},
        Alteration{"body, another digest",
                   "UPDATE entries SET body = (SELECT body FROM entries WHERE leaf_index = 1) WHERE leaf_index = 2",
                   "entry_body"},
        Alteration{"body, a space", "UPDATE entries SET body = CAST(body || ' ' AS BLOB) WHERE leaf_index = 2",
                   "inclusion_proof"},
        Alteration{"body, emptied", "UPDATE entries SET body = x'' WHERE leaf_index = 2", "entry_body"},
        Alteration{"signature", "UPDATE entries SET signature = x'300602010102010a' WHERE leaf_index = 2", "entry_record"},
        Alteration{"digest", "UPDATE entries SET artifact = 'sha256:' || hex(zeroblob(32)) WHERE leaf_index = 2",
                   "entry_record"},
        Alteration{"leaf hash", "UPDATE entries SET leaf_hash = randomblob(32) WHERE leaf_index = 2", "entry_record"},
        Alteration{"signer", "UPDATE entries SET signer = 'boss@example.com' WHERE leaf_index = 2", "certificate_chain"},
        Alteration{"type", "UPDATE entries SET artifact_type = 'sbom' WHERE leaf_index = 2", "entry_record"},
        Alteration{"type to null", "UPDATE entries SET artifact_type = NULL WHERE leaf_index = 2", "entry_record"},
        Alteration{"subject", "UPDATE entries SET subject = 'other' WHERE leaf_index = 2", "entry_record"},
        Alteration{"scan", "UPDATE entries SET scan_id = 'scan-2' WHERE leaf_index = 2", "entry_record"},
        Alteration{"details", "UPDATE entries SET details = '{}' WHERE leaf_index = 2", "entry_record"},
        Alteration{"record signature", "UPDATE entries SET record_signature = NULL WHERE leaf_index = 2", "entry_record"},
        Alteration{"time, earlier", "UPDATE entries SET integrated_time = integrated_time - 86400 WHERE leaf_index = 2",
                   "integrated_time"},
        Alteration{"time, a second", "UPDATE entries SET integrated_time = integrated_time + 1 WHERE leaf_index = 2",
                   "integrated_time"},
        Alteration{"entry timestamp", "UPDATE entries SET entry_timestamp = zeroblob(70) WHERE leaf_index = 2",
                   "integrated_time"},
        Alteration{"own leaf in the tree", "UPDATE hashes SET hash = randomblob(32) WHERE level = 0 AND position = 2",
                   "inclusion_proof"},
        Alteration{"sibling leaf", "UPDATE hashes SET hash = randomblob(32) WHERE level = 0 AND position = 3",
                   "inclusion_proof"},
        Alteration{"sibling subtree", "UPDATE hashes SET hash = randomblob(32) WHERE level = 1 AND position = 0",
                   "inclusion_proof"},
        Alteration{"right edge", "UPDATE hashes SET hash = randomblob(32) WHERE level = 1 AND position = 2",
                   "inclusion_proof"},
        Alteration{"subtree above", "UPDATE hashes SET hash = randomblob(32) WHERE level = 2 AND position = 0",
                   "log_consistency"},
        Alteration{"hash of another length", "UPDATE hashes SET hash = x'00' WHERE level = 0 AND position = 3",
                   "inclusion_proof"},
        Alteration{"hash gone", "DELETE FROM hashes WHERE level = 1 AND position = 0", "inclusion_proof"},
        Alteration{"checkpoint, a size",
                   "UPDATE checkpoints SET note = replace(note, char(10) || '6' || char(10), char(10) || '7' || char(10)) "
                   "WHERE tree_size = 6",
                   "checkpoint"},
        Alteration{"checkpoint, a signature",
                   "UPDATE checkpoints SET note = (SELECT substr(note, 1, length(note) - 12) || 'AAAAAAAAAA=' || char(10) "
                   "FROM checkpoints WHERE tree_size = 6) WHERE tree_size = 6",
                   "checkpoint"},
        Alteration{"checkpoint, another's",
                   "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE tree_size = 5) WHERE tree_size = 6",
                   "checkpoint"},
        Alteration{"checkpoint, emptied", "UPDATE checkpoints SET note = '' WHERE tree_size = 6", "checkpoint"},
        Alteration{"newest checkpoint gone", "DELETE FROM checkpoints WHERE tree_size = 6", "log_consistency"},
        Alteration{"all checkpoints gone", "DELETE FROM checkpoints", "checkpoint"},
        Alteration{"newest row gone", "DELETE FROM entries WHERE leaf_index = 5", "log_consistency"},
        Alteration{"own row gone", "DELETE FROM entries WHERE leaf_index = 2", "log_entry"},
        Alteration{"rows swapped",
                   "UPDATE entries SET leaf_index = CASE leaf_index WHEN 2 THEN 102 ELSE 103 END WHERE leaf_index IN (2, 3)",
                   "inclusion_proof"}));

TEST_F(AlteredRow, AnotherEntrysRowDoesNotTouchThisOne) {
  ASSERT_EQ(bench.alter("UPDATE entries SET subject = 'other', integrated_time = 5 WHERE leaf_index = 1"), 1);
  EXPECT_TRUE(bench.verify(question(2))["valid"]);
  EXPECT_FALSE(bench.verify(question(1))["valid"]);
}

TEST_F(AlteredRow, AnEntryMovedWithEverythingThatBelongsToItIsStillFound) {
  // All columns of entry 1 under index 2: the log signed index 1.
  ASSERT_EQ(bench.alter("DELETE FROM entries WHERE leaf_index = 2; UPDATE entries SET leaf_index = 2 WHERE leaf_index = 1"),
            1);
  const Json verdict = bench.verify(question(1));
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(statusOf(verdict, "inclusion_proof"), "failed");
  EXPECT_EQ(statusOf(verdict, "integrated_time"), "failed");
}

TEST_F(AlteredRow, ATreeThatWasAlteredIsNeverExtended) {
  ASSERT_EQ(bench.alter("UPDATE hashes SET hash = randomblob(32) WHERE level = 2 AND position = 0"), 1);
  const Reply refused = bench.post("/v1/sign", {{"artifact", digestOf("g")}, {"artifact_type", "t"}, {"subject", "s"}});
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body["detail"].get<std::string>().find("do not lead to the root"), std::string::npos)
      << refused.body.dump();
  EXPECT_EQ(bench.get("/v1/ready").status, 503);
  EXPECT_EQ(bench.get("/v1/stats").body["total_transparency_entries"], 6);
}

TEST_F(AlteredRow, AnAlteredEntryIsNotShownWithAProof) {
  ASSERT_EQ(bench.alter("UPDATE entries SET body = CAST(body || ' ' AS BLOB) WHERE leaf_index = 2"), 1);
  EXPECT_EQ(bench.get("/v1/transparency/2").status, 503);
  EXPECT_EQ(bench.get("/v1/transparency/2?include_proof=false").status, 200);
}

// A log of one entry, whose proof is empty and whose leaf is the root.
TEST(AlteredOnlyRow, IsNoticedThoughTheProofIsEmpty) {
  for (const char* sql : {"UPDATE entries SET body = CAST(body || ' ' AS BLOB)", "UPDATE hashes SET hash = randomblob(32)",
                          "UPDATE entries SET integrated_time = integrated_time + 1"}) {
    Bench bench;
    const Json reply = bench.sign("a");
    ASSERT_EQ(bench.alter(sql), 1);
    EXPECT_FALSE(bench.verify({{"artifact", digestOf("a")}, {"signature", reply["signature"]}})["valid"]) << sql;
  }
}

class KeptCheckpointFile : public ::testing::Test {
 protected:
  void copyDatabase(const std::string& from, const std::string& to) {
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(to + part);
    std::filesystem::copy_file(from, to);
  }
  std::string database() const { return bench.state() + "/trust.db"; }
  Bench bench;
};

TEST_F(KeptCheckpointFile, AnOlderDatabaseIsNeitherSignedNorBelieved) {
  const Json first = bench.sign("a");
  bench.close();  // so that the file is whole
  copyDatabase(database(), bench.state() + "/backup.db");
  bench.open();
  bench.sign("b");
  bench.close();
  copyDatabase(bench.state() + "/backup.db", database());
  bench.open();
  const Reply refused = bench.post("/v1/sign", {{"artifact", digestOf("c")}, {"artifact_type", "t"}, {"subject", "s"}});
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body["detail"].get<std::string>().find(
                "older than its last signed checkpoint: it holds 1 entries, 2 were signed"),
            std::string::npos)
      << refused.body.dump();
  const Json verdict = bench.verify({{"artifact", digestOf("a")}, {"signature", first["signature"]}});
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(statusOf(verdict, "log_consistency"), "failed");
  const Json lost = bench.verify({{"artifact", digestOf("b")}, {"signature", first["signature"]}});
  EXPECT_EQ(statusOf(lost, "log_consistency"), "failed");
  const Reply ready = bench.get("/v1/ready");
  EXPECT_EQ(ready.status, 503);
  EXPECT_FALSE(ready.body["ready"]);
  EXPECT_FALSE(ready.body["checks"]["rekor"]);
}

TEST_F(KeptCheckpointFile, ADifferentTreeOfTheSameSizeIsNoticed) {
  bench.close();
  copyDatabase(database(), bench.state() + "/backup.db");
  bench.open();
  bench.sign("a");
  bench.close();
  std::filesystem::copy_file(bench.state() + "/trust-log.checkpoint", bench.state() + "/kept");
  copyDatabase(bench.state() + "/backup.db", database());
  std::filesystem::remove(bench.state() + "/trust-log.checkpoint");
  // With an older checkpoint file as well, the old database looks whole and grows another branch ...
  std::ofstream(bench.state() + "/trust-log.checkpoint") << [this] {
    auto opened = Database::open(bench.state() + "/backup.db", Access::Read).value();
    Query query(opened, "SELECT note FROM checkpoints WHERE tree_size = 0");
    EXPECT_TRUE(query.next().value());
    return query.bytes(0);
  }();
  bench.open();
  const Json forked = bench.sign("b");
  bench.close();
  // ... which the kept checkpoint, put back, does not accept.
  std::filesystem::rename(bench.state() + "/kept", bench.state() + "/trust-log.checkpoint");
  bench.open();
  const Json verdict = bench.verify({{"artifact", digestOf("b")}, {"signature", forked["signature"]}});
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(statusOf(verdict, "log_consistency"), "failed");
  EXPECT_EQ(bench.post("/v1/sign", {{"artifact", digestOf("c")}, {"artifact_type", "t"}, {"subject", "s"}}).status, 503);
}

TEST_F(KeptCheckpointFile, ItsLossOrDamageStopsSigningWhileTheServiceRuns) {
  bench.sign("a");
  std::ofstream(bench.state() + "/trust-log.checkpoint") << "rubbish";
  EXPECT_EQ(bench.post("/v1/sign", {{"artifact", digestOf("c")}, {"artifact_type", "t"}, {"subject", "s"}}).status, 503);
  std::filesystem::remove(bench.state() + "/trust-log.checkpoint");
  EXPECT_EQ(bench.post("/v1/sign", {{"artifact", digestOf("c")}, {"artifact_type", "t"}, {"subject", "s"}}).status, 503);
  EXPECT_EQ(bench.get("/v1/stats").body["total_transparency_entries"], 1);
}

TEST_F(KeptCheckpointFile, FollowsEverySignature) {
  for (int i = 1; i <= 3; ++i) {
    bench.sign("a");
    std::ifstream file(bench.state() + "/trust-log.checkpoint");
    std::string origin, size;
    std::getline(file, origin);
    std::getline(file, size);
    EXPECT_EQ(size, std::to_string(i));
  }
}

TEST_F(KeptCheckpointFile, ADatabaseThatIsDeletedUnderTheServiceIsNotWrittenToInTheDark) {
  bench.sign("a");
  std::filesystem::remove(database());
  const Reply refused = bench.post("/v1/sign", {{"artifact", digestOf("b")}, {"artifact_type", "t"}, {"subject", "s"}});
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body["detail"].get<std::string>().find("moved or deleted"), std::string::npos);
  EXPECT_EQ(bench.get("/v1/ready").status, 503);
}

}  // namespace
}  // namespace certus::trust_service
