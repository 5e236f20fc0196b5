#include "trust_host.h"

namespace certus::trust {
namespace {

using Sign = TrustHost;

Json signedAnswer() {
  return {{"entry_id", "e7"},
          {"signature", "MEUC"},
          {"certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"},
          {"transparency_entry", {{"uuid", "e7"}, {"index", 7}, {"timestamp", "2026-01-01T00:00:00.000000Z"}}},
          {"signer", "ci@example.com"}};
}

TEST_F(Sign, SendsMetadataAsPredicates) {
  FakeCall& call = host.tool("sign", {{"artifact", kDigest},
                                      {"artifact_type", "container_image"},
                                      {"subject", "myapp:v2.1.0"},
                                      {"metadata", {{"commit", "7f8d9e2"}}}});
  EXPECT_EQ(call.pending().path, "/v1/sign");
  EXPECT_FALSE(call.pending().idempotent);  // a repeated sign is a second log entry
  EXPECT_EQ(call.pending().json(), (Json{{"artifact", kDigest},
                                         {"artifact_type", "container_image"},
                                         {"subject", "myapp:v2.1.0"},
                                         {"predicates", {{"commit", "7f8d9e2"}}}}));
}

TEST_F(Sign, FillsTheSubjectThatTheServiceDemands) {
  FakeCall& call = host.tool("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}});
  EXPECT_EQ(call.pending().json()["subject"], "sbom " + kDigest);
  EXPECT_FALSE(call.pending().json().contains("predicates"));
}

TEST_F(Sign, RefusesWhatIsNoDigestBeforeAnythingIsSent) {
  FakeCall& call = host.tool("sign", {{"artifact", "sha256:abc123"}, {"artifact_type", "sbom"}});
  EXPECT_TRUE(call.outcome().isError());
  EXPECT_TRUE(call.requests.empty());
}

TEST_F(Sign, GivesEverythingThatVerifyingNeeds) {
  const Json seen =
      ask("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}, {"subject", "app"}}, signedAnswer(), 202).json();
  EXPECT_EQ(seen["status"], "signed");
  EXPECT_EQ(seen["entry_id"], "e7");
  EXPECT_EQ(seen["signature"], "MEUC");
  EXPECT_TRUE(seen["certificate"].get<std::string>().starts_with("-----BEGIN CERTIFICATE"));
  EXPECT_EQ(seen["transparency_entry"], (Json{{"uuid", "e7"}, {"index", 7}, {"timestamp", "2026-01-01T00:00:00.000000Z"}}));
  EXPECT_EQ(seen["warnings"], Json::array());
  EXPECT_FALSE(seen.contains("rekor_url"));
  EXPECT_EQ(seen["summary"], "SIGNED: app (" + kDigest + ") by ci@example.com, log entry 7.");
}

TEST_F(Sign, SaysTheDigestOnceWhenNobodyChoseASubject) {
  const Json seen = ask("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}}, signedAnswer(), 202).json();
  EXPECT_EQ(seen["summary"], "SIGNED: sbom " + kDigest + " by ci@example.com, log entry 7.");
}

TEST_F(Sign, SaysThatAMockSignedNothing) {
  Json answer = signedAnswer();
  answer["signature"] = "mock-signature-12345678";
  answer["certificate"] = "mock-certificate-12345678";
  const Json seen = ask("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}}, answer, 202).json();
  EXPECT_EQ(seen["status"], "mock");
  EXPECT_TRUE(seen["summary"].get<std::string>().starts_with("MOCK:"));
  ASSERT_EQ(seen["warnings"].size(), 1U);
}

TEST_F(Sign, BelievesAServiceThatCallsItselfAMock) {
  Json answer = signedAnswer();
  answer["mock"] = true;
  EXPECT_EQ(ask("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}}, answer, 202).json()["status"], "mock");
}

TEST_F(Sign, WarnsOfASignatureWithoutACertificate) {
  for (const Json& certificate : {Json(), Json("-----BEGIN PUBLIC KEY-----\n")}) {
    Json answer = signedAnswer();
    answer["certificate"] = certificate;
    const Json seen = ask("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}}, answer, 202).json();
    EXPECT_EQ(seen["status"], "signed");
    ASSERT_EQ(seen["warnings"].size(), 1U);
    EXPECT_NE(seen["warnings"][0].get<std::string>().find("no X.509 certificate"), std::string::npos);
  }
}

TEST_F(Sign, PassesOnTheLogAddressThatTheServiceNames) {
  Json answer = signedAnswer();
  answer["rekor_url"] = "https://log.example.com/7";
  EXPECT_EQ(ask("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}}, answer, 202).json()["rekor_url"],
            "https://log.example.com/7");
}

TEST_F(Sign, AnIncompleteAnswerIsAnError) {
  for (const char* missing : {"entry_id", "signature", "transparency_entry"}) {
    Json answer = signedAnswer();
    answer.erase(missing);
    EXPECT_TRUE(ask("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}}, answer, 202).isError()) << missing;
  }
}

TEST_F(Sign, AfterATimeoutSendsTheCallerToLookBeforeSigningAgain) {
  FakeCall& call = host.tool("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}});
  call.answerFailure(CERTUS_HTTP_TIMEOUT);
  EXPECT_NE(call.outcome().text().find("may have been recorded"), std::string::npos);
  EXPECT_EQ(call.outcome().text().find("Try again in"), std::string::npos);
}

TEST_F(Sign, AfterARefusedConnectionNothingWasSigned) {
  FakeCall& call = host.tool("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}});
  call.answerFailure(CERTUS_HTTP_REFUSED);
  EXPECT_NE(call.outcome().text().find("Nothing was signed. Try again in 5 seconds"), std::string::npos);
}

TEST_F(Sign, FlattensTheServicesListToArgumentNames) {
  const Json detail{{"detail",
                     {{{"loc", {"body", "artifact"}}, {"msg", "should be a digest"}},
                      {{"loc", {"body", "predicates", "scan_id"}}, {"msg", "too long"}}}}};
  const std::string text = ask("sign", {{"artifact", kDigest}, {"artifact_type", "sbom"}}, detail, 422).text();
  EXPECT_NE(text.find("`artifact`: should be a digest; `metadata.scan_id`: too long."), std::string::npos);
  EXPECT_NE(text.find("Nothing was signed. Correct them and call again."), std::string::npos);
}

}  // namespace
}  // namespace certus::trust
