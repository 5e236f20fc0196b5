#include "gateway/app/withdrawals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/gateway/reader.h"
#include "gateway/app/issuer_keys.h"
#include "policy/identity/instant.h"
#include "tests/unit/app/program.h"

namespace certus::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kKeySet = R"({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "KID", )"
                                R"("x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

std::string keySet(const std::string& id) {
  std::string out = kKeySet;
  return out.replace(out.find("KID"), 3, id);
}

std::string keyFile(const std::string& name) {
  return "keys: {" + name + ": {sha256: '" + std::string(64, 'a') + "', subject: ci}}\n";
}

class WithdrawalsOf : public testing::Test {
 protected:
  void SetUp() override {
    folder_.write("keys.yaml", keyFile("ci"));
    folder_.write("revoked.yaml", "subjects: {bob: {}}\n");
    folder_.write("ids.json", keySet("a"));
    config_ = config::readGatewayFile(
                  folder_.write("gateway.yaml",
                                "modules: {trust: {path: t.so}}\nservices: {trust: embedded}\npolicy: policy\nidentity:\n"
                                "  api_keys: keys.yaml\n  revocations: revoked.yaml\n  issuers:\n    company: {issuer: "
                                "https://a, audiences: [g], jwks_file: ids.json}\n"),
                  {{"HOME", "/h"}})
                  .config;
    inForce_ = authenticatorOf(config_, read(), nullptr);
  }
  IdentityFiles read() const {
    return readIdentityFiles(config_, keysWithoutFetching(), *identity::parseInstant("2026-11-23T00:00:00Z"));
  }
  Withdrawals now() const { return withdrawalsOf(*inForce_, read()); }

  TempFolder folder_;
  config::Gateway config_;
  std::shared_ptr<const identity::Authenticator> inForce_;
};

TEST_F(WithdrawalsOf, TheSameFilesAreNone) {
  EXPECT_EQ(now().authenticator, nullptr);
  EXPECT_THAT(now().texts, IsEmpty());
}

TEST_F(WithdrawalsOf, FilesTakeAwayKeysAndWhatIsRevoked) {
  folder_.write("keys.yaml", "keys: {}\n");
  folder_.write("revoked.yaml", "subjects: {eve: {}}\n");
  folder_.write("ids.json", keySet("b"));
  const Withdrawals found = now();
  EXPECT_THAT(found.texts, ElementsAre("API keys that were taken away", "revocations", "keys of issuers"));
  ASSERT_NE(found.authenticator, nullptr);
  const identity::AuthenticatorParts& parts = found.authenticator->parts();
  EXPECT_EQ(parts.apiKeys->size(), 0u);
  EXPECT_TRUE(parts.revocations->subjects.contains("bob")) << "taken back only with the whole set";
  EXPECT_TRUE(parts.revocations->subjects.contains("eve"));
  EXPECT_NE(parts.bearer->issuers()[0].keys->digest(), inForce_->parts().bearer->issuers()[0].keys->digest());
}

TEST_F(WithdrawalsOf, AFileThatGivesMoreOrHasAProblemTakesNothingAway) {
  folder_.write("keys.yaml", keyFile("ci") + "more: 1\n");
  folder_.write("revoked.yaml", "subject: {}\n");
  folder_.write("ids.json", "{}");
  EXPECT_EQ(read().problems.size(), 3u);
  EXPECT_FALSE(read().apiKeysRead);
  EXPECT_FALSE(read().revocationsRead);
  EXPECT_EQ(now().authenticator, nullptr);
  folder_.write("revoked.yaml", "subjects: {bob: {}, eve: {}}\n");
  EXPECT_THAT(now().texts, ElementsAre("revocations")) << "one faulty file does not hold up another";
}

}  // namespace
}  // namespace certus::app
