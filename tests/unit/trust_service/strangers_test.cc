// What the v1 API says of entries that others submitted, and databases from before there were any.
#include "outsider.h"

namespace certus::trust_service {
namespace {

class Strangers : public ::testing::Test {
 protected:
  Json submit(const Json& proposal) {
    const Reply reply = bench.post(kEntriesPath, proposal);
    EXPECT_EQ(reply.status, 201) << reply.body.dump();
    return reply.body;
  }
  Bench bench;
  Outsider carol;
};

TEST_F(Strangers, AreListedAndShownButNotAsOurSigners) {
  const std::string id = onlyId(submit(carol.proposal("release")));
  const Json list = bench.get("/v1/transparency").body;
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["entry_id"], id);
  EXPECT_EQ(list[0]["signer"], "unknown");
  EXPECT_EQ(list[0]["submitted"], true);
  const Json shown = bench.get("/v1/transparency/" + id).body;
  EXPECT_TRUE(shown["certificate"].is_null());
  EXPECT_EQ(shown["proof"]["tree_size"], 1);
  const Json stats = bench.get("/v1/stats").body;
  EXPECT_EQ(stats["total_signatures"], 0);
  EXPECT_EQ(stats["total_transparency_entries"], 1);
  EXPECT_EQ(stats["signers"], Json::array());
}

TEST_F(Strangers, AreNeverValidForV1AndTheChecksSayWhy) {
  const Json proposal = carol.proposal("release");
  submit(proposal);
  const Json verdict =
      bench.verify({{"artifact", digestOf("release")}, {"signature", proposal["spec"]["signature"]["content"]}});
  EXPECT_EQ(verdict["valid"], false);
  EXPECT_EQ(verdict["signer"], "unknown");
  for (const char* name : {"log_entry", "entry_body", "signature", "integrated_time", "inclusion_proof", "checkpoint"}) {
    EXPECT_EQ(statusOf(verdict, name), "passed") << name << ": " << reasonOf(verdict, name);
  }
  EXPECT_EQ(statusOf(verdict, "entry_record"), "failed");
  EXPECT_NE(reasonOf(verdict, "entry_record").find("did not sign it"), std::string::npos);
  EXPECT_EQ(statusOf(verdict, "certificate_chain"), "failed");
  const Json lookedUp = bench.verify({{"artifact", digestOf("release")}});
  EXPECT_EQ(lookedUp["valid"], false);
  EXPECT_NE(reasonOf(lookedUp, "log_entry").find("others submitted"), std::string::npos);
}

TEST_F(Strangers, CannotBreakWhatTheServiceSigned) {
  const Json mine = bench.sign("release", {{"scan_id", "scan"}, {"artifact_type", "manifest"}});
  for (int i = 0; i < 60; ++i) submit(carol.proposal("release"));  // more than a lookup looks at
  const Json verdict = bench.verify({{"artifact", digestOf("release")}});
  EXPECT_EQ(verdict["valid"], true) << verdict.dump();
  EXPECT_EQ(verdict["signer"], kLocalIdentity);
  EXPECT_EQ(verdict["signatures"].size(), 1U);
  const Json story = bench.get("/v1/provenance?artifact=" + digestOf("release")).body;
  EXPECT_EQ(story["chain_status"], bench.get("/v1/provenance/scan").body["chain_status"]) << story.dump();
  EXPECT_NE(story["chain_status"], "broken");
  EXPECT_EQ(bench.verify({{"artifact", digestOf("release")}, {"signature", mine["signature"]}})["valid"], true);
}

TEST_F(Strangers, CannotPutASignatureOfOursUnderAnotherRecord) {
  const Json mine = bench.sign("release");
  const Json entry = onlyEntry(bench.get("/api/v1/log/entries?logIndex=0").body);
  Json body = Json::parse(*fromBase64(entry["body"].get<std::string>()));
  EXPECT_EQ(bench.post(kEntriesPath, body).status, 409) << "the very entry";
  const auto pem = fromBase64(body["spec"]["signature"]["publicKey"]["content"].get<std::string>());
  const auto certificate = Certificate::fromPem(*pem);
  body["spec"]["signature"]["publicKey"]["content"] =
      toBase64(encodePem("PUBLIC KEY", publicKeyDer(**certificate->publicKey())));
  submit(body);
  const Json verdict = bench.verify({{"artifact", digestOf("release")}, {"signature", mine["signature"]}});
  EXPECT_EQ(verdict["valid"], true) << verdict.dump();
  EXPECT_EQ(verdict["transparency_index"], 0);
}

TEST_F(Strangers, ADsseEntryIsListedAndProvesNothingInV1) {
  const std::string envelope = carol.envelope("payload", "text/plain");
  submit(carol.dsseProposal(envelope));
  EXPECT_EQ(bench.get("/v1/transparency").body[0]["artifact"], digestOf("payload"));
  const Json verdict =
      bench.verify({{"artifact", digestOf("payload")}, {"signature", Json::parse(envelope)["signatures"][0]["sig"]}});
  EXPECT_EQ(verdict["valid"], false);
  EXPECT_EQ(statusOf(verdict, "entry_body"), "failed");
}

constexpr const char* kBeforeVersion2 =
    "DROP TABLE search_keys; DROP INDEX own_entries_by_artifact; DELETE FROM counters WHERE name = 'indexed'; "
    "UPDATE meta SET value = '1' WHERE name = 'version'";

TEST_F(Strangers, ADatabaseFromBeforeIsBroughtForwardAndItsEntriesAreFound) {
  const Json mine = bench.sign("release");
  bench.close();
  bench.alter(kBeforeVersion2);
  bench.open();
  EXPECT_EQ(bench.verify({{"artifact", digestOf("release")}})["valid"], true);
  const auto found = [&](const Json& query) { return bench.post("/api/v1/index/retrieve", query).body; };
  EXPECT_EQ(found({{"hash", digestOf("release")}}), Json::array({mine["entry_id"]}));
  EXPECT_EQ(found({{"subject", kLocalIdentity}}), Json::array({mine["entry_id"]}));
  submit(carol.proposal("release"));
  EXPECT_EQ(found({{"hash", digestOf("release")}}).size(), 2U);
}

TEST_F(Strangers, AnUpgradeThatWasKilledIsFinishedByTheNextOpening) {
  const Json mine = bench.sign("release");
  bench.close();
  bench.alter("DELETE FROM search_keys; UPDATE counters SET value = 0 WHERE name = 'indexed'");
  bench.open();
  EXPECT_EQ(bench.post("/api/v1/index/retrieve", {{"hash", digestOf("release")}}).body, Json::array({mine["entry_id"]}));
}

TEST_F(Strangers, EntriesThatAnOlderReleaseWroteBesideAreIndexedWithTheNextOne) {
  const Json mine = bench.sign("release");
  bench.alter("DELETE FROM search_keys; UPDATE counters SET value = 0 WHERE name = 'indexed'");
  bench.sign("next");
  EXPECT_EQ(bench.post("/api/v1/index/retrieve", {{"hash", digestOf("release")}}).body, Json::array({mine["entry_id"]}));
}

}  // namespace
}  // namespace certus::trust_service
