// The power fails: what was written since the last sync is gone. No acknowledged signature is.
#include "bench.h"
#include "forgetful_vfs.h"

namespace certus::trust_service {
namespace {

class PowerLoss : public ::testing::Test {
 protected:
  // A service over what a cut would have left; checks it and gives its size.
  std::uint64_t sizeAfter(const std::string& left, const std::vector<Json>& acknowledged) {
    std::uint64_t size = 0;
    look(left, acknowledged, size);
    return size;
  }
  void look(const std::string& left, const std::vector<Json>& acknowledged, std::uint64_t& size) {
    Bench bench(left);
    EXPECT_EQ(bench.get("/v1/ready").status, 200) << bench.get("/v1/ready").body.dump();
    for (const Json& reply : acknowledged) {
      const auto verdict =
          bench.service().verifier().verify({*parseDigest(reply["artifact"].get<std::string>()), reply["signature"],
                                             reply["certificate"].get<std::string>(), std::nullopt});
      ASSERT_TRUE(verdict.has_value());
      EXPECT_TRUE(verdict->valid) << verdict->checks.failedNames();
    }
    size = bench.get("/v1/stats").body["total_transparency_entries"].get<std::uint64_t>();
  }
  std::string freshPlace() { return files.path() + "/left" + std::to_string(places_++); }
  TemporaryDirectory files;

 private:
  int places_ = 0;
};

TEST_F(PowerLoss, LosesNoAcknowledgedSignatureAtAnyWriteOrSync) {
  std::vector<std::pair<std::string, std::size_t>> cuts;  // what was left, and how many were acknowledged then
  std::vector<Json> acknowledged;
  {
    Bench bench;
    bench.close();
    ForgetfulVfs vfs;
    vfs.trust(bench.state() + "/trust.db");
    bench.open();
    vfs.moment = [&] {
      const std::string place = freshPlace();
      vfs.leaveIn(bench.state(), place);
      cuts.emplace_back(place, acknowledged.size());
    };
    for (int i = 0; i < 6; ++i) {
      acknowledged.push_back(bench.sign(std::to_string(i)));
      vfs.moment();
    }
    vfs.moment = {};
    bench.close();
  }
  ASSERT_GT(cuts.size(), 30u);
  for (const auto& [place, count] : cuts) {
    const std::vector<Json> promised(acknowledged.begin(), acknowledged.begin() + static_cast<std::ptrdiff_t>(count));
    const std::uint64_t size = sizeAfter(place, promised);
    EXPECT_GE(size, count);
    EXPECT_LE(size, count + 1);
    std::filesystem::remove_all(place);
  }
  std::cout << cuts.size() << " power cuts\n";
}

TEST_F(PowerLoss, LosesNothingWhenTheJournalIsFoldedIntoTheDatabase) {
  std::vector<Json> acknowledged;
  std::string left;
  {
    Bench bench;
    bench.close();
    ForgetfulVfs vfs;
    vfs.trust(bench.state() + "/trust.db");
    bench.open();
    acknowledged.push_back(bench.sign("before"));
    std::vector<std::string> places;
    vfs.moment = [&] {
      places.push_back(freshPlace());
      vfs.leaveIn(bench.state(), places.back());
    };
    bench.close();  // the last connection folds the journal
    vfs.moment = {};
    ASSERT_GE(places.size(), 2u);
    for (const std::string& place : places) EXPECT_EQ(sizeAfter(place, acknowledged), 1u);
    left = freshPlace();
    vfs.leaveIn(bench.state(), left);
  }
  EXPECT_EQ(sizeAfter(left, acknowledged), 1u);
}

// The test's own eye: a database that does not sync does lose rows here.
TEST_F(PowerLoss, IsNoticedByThisTestWhenTheDatabaseDoesNotSync) {
  const std::string folder = files.path() + "/careless";
  std::filesystem::create_directories(folder);
  ForgetfulVfs vfs;
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((folder + "/x.db").c_str(), &database), SQLITE_OK);
  const auto run = [&database](const char* sql) {
    ASSERT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  };
  run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(x); INSERT INTO t VALUES(1); PRAGMA "
      "synchronous=OFF; INSERT INTO t VALUES(2)");
  const std::string place = freshPlace();
  vfs.leaveIn(folder, place);
  sqlite3_close(database);
  ASSERT_EQ(sqlite3_open((place + "/x.db").c_str(), &database), SQLITE_OK);
  sqlite3_stmt* count = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(database, "SELECT count(*) FROM t", -1, &count, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_step(count), SQLITE_ROW);
  EXPECT_EQ(sqlite3_column_int(count, 0), 1);
  sqlite3_finalize(count);
  sqlite3_close(database);
}

}  // namespace
}  // namespace certus::trust_service
