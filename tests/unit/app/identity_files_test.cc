#include "gateway/app/identity_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/gateway/reader.h"
#include "gateway/app/fetch_keys.h"
#include "gateway/app/issuer_keys.h"
#include "policy/identity/instant.h"
#include "tests/unit/app/program.h"

namespace certus::app {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kDigest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

class IdentityFilesOf : public testing::Test {
 protected:
  config::Reading configured(const std::string& identity, const std::string& policy = "policy: policy\n") {
    return config::readGatewayFile(
        folder_.write("gateway.yaml",
                      "modules: {trust: {path: t.so}}\nservices: {trust: embedded}\n" + policy + "identity:\n" + identity),
        {{"HOME", "/h"}});
  }
  IdentityFiles read(const std::string& identity) {
    const config::Reading reading = configured(identity);
    EXPECT_EQ(reading.text(), "");
    return read(reading.config);
  }
  static IdentityFiles read(const config::Gateway& config) {
    return readIdentityFiles(config, keysWithoutFetching(), *identity::parseInstant("2026-11-23T00:00:00Z"));
  }
  std::string at(const std::string& file) { return folder_.path() + "/" + file; }

  TempFolder folder_;
};

constexpr const char* kIssuer = "  issuers:\n    company:\n      issuer: https://a\n      audiences: [g]\n";

TEST_F(IdentityFilesOf, AreToldWithEveryProblemAndItsPlace) {
  folder_.write("keys.yaml", "keys:\n  ci: {sha256: abc, subject: ci}\n  bot: {sha256: def}\n");
  folder_.write("ids.json", "{}");
  const IdentityFiles files = read("  api_keys: keys.yaml\n  revocations: absent.yaml\n" + std::string(kIssuer) +
                                   "      jwks_file: ids.json\n    other:\n      issuer: https://b\n      audiences: [g]\n"
                                   "      subject_prefix: 'o:'\n      jwks_url: https://b/keys\n      jwks_ca_file: absent.pem\n");
  EXPECT_THAT(files.problems,
              AllOf(SizeIs(6), Contains(StartsWith(at("keys.yaml:2:"))), Contains(StartsWith(at("keys.yaml:3:"))),
                    Contains(AllOf(StartsWith(at("gateway.yaml:6:")), HasSubstr("absent.yaml cannot be read: No such file"))),
                    Contains(AllOf(StartsWith(at("gateway.yaml:11:")), HasSubstr("identity.issuers.company.jwks_file: "))),
                    Contains(HasSubstr("identity.issuers.other.jwks_ca_file"))));
}

TEST_F(IdentityFilesOf, AreReadWithoutAPolicyToo) {
  folder_.write("keys.yaml", "keys:\n  ci: {sha256: abc, subject: ci}\n");
  const config::Reading reading = configured("  api_keys: keys.yaml\n", "");
  EXPECT_THAT(reading.text(), HasSubstr("while `policy` is absent"));
  EXPECT_THAT(read(reading.config).problems, ElementsAre(HasSubstr("keys.ci.sha256")));
  EXPECT_THAT(read(config::Gateway{}).problems, IsEmpty());
}

TEST_F(IdentityFilesOf, WarnOfKeysThatExpiredOrCannotBeUsed) {
  folder_.write("keys.yaml", std::string("keys:\n  ci: {sha256: ") + kDigest +
                                 ", subject: ci, expires: 2026-01-31T00:00:00Z}\n");
  folder_.write("ids.json",
                R"({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}, )"
                R"({"kty": "oct", "k": "AAAA"}]})");
  const IdentityFiles files = read("  api_keys: keys.yaml\n" + std::string(kIssuer) + "      jwks_file: ids.json\n");
  EXPECT_THAT(files.problems, IsEmpty());
  EXPECT_THAT(files.warnings, AllOf(SizeIs(2), Contains(HasSubstr("keys.ci: expired at 2026-01-31T00:00:00Z")),
                                    Contains(StartsWith(at("ids.json: key 2")))));
  EXPECT_EQ(files.apiKeys->size(), 1u);
  EXPECT_THAT(files.issuers, SizeIs(1));
}

TEST_F(IdentityFilesOf, WarnOfRevokedSubjectsThatNobodyIsCalled) {
  folder_.write("keys.yaml", std::string("keys:\n  ci: {sha256: ") + kDigest + ", subject: ci}\n");
  folder_.write("revoked.yaml", "subjects: {bob: {}, 'partner:bob': {}, ci: {}, h@host: {}}\n");
  const std::string files = "  api_keys: keys.yaml\n  revocations: revoked.yaml\n";
  const std::string issuer = std::string(kIssuer) + "      jwks_url: https://a/keys\n";
  config::Reading reading = configured(files + issuer + "      subject_prefix: 'partner:'\n");
  reading.config.localIdentity = "h@host";
  EXPECT_THAT(read(reading.config).warnings,
              ElementsAre(AllOf(StartsWith(at("revoked.yaml: subjects.bob: nobody is called that")), HasSubstr("partner:bob"))));
  EXPECT_THAT(read(files + issuer).warnings, IsEmpty()) << "without a prefix an issuer may name anybody";
  EXPECT_THAT(read(files).warnings, IsEmpty()) << "without issuers it is a key that was removed";
}

TEST(FetchKeys, SaysWhatToDoWhenTheIssuerCannotBeReached) {
  identity::Issuer issuer;
  issuer.name = "company";
  issuer.jwksUrl = "http://127.0.0.1:1/keys";
  auto keys = gateway::keysWithoutFetching(issuer, nullptr);
  ASSERT_TRUE(keys.has_value());
  const auto fetched = fetchKeys({issuer, *keys});
  ASSERT_FALSE(fetched.has_value());
  EXPECT_THAT(fetched.error().message, AllOf(HasSubstr("issuer company"), HasSubstr(issuer.jwksUrl), HasSubstr("--jwks FILE")));
}

}  // namespace
}  // namespace certus::app
