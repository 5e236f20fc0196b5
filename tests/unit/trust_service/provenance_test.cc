// Provenance, the trail, the counters: what is told is what was signed and verified, and it survives a restart.
#include "bench.h"

namespace certus::trust_service {
namespace {

class Scan : public ::testing::Test {
 protected:
  void signScan() {
    trivy = bench.sign("trivy.json", {{"artifact_type", "scan_result"},
                                      {"scan_id", "scan_7f8d9e2"},
                                      {"metadata", {{"tool", "trivy"}, {"version", "0.48.0"}}}});
    bench.clock.advance(std::chrono::seconds(1));
    semgrep = bench.sign(
        "semgrep.json", {{"artifact_type", "scan_result"},
                         {"metadata", {{"scan_id", "scan_7f8d9e2"}, {"tool", {{"name", "semgrep"}, {"version", "1.50"}}}}}});
    bench.clock.advance(std::chrono::seconds(1));
    manifest =
        bench.sign("manifest.json", {{"artifact_type", "manifest"},
                                     {"predicates",
                                      {{"scan_id", "scan_7f8d9e2"},
                                       {"version", "1.0"},
                                       {"storage_locations", {{"s3", "s3://raw/scans/7f8d9e2"}, {"oci", nullptr}}}}}});
  }
  Json story(const std::string& query = {}) {
    const Reply reply = bench.get("/v1/provenance/scan_7f8d9e2" + query);
    EXPECT_EQ(reply.status, 200) << reply.body.dump();
    return reply.body;
  }
  Bench bench;
  Json trivy, semgrep, manifest;
};

TEST_F(Scan, IsToldFromWhatWasSigned) {
  signScan();
  const Json told = story();
  EXPECT_EQ(told["scan_id"], "scan_7f8d9e2");
  EXPECT_EQ(told["manifest"]["digest"], digestOf("manifest.json"));
  EXPECT_EQ(told["manifest"]["version"], "1.0");
  EXPECT_EQ(told["manifest"]["signed_by"], kLocalIdentity);
  EXPECT_EQ(told["manifest"]["signed_at"], "2027-01-15T08:00:02Z");
  ASSERT_EQ(told["scans"].size(), 2u);
  EXPECT_EQ(told["scans"][0]["tool"], "trivy");
  EXPECT_EQ(told["scans"][0]["version"], "0.48.0");
  EXPECT_EQ(told["scans"][1]["tool"], "semgrep");
  EXPECT_EQ(told["scans"][1]["version"], "1.50");
  EXPECT_TRUE(told["scans"][0]["verified_by"].is_null());
  EXPECT_EQ(told["storage_locations"], (Json{{"s3", "s3://raw/scans/7f8d9e2"}, {"oci", nullptr}}));
  EXPECT_EQ(told["chain_status"], "complete");
  EXPECT_EQ(told["trust_level"], "high");
  EXPECT_EQ(told["verification_trail"], Json::array());
  EXPECT_EQ(told["checks"].size(), 10u);
  for (const Json& check : told["checks"]) EXPECT_EQ(check["status"], "passed") << check.dump();
}

TEST_F(Scan, TheTrailHoldsWhatWasReallyVerifiedWithItsResult) {
  signScan();
  bench.clock.advance(std::chrono::seconds(60));
  EXPECT_TRUE(bench.verify({{"artifact", trivy["artifact"]}, {"signature", trivy["signature"]}})["valid"]);
  bench.clock.advance(std::chrono::seconds(60));
  EXPECT_FALSE(bench.verify({{"artifact", trivy["artifact"]}, {"signature", semgrep["signature"]}})["valid"]);
  const Json told = story();
  ASSERT_EQ(told["verification_trail"].size(), 2u);
  const Json& good = told["verification_trail"][0];
  EXPECT_EQ(good["timestamp"], "2027-01-15T08:01:02.000000Z");
  EXPECT_EQ(good["verifier"], kLocalIdentity);
  EXPECT_EQ(good["result"], "verified");
  EXPECT_EQ(good["index"], 0);
  const Json& bad = told["verification_trail"][1];
  EXPECT_EQ(bad["result"], "failed");
  EXPECT_EQ(bad["details"], "Failed: entry_body, signature");
  EXPECT_EQ(told["scans"][0]["verified_by"], kLocalIdentity);
  EXPECT_TRUE(told["scans"][1]["verified_by"].is_null());
  EXPECT_TRUE(story("?include_verification_trail=false")["verification_trail"].is_null());
}

TEST_F(Scan, AnAlteredEntryBreaksTheChainAndIsNamed) {
  signScan();
  EXPECT_TRUE(bench.verify({{"artifact", trivy["artifact"]}, {"signature", trivy["signature"]}})["valid"]);
  ASSERT_EQ(bench.alter("UPDATE entries SET integrated_time = integrated_time - 9 WHERE leaf_index = 0"), 1);
  const Json told = story();
  EXPECT_EQ(told["chain_status"], "broken");
  EXPECT_EQ(told["trust_level"], "untrusted");
  EXPECT_EQ(told["scans"][0]["status"], "failed");
  EXPECT_EQ(told["scans"][0]["failed_checks"], "integrated_time");
  EXPECT_TRUE(told["scans"][0]["verified_by"].is_null());
  EXPECT_EQ(told["scans"][1]["status"], "verified");
  EXPECT_EQ(statusOf(told, "integrated_time"), "failed");
  EXPECT_EQ(statusOf(told, "signature"), "passed");
  EXPECT_NE(told["explanation"].get<std::string>().find("entry 0 fails integrated_time"), std::string::npos);
}

TEST_F(Scan, WithoutAManifestOrWithoutResultsItIsPartial) {
  bench.sign("trivy.json", {{"scan_id", "scan_7f8d9e2"}});
  Json told = story();
  EXPECT_EQ(told["chain_status"], "partial");
  EXPECT_EQ(told["trust_level"], "medium");
  EXPECT_EQ(told["manifest"],
            (Json{{"version", nullptr}, {"digest", nullptr}, {"signed_by", nullptr}, {"signed_at", nullptr}}));
  EXPECT_EQ(told["scans"][0]["tool"], "container_image");
  bench.sign("m", {{"scan_id", "other"}, {"artifact_type", "scan_manifest"}});
  told = bench.get("/v1/provenance/other").body;
  EXPECT_EQ(told["chain_status"], "partial");
  EXPECT_EQ(told["trust_level"], "low");
}

TEST_F(Scan, AnArtifactHasAStoryToo) {
  signScan();
  const Json told = bench.get("/v1/provenance?artifact=" + digestOf("trivy.json")).body;
  EXPECT_EQ(told["artifact"], digestOf("trivy.json"));
  EXPECT_EQ(told["scan_id"], "scan_7f8d9e2");
  EXPECT_EQ(told["scans"].size(), 1u);
  EXPECT_EQ(told["chain_status"], "partial");
}

TEST_F(Scan, TheUnknownIs404AlsoAfterSomebodyTriedToVerifyIt) {
  signScan();
  EXPECT_FALSE(bench.verify({{"artifact", digestOf("never signed")}})["valid"]);
  for (const std::string& target :
       {std::string("/v1/provenance/scan_unknown"), "/v1/provenance?artifact=" + digestOf("never signed")}) {
    const Reply reply = bench.get(target);
    EXPECT_EQ(reply.status, 404);
    EXPECT_NE(reply.body["detail"].get<std::string>().find("Nothing is signed for"), std::string::npos);
  }
}

TEST(Stats, CountWhatHappenedAndSurviveARestart) {
  Bench bench;
  const Json a = bench.sign("a");
  bench.sign("b");
  bench.verify({{"artifact", a["artifact"]}, {"signature", a["signature"]}});
  bench.verify({{"artifact", a["artifact"]}});
  bench.verify({{"artifact", digestOf("unknown")}});
  bench.post("/v1/sign", {{"artifact", "no digest"}, {"artifact_type", "t"}, {"subject", "s"}});
  bench.get("/v1/provenance/none");
  Json before = bench.get("/v1/stats").body;
  EXPECT_EQ(before["total_signatures"], 2);
  EXPECT_EQ(before["total_transparency_entries"], 2);
  EXPECT_EQ(before["verification_stats"], (Json{{"total", 3}, {"successful", 2}, {"failed", 1}}));
  EXPECT_EQ(before["signers"], Json::array({kLocalIdentity}));
  bench.close();
  bench.open();
  Json after = bench.get("/v1/stats").body;
  before.erase("timestamp");
  after.erase("timestamp");
  EXPECT_EQ(after, before);
  EXPECT_TRUE(bench.verify(
      {{"artifact", a["artifact"]}, {"signature", a["signature"]}, {"certificate", a["certificate"]}})["valid"]);
  EXPECT_EQ(bench.sign("c")["transparency_entry"]["index"], 2);
}

TEST(Trail, StrangersCannotFillTheDiskWithIt) {
  Bench bench;
  const Json a = bench.sign("a");
  for (int i = 0; i < 3; ++i) bench.verify({{"artifact", digestOf("unknown " + std::to_string(i))}});
  auto opened = Database::open(bench.state() + "/trust.db", Access::Read).value();
  Query none(opened, "SELECT count(*) FROM verifications");
  ASSERT_TRUE(none.next().value());
  EXPECT_EQ(none.integer(0), 0);
  VerificationRecord record{1, a["artifact"].get<std::string>(), 0, "v", "s", true, "d"};
  auto writing = Database::open(bench.state() + "/trust.db", Access::Write).value();
  {
    auto transaction = Transaction::begin(writing, Access::Write).value();
    for (std::uint64_t i = 0; i < kTrailPerArtifact + 5; ++i) ASSERT_TRUE(insertVerification(writing, record).has_value());
    ASSERT_TRUE(transaction.commit().has_value());
  }
  EXPECT_EQ(verificationsOf(writing, record.artifact, 10'000)->size(), kTrailPerArtifact);
  EXPECT_EQ(readCounters(writing)->verifications, static_cast<std::int64_t>(kTrailPerArtifact) + 5 + 3);
}

}  // namespace
}  // namespace certus::trust_service
