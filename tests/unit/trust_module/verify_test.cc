#include "trust_host.h"

namespace certus::trust {
namespace {

using Verify = TrustHost;

TEST_F(Verify, SendsTheSignatureAndIdentityToTheNamedService) {
  FakeCall& call = host.tool(
      "verify", {{"artifact", kDigest}, {"signature", "MEUC"}, {"certificate", "PEM"}, {"identity", "ci@example.com"}});
  EXPECT_EQ(call.pending().service, "trust");
  EXPECT_EQ(call.pending().method, Method::Post);
  EXPECT_EQ(call.pending().path, "/v1/verify");
  EXPECT_TRUE(call.pending().idempotent);
  EXPECT_EQ(call.pending().json(),
            (Json{{"artifact", kDigest}, {"signature", "MEUC"}, {"certificate", "PEM"}, {"identity", "ci@example.com"}}));
}

TEST_F(Verify, AsksForALookUpByLeavingTheSignatureOut) {
  FakeCall& call = host.tool("verify", {{"artifact", kDigest}});
  EXPECT_EQ(call.pending().json(), (Json{{"artifact", kDigest}}));
}

TEST_F(Verify, TakesABareUpperCaseDigestAsTheSameArtifact) {
  std::string bare = kDigest.substr(7);
  for (char& c : bare) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(host.tool("verify", {{"artifact", bare}}).pending().json()["artifact"], kDigest);
}

TEST_F(Verify, RefusesATagAndShowsTheRightForm) {
  const FakeOutcome& outcome = host.tool("verify", {{"artifact", "myapp:v2.1.0"}}).outcome();
  EXPECT_TRUE(outcome.isError());
  EXPECT_NE(outcome.text().find("`artifact` must be a SHA-256 digest"), std::string::npos);
  EXPECT_NE(outcome.text().find("myapp:v2.1.0"), std::string::npos);
  EXPECT_NE(outcome.text().find("docker inspect"), std::string::npos);
}

TEST_F(Verify, PassesAScenarioOnAsAQuery) {
  EXPECT_EQ(host.tool("verify", {{"artifact", kDigest}, {"scenario", "tampered scan&x=1"}}).pending().path,
            "/v1/verify?scenario=tampered%20scan%26x%3D1");
}

TEST_F(Verify, IsVerifiedWhenEveryCheckPassedAndTheSignerIsTheExpectedOne) {
  const FakeOutcome& outcome = ask("verify", {{"artifact", kDigest}, {"identity", "ci@example.com"}}, provenAnswer());
  const Json answer = outcome.json();
  EXPECT_EQ(answer["status"], "verified");
  EXPECT_EQ(answer["valid"], true);
  EXPECT_EQ(answer["signer"], "ci@example.com");
  EXPECT_EQ(answer["transparency_index"], 7);
  EXPECT_EQ(answer["signed_at"], "2026-01-01T00:00:00.000000Z");
  EXPECT_EQ(answer["checks"].size(), 5U);
  EXPECT_EQ(answer["failed_checks"], Json::array());
  EXPECT_FALSE(answer.contains("certificate_chain"));  // null at the service
  EXPECT_FALSE(answer.contains("rekor_entry_url"));    // never invented
  EXPECT_TRUE(answer["summary"].get<std::string>().starts_with("VERIFIED: " + kDigest + " was signed by ci@example.com"));
}

TEST_F(Verify, TextHoldsTheVerdictFirstAndThenTheSameData) {
  const FakeOutcome& outcome = ask("verify", {{"artifact", kDigest}}, provenAnswer());
  const std::string text = outcome.text();
  const auto end = text.find('\n');
  ASSERT_NE(end, std::string::npos);
  EXPECT_EQ(text.substr(0, end), outcome.json()["summary"].get<std::string>());
  EXPECT_EQ(Json::parse(text.substr(end + 1)), outcome.json());
}

TEST_F(Verify, WithoutAnExpectedSignerSaysWhoSignedAndNoMore) {
  const Json answer = ask("verify", {{"artifact", kDigest}}, provenAnswer()).json();
  EXPECT_EQ(answer["status"], "signer_not_checked");
  EXPECT_EQ(answer["valid"], true);
  const auto summary = answer["summary"].get<std::string>();
  EXPECT_NE(summary.find("signed by ci@example.com"), std::string::npos);
  EXPECT_NE(summary.find("you named no expected signer"), std::string::npos);
  EXPECT_EQ(summary.find("VERIFIED"), std::string::npos);
}

TEST_F(Verify, NamesTheFailedCheckAndItsReason) {
  Json answer = provenAnswer();
  answer["valid"] = false;
  answer["checks"][3] = {{"name", "inclusion_proof"}, {"result", "failed"}, {"reason", "the root differs"}};
  const Json seen = ask("verify", {{"artifact", kDigest}, {"signature", "MEUC"}}, answer).json();
  EXPECT_EQ(seen["status"], "failed");
  EXPECT_EQ(seen["valid"], false);
  EXPECT_EQ(seen["failed_checks"], Json::array({"inclusion_proof"}));
  EXPECT_NE(seen["summary"].get<std::string>().find("check `inclusion_proof` failed (the root differs)"), std::string::npos);
}

TEST_F(Verify, KeepsTheSignerToItselfWhenTheSignatureFailed) {
  Json answer = provenAnswer();
  answer["valid"] = false;
  answer["checks"][0]["result"] = "failed";
  EXPECT_FALSE(ask("verify", {{"artifact", kDigest}, {"signature", "MEUC"}}, answer).json().contains("signer"));
}

TEST_F(Verify, ALookUpThatFindsNothingIsNotSigned) {
  const Json answer{{"valid", false},
                    {"verified_at", "x"},
                    {"signer", "unknown"},
                    {"checks", {{{"name", "log_entry"}, {"result", "failed"}, {"reason", "no entry"}}}}};
  const Json seen = ask("verify", {{"artifact", kDigest}, {"identity", "ci@example.com"}}, answer).json();
  EXPECT_EQ(seen["status"], "not_signed");
  EXPECT_EQ(seen["valid"], false);
  EXPECT_NE(seen["summary"].get<std::string>().find("by ci@example.com"), std::string::npos);
}

TEST_F(Verify, ALookUpListsEverySignatureAndNamesTheSignersOfValidOnes) {
  Json answer = provenAnswer();
  answer["signatures"] =
      Json::array({{{"entry_id", "e7"}, {"signer", "ci@example.com"}, {"index", 7}, {"valid", true}, {"scan_id", nullptr}},
                   {{"entry_id", "e3"}, {"signer", "mallory@example.com"}, {"index", 3}, {"valid", false}}});
  const Json seen = ask("verify", {{"artifact", kDigest}}, answer).json();
  EXPECT_EQ(seen["signatures"],
            Json::array({{{"signer", "ci@example.com"}, {"valid", true}, {"entry_id", "e7"}, {"index", 7}},
                         {{"valid", false}, {"entry_id", "e3"}, {"index", 3}}}));
}

TEST_F(Verify, TakesAServicesWordStatusForAChecksResult) {
  Json answer = provenAnswer();
  answer["valid"] = false;
  answer["checks"] = Json::array(
      {{{"name", "signature"}, {"status", "failed"}, {"reason", "no"}}, {{"name", "log_entry"}, {"status", "passed"}}});
  EXPECT_EQ(ask("verify", {{"artifact", kDigest}, {"signature", "MEUC"}}, answer).json()["failed_checks"],
            Json::array({"signature"}));
}

TEST_F(Verify, ASignatureWithoutAnEntryIsAFailureNotAnAbsence) {
  const Json answer{{"valid", false}, {"checks", {{{"name", "log_entry"}, {"result", "failed"}}}}};
  EXPECT_EQ(ask("verify", {{"artifact", kDigest}, {"signature", "MEUC"}}, answer).json()["status"], "failed");
}

TEST_F(Verify, ReportsAServiceWithoutChecksAsUnproven) {
  const Json mock{{"valid", true},
                  {"verified_at", "2026-01-02T03:04:05Z"},
                  {"signer", "certus-assurance@certus.cloud"},
                  {"transparency_index", 0},
                  {"certificate_chain", nullptr}};
  const Json seen =
      ask("verify", {{"artifact", kDigest}, {"signature", "x"}, {"identity", "certus-assurance@certus.cloud"}}, mock).json();
  EXPECT_EQ(seen["status"], "unproven");
  EXPECT_EQ(seen["valid"], false);
  EXPECT_FALSE(seen.contains("signer"));
  EXPECT_FALSE(seen.contains("transparency_index"));
  EXPECT_TRUE(seen["summary"].get<std::string>().starts_with("UNPROVEN:"));
}

TEST_F(Verify, ReportsARefusalWithoutChecksAsFailed) {
  const Json seen =
      ask("verify", {{"artifact", kDigest}, {"signature", "x"}}, {{"valid", false}, {"signer", "unknown"}}).json();
  EXPECT_EQ(seen["status"], "failed");
  EXPECT_NE(seen["summary"].get<std::string>().find("without saying which check failed"), std::string::npos);
}

TEST_F(Verify, NeverBelievesAServiceInMockMode) {
  Json answer = provenAnswer();
  answer["mock"] = true;
  const Json seen = ask("verify", {{"artifact", kDigest}, {"identity", "ci@example.com"}}, answer).json();
  EXPECT_EQ(seen["status"], "unproven");
  EXPECT_EQ(seen["valid"], false);
  EXPECT_EQ(seen["mock"], true);
  EXPECT_FALSE(seen.contains("signer"));
}

TEST_F(Verify, AFailedCheckOutweighsAValidThatContradictsIt) {
  Json answer = provenAnswer();
  answer["checks"][4]["result"] = "failed";
  const Json seen = ask("verify", {{"artifact", kDigest}}, answer).json();
  EXPECT_EQ(seen["status"], "failed");
  EXPECT_EQ(seen["valid"], false);
}

TEST_F(Verify, ACheckResultInWordsOfItsOwnCountsAsFailed) {
  Json answer = provenAnswer();
  answer["checks"][1]["result"] = "sure";
  EXPECT_EQ(ask("verify", {{"artifact", kDigest}}, answer).json()["failed_checks"], Json::array({"log_entry"}));
}

TEST_F(Verify, ASkippedSignatureCheckProvesNothing) {
  for (const std::size_t skipped : {0U, 1U}) {
    Json answer = provenAnswer();
    answer["checks"][skipped]["result"] = "skipped";
    const Json seen = ask("verify", {{"artifact", kDigest}}, answer).json();
    EXPECT_EQ(seen["status"], "unproven");
    EXPECT_EQ(seen["valid"], false);
  }
}

TEST_F(Verify, FailsWhenTheServicePassedAnotherSignerThanTheExpectedOne) {
  const Json seen = ask("verify", {{"artifact", kDigest}, {"identity", "other@example.com"}}, provenAnswer()).json();
  EXPECT_EQ(seen["status"], "failed");
  EXPECT_EQ(seen["failed_checks"], Json::array({"identity"}));
  EXPECT_EQ(seen["signer"], "ci@example.com");
}

TEST_F(Verify, PassesOnTheLogAddressThatTheServiceNames) {
  Json answer = provenAnswer();
  answer["rekor_entry_url"] = "https://log.example.com/7";
  answer["certificate_chain"] = Json::array({"PEM1", "PEM2"});
  const Json seen = ask("verify", {{"artifact", kDigest}}, answer).json();
  EXPECT_EQ(seen["rekor_entry_url"], "https://log.example.com/7");
  EXPECT_EQ(seen["certificate_chain"], Json::array({"PEM1", "PEM2"}));
}

TEST_F(Verify, SaysThatAServiceWithoutLookUpNeedsTheSignature) {
  const Json detail{{"detail", {{{"type", "missing"}, {"loc", {"body", "signature"}}, {"msg", "Field required"}}}}};
  const FakeOutcome& outcome = ask("verify", {{"artifact", kDigest}}, detail, 422);
  EXPECT_TRUE(outcome.isError());
  EXPECT_NE(outcome.text().find("cannot look an artifact up by its digest alone"), std::string::npos);
}

TEST_F(Verify, OtherRefusalsKeepTheServicesWords) {
  const Json detail{{"detail", {{{"loc", {"body", "signature"}}, {"msg", "is not base64"}}}}};
  const FakeOutcome& outcome = ask("verify", {{"artifact", kDigest}, {"signature", "?"}}, detail, 422);
  EXPECT_NE(outcome.text().find("`signature`: is not base64"), std::string::npos);
}

TEST_F(Verify, AnAnswerWithoutValidIsAnErrorNotAVerdict) {
  for (const Json& answer : {Json::object(), Json{{"valid", "true"}}, Json::array(), Json(true)}) {
    const FakeOutcome& outcome = ask("verify", {{"artifact", kDigest}}, answer);
    EXPECT_TRUE(outcome.isError()) << answer;
    EXPECT_NE(outcome.text().find("not what the Trust API promises"), std::string::npos);
  }
}

}  // namespace
}  // namespace certus::trust
