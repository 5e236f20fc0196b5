#include "trust_host.h"

namespace certus::trust {
namespace {

using GetProvenance = TrustHost;

Json chainAnswer() {
  return {{"scan_id", "scan_1"},
          {"manifest", {{"version", "1.0"}, {"digest", kDigest}, {"signed_by", "ci@example.com"}, {"signed_at", "t"}}},
          {"scans",
           {{{"tool", "trivy"},
             {"version", "0.48.0"},
             {"signed_by", "ci@example.com"},
             {"verified_by", nullptr},
             {"timestamp", "t"}}}},
          {"verification_trail", {{{"timestamp", "t"}, {"verifier", "v"}, {"result", "verified"}, {"details", nullptr}}}},
          {"storage_locations", {{"s3", "s3://raw/scan_1"}, {"oci", nullptr}}},
          {"chain_status", "complete"},
          {"trust_level", "high"},
          {"checks", passedChecks()}};
}

TEST_F(GetProvenance, AsksByScan) {
  EXPECT_EQ(host.tool("get_provenance", {{"scan_id", "scan/1 x"}}).pending().path, "/v1/provenance/scan%2F1%20x");
}

TEST_F(GetProvenance, AsksByArtifact) {
  EXPECT_EQ(host.tool("get_provenance", {{"artifact", kDigest}, {"scenario", "tampered_scan"}}).pending().path,
            "/v1/provenance?artifact=sha256%3A" + kDigest.substr(7) + "&scenario=tampered_scan");
}

TEST_F(GetProvenance, WantsExactlyOneOfScanAndArtifact) {
  const std::string none = host.tool("get_provenance").outcome().text();
  EXPECT_NE(none.find("exactly one of `scan_id` and `artifact`; neither was given"), std::string::npos);
  const std::string both = host.tool("get_provenance", {{"scan_id", "s"}, {"artifact", kDigest}}).outcome().text();
  EXPECT_NE(both.find("both were given"), std::string::npos);
}

TEST_F(GetProvenance, RefusesAnArtifactThatIsNoDigest) {
  EXPECT_TRUE(host.tool("get_provenance", {{"artifact", "api:v1.2.1"}}).outcome().isError());
}

TEST_F(GetProvenance, GivesTheWholeChainWithoutNulls) {
  const Json seen = ask("get_provenance", {{"scan_id", "scan_1"}}, chainAnswer()).json();
  EXPECT_EQ(seen["status"], "proven");
  EXPECT_EQ(seen["chain_status"], "complete");
  EXPECT_EQ(seen["trust_level"], "high");
  EXPECT_EQ(seen["manifest"]["digest"], kDigest);
  EXPECT_EQ(seen["scans"][0],
            (Json{{"tool", "trivy"}, {"version", "0.48.0"}, {"signed_by", "ci@example.com"}, {"timestamp", "t"}}));
  EXPECT_EQ(seen["verification_trail"].size(), 1U);
  EXPECT_EQ(seen["storage_locations"], (Json{{"s3", "s3://raw/scan_1"}}));
  EXPECT_EQ(seen["checks"].size(), 5U);
  EXPECT_EQ(seen["summary"], "PROVENANCE of scan scan_1: chain complete, trust level high, 1 tool result.");
}

TEST_F(GetProvenance, LeavesTheTrailOutWhenToldSo) {
  const Json seen =
      ask("get_provenance", {{"scan_id", "scan_1"}, {"include_verification_trail", false}}, chainAnswer()).json();
  EXPECT_FALSE(seen.contains("verification_trail"));
  EXPECT_EQ(host.tool("get_provenance", {{"scan_id", "s"}, {"include_verification_trail", false}}).pending().path,
            "/v1/provenance/s?include_verification_trail=false");
  EXPECT_TRUE(seen.contains("manifest"));
}

TEST_F(GetProvenance, NamesTheCheckThatBrokeTheChain) {
  Json answer = chainAnswer();
  answer["chain_status"] = "broken";
  answer["trust_level"] = "untrusted";
  answer["checks"][3] = {{"name", "inclusion_proof"}, {"result", "failed"}, {"reason", "row changed"}};
  const Json seen = ask("get_provenance", {{"scan_id", "scan_1"}}, answer).json();
  EXPECT_EQ(seen["status"], "proven");
  EXPECT_EQ(seen["chain_status"], "broken");
  EXPECT_NE(seen["summary"].get<std::string>().find("Check `inclusion_proof` failed: row changed."), std::string::npos);
}

TEST_F(GetProvenance, BelievesNoChainWithoutChecks) {
  Json answer = chainAnswer();
  answer.erase("checks");
  const Json seen = ask("get_provenance", {{"scan_id", "anything"}}, answer).json();
  EXPECT_EQ(seen["status"], "unproven");
  EXPECT_EQ(seen["chain_status"], "unproven");
  EXPECT_EQ(seen["trust_level"], "unknown");
  EXPECT_TRUE(seen["summary"].get<std::string>().starts_with("UNPROVEN:"));
}

TEST_F(GetProvenance, BelievesNoMock) {
  Json answer = chainAnswer();
  answer["mock"] = true;
  const Json seen = ask("get_provenance", {{"scan_id", "scan_1"}, {"scenario", "verified_premium_scan"}}, answer).json();
  EXPECT_EQ(seen["status"], "unproven");
  EXPECT_EQ(seen["mock"], true);
}

TEST_F(GetProvenance, AnUnknownScanIsNotFound) {
  const FakeOutcome& outcome = ask("get_provenance", {{"scan_id", "scan_9"}}, {{"detail", "No provenance for scan_9"}}, 404);
  EXPECT_TRUE(outcome.isError());
  EXPECT_NE(outcome.text().find("Not found: nothing was ever signed or verified for scan scan_9"), std::string::npos);
}

TEST_F(GetProvenance, AServiceWithoutTheEndpointIsAnotherMatter) {
  const Json bare{{"detail", "Not Found"}};
  EXPECT_NE(ask("get_provenance", {{"artifact", kDigest}}, bare, 404).text().find("Call again with `scan_id`"),
            std::string::npos);
  EXPECT_NE(ask("get_provenance", {{"scan_id", "s"}}, bare, 404).text().find("not a Certus-Trust"), std::string::npos);
}

TEST_F(GetProvenance, AnIncompleteAnswerIsAnError) {
  for (const char* missing : {"chain_status", "trust_level", "manifest", "scans"}) {
    Json answer = chainAnswer();
    answer.erase(missing);
    EXPECT_TRUE(ask("get_provenance", {{"scan_id", "s"}}, answer).isError()) << missing;
  }
}

}  // namespace
}  // namespace certus::trust
