// Whose name signs, and when made-up answers are given.
#include "bench.h"

namespace certus::trust_service {
namespace {

class Identity : public ::testing::Test {
 protected:
  Json signAs(const std::optional<std::string>& user, const std::optional<std::string>& authorization,
              bool repeated = false) {
    ApiRequest request =
        Bench::posting("/v1/sign", Json{{"artifact", digestOf("a")}, {"artifact_type", "t"}, {"subject", "s"}}.dump());
    request.userId = user;
    request.authorization = authorization;
    request.repeatedIdentity = repeated;
    const Reply reply = bench.ask(request);
    status = reply.status;
    return reply.body;
  }
  std::string credential() { return *readSmallFile(bench.state() + "/service-credential", Secrecy::Secret); }
  std::string bearer() {
    std::string text = credential();
    text.pop_back();
    return "Bearer " + text;
  }
  Bench bench;
  int status = 0;
};

TEST_F(Identity, AUserNamedWithTheCredentialSigns) {
  const Json reply = signAs("bob@example.com", bearer());
  EXPECT_EQ(reply["signer"], "bob@example.com");
  EXPECT_EQ(Certificate::fromPem(reply["certificate"].get<std::string>())->identity().value(), "bob@example.com");
  EXPECT_EQ(bench.verify({{"artifact", digestOf("a")}, {"identity", "bob@example.com"}})["valid"], true);
  EXPECT_EQ(signAs("bob@example.com", "bearer" + bearer().substr(6))["signer"], "bob@example.com");
}

TEST_F(Identity, WithoutTheCredentialTheNameCountsForNothing) {
  std::string almost = bearer();
  almost.back() = almost.back() == 'A' ? 'B' : 'A';
  for (const auto& authorization :
       {std::optional<std::string>(), std::optional<std::string>(""), std::optional<std::string>("Bearer"),
        std::optional<std::string>("Bearer "), std::optional(almost), std::optional(bearer() + "x"),
        std::optional("Basic" + bearer().substr(6)), std::optional(bearer().substr(7))}) {
    EXPECT_EQ(signAs("boss@example.com", authorization)["signer"], kLocalIdentity) << authorization.value_or("none");
  }
  EXPECT_EQ(signAs("boss@example.com", bearer(), true)["signer"], kLocalIdentity);
  EXPECT_EQ(signAs(std::nullopt, bearer())["signer"], kLocalIdentity);
}

TEST_F(Identity, AnotherInstallationsCredentialDoesNotCount) {
  Bench other;
  const std::string theirs = *loadServiceCredential(other.state());
  EXPECT_EQ(signAs("boss@example.com", "Bearer " + theirs)["signer"], kLocalIdentity);
}

TEST_F(Identity, ANameThatCannotStandInACertificateIsRefused) {
  for (const std::string& user :
       {std::string(""), std::string(513, 'x'), std::string("a\0b", 3), std::string("a\r\nb"), std::string("\xff")}) {
    const Json reply = signAs(user, bearer());
    EXPECT_EQ(status, 422);
    EXPECT_EQ(reply["detail"][0]["loc"], Json::array({"header", "x-user-id"}));
  }
}

TEST_F(Identity, IsTheVerifierInTheTrailToo) {
  bench.sign("a");
  ApiRequest request = Bench::posting("/v1/verify", Json{{"artifact", digestOf("a")}}.dump());
  request.userId = "auditor@example.com";
  request.authorization = bearer();
  EXPECT_TRUE(bench.ask(request).body["valid"]);
  const Json told = bench.get("/v1/provenance?artifact=" + digestOf("a")).body;
  EXPECT_EQ(told["verification_trail"][0]["verifier"], "auditor@example.com");
  EXPECT_EQ(told["scans"][0]["verified_by"], "auditor@example.com");
}

TEST_F(Identity, TheCredentialIs256BitsInAPrivateFile) {
  EXPECT_EQ(fromBase64Url(*loadServiceCredential(bench.state()))->size(), 32u);
  EXPECT_EQ(std::filesystem::status(bench.state() + "/service-credential").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_FALSE(loadServiceCredential(bench.state() + "/nowhere").has_value());
}

TEST(Mock, ScenariosDoNothingUnlessTheServiceIsInMockMode) {
  Bench bench;
  const Json a = bench.sign("a");
  const Json question{{"artifact", a["artifact"]}, {"signature", a["signature"]}};
  EXPECT_TRUE(bench.post("/v1/verify?simulate_failure=true&scenario=tampered_scan", question).body["valid"]);
  EXPECT_FALSE(bench.post("/v1/verify?scenario=verified_premium_scan", {{"artifact", digestOf("b")}}).body["valid"]);
  EXPECT_EQ(bench.get("/v1/provenance/s?scenario=verified_premium_scan").status, 404);
  for (const char* target : {"/", "/v1/health", "/v1/stats", "/v1/ready"})
    EXPECT_FALSE(bench.get(target).body.contains("mock")) << target;
}

class MockMode : public ::testing::Test {
 protected:
  MockMode() {
    bench.mock = true;
    bench.open();
  }
  Bench bench;
};

TEST_F(MockMode, PlaysTheReferencesScenarios) {
  for (const auto& [name, valid, chain, level] : {std::tuple{"verified_premium_scan", true, "complete", "high"},
                                                  {"unverified_basic_scan", true, "partial", "low"},
                                                  {"tampered_scan", false, "broken", "none"},
                                                  {"expired_certificate", false, "broken", "untrusted"},
                                                  {"invalid_signer", false, "broken", "untrusted"}}) {
    const Json verdict =
        bench.post(std::string("/v1/verify?scenario=") + name, {{"artifact", digestOf("x")}, {"signature", "any"}}).body;
    EXPECT_EQ(verdict["valid"], valid) << name;
    EXPECT_EQ(verdict["signer"], valid ? "certus-assurance@certus.cloud" : "unknown");
    EXPECT_EQ(verdict["mock"], true);
    EXPECT_FALSE(verdict.contains("checks"));
    const Json told = bench.get(std::string("/v1/provenance/any?scenario=") + name).body;
    EXPECT_EQ(told["chain_status"], chain);
    EXPECT_EQ(told["trust_level"], level);
    EXPECT_EQ(told["mock"], true);
  }
  EXPECT_EQ(bench.post("/v1/verify?simulate_failure=yes", {{"artifact", digestOf("x")}, {"signature", "any"}}).body["valid"],
            false);
}

TEST_F(MockMode, EveryAnswerSaysSo) {
  bench.sign("a");
  for (const char* target : {"/", "/v1/health", "/v1/ready", "/v1/stats", "/nothing", "/v1/transparency?limit=x",
                             "/v1/transparency/0", "/v1/transparency?cursor=", "/v1/provenance/none"}) {
    const Reply reply = bench.get(target);
    EXPECT_EQ(reply.body["mock"], true) << target;
    EXPECT_NE(reply.headers.find("X-Certus-Mock: true\r\n"), std::string::npos) << target;
  }
  EXPECT_EQ(bench.get("/v1/transparency").body[0]["mock"], true);
  EXPECT_EQ(bench.sign("b")["mock"], true);
}

TEST_F(MockMode, WithoutAScenarioItVerifiesForReal) {
  EXPECT_FALSE(bench.verify({{"artifact", digestOf("a")}, {"signature", "made up"}})["valid"]);
  EXPECT_FALSE(
      bench.post("/v1/verify?scenario=unheard_of", {{"artifact", digestOf("a")}, {"signature", "made up"}}).body["valid"]);
  EXPECT_EQ(bench.get("/v1/stats").body["verification_stats"]["total"], 2);
}

TEST_F(MockMode, PlayedVerificationsAreNotCounted) {
  bench.post("/v1/verify?scenario=verified_premium_scan", {{"artifact", digestOf("x")}, {"signature", "any"}});
  EXPECT_EQ(bench.get("/v1/stats").body["verification_stats"]["total"], 0);
}

}  // namespace
}  // namespace certus::trust_service
