#include "policy/identity/identity_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/json_schema.h"
#include "policy/identity/failure.h"
#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kCompany = R"(issuers:
  company:
    issuer: https://id.example.com
    audiences: [https://gateway.example.com/mcp]
    jwks_url: https://id.example.com/jwks.json
)";

TEST(IdentityConfig, IsReadWithSafeDefaults) {
  const auto reading =
      readIdentity(std::string(kCompany) + "resource: {public_url: https://gateway.example.com/mcp}\n", "p.yaml");
  ASSERT_EQ(reading.text(), "");
  const Issuer& issuer = reading.value.issuers.front();
  EXPECT_EQ(issuer.name, "company");
  EXPECT_EQ(issuer.maxLifetime, Milliseconds{3'600'000});
  EXPECT_TRUE(issuer.allows(Algorithm::EdDSA));
  EXPECT_THAT(reading.value.resource.authorizationServers, ElementsAre("https://id.example.com"));
  EXPECT_FALSE(reading.value.proxies().trusts(*parseAddress("127.0.0.1")));
}

TEST(IdentityConfig, NamesEveryMistakeWithItsPlaceAndTheRightForm) {
  const std::pair<std::string, const char*> rows[] = {
      {"{}", "nobody could get in"},
      {"isuers: {}", "p.yaml:1:1: isuers: unknown key; did you mean issuers?"},
      {std::string(kCompany) + "    jwks_file: a.json\n", "issuers.company: exactly one source of its keys"},
      {std::string(kCompany) + "    algorithms: [HS256]\n", "p.yaml:6:18: issuers.company.algorithms[0]: not an algorithm"},
      {std::string(kCompany) + "    algorithms: []\n", "issuers.company.algorithms: empty"},
      {std::string(kCompany) + "    max_lifetime_seconds: 99999999\n", "out of range"},
      {std::string(kCompany) + "    claims: {groups: /a~b}\n", "not a claim"},
      {std::string(kCompany) +
           "    jwks_ca_file: ca.pem\n  three:\n    issuer: https://b\n    audiences: [b]\n    jwks_file: b\n"
           "    jwks_ca_file: ca.pem\n",
       "only a jwks_url with https://"},
      {std::string(kCompany) + "  two:\n    issuer: https://id.example.com\n    audiences: [a]\n    jwks_file: a\n",
       "issuers.two.issuer: the issuer of company too"},
      {"issuers:\n  a:\n    issuer: api-key\n    audiences: []\n    jwks_url: http://id.example.com/x\n", "not an issuer"},
      {"issuers:\n  a:\n    issuer: https://a\n    audiences: []\n    jwks_url: http://id.example.com/x\n",
       "audiences: empty"},
      {"issuers:\n  a:\n    issuer: https://a\n    audiences: []\n    jwks_url: http://id.example.com/x\n",
       "replaced on the way"},
      {"issuers:\n  a:\n    issuer: https://a\n    jwks_file: x\n", "audiences is missing"},
      {"certificates:\n  a: {uri: 'x:y', dns: y}\n", "certificates.a: exactly one way"},
      {"certificates:\n  a: {uri: 'a*b'}\n", "not a pattern"},
      {"certificates:\n  a: {uri: '*'}\n", "not a pattern"},
      {"api_keys: k.yaml\ntrusted_proxies: [0.0.0.0/0]\n", "everybody"},
      {"api_keys: k.yaml\ntrusted_proxies: [10.0.0.1/8]\n", "trusted_proxies[0]: not a network"},
      {"api_keys: k.yaml\nresource: {public_url: https://g.example.com/}\n", "without a slash"},
      {"api_keys: k.yaml\nresource: {public_url: https://g.example.com}\n", "but nowhere"},
      {"api_keys: k.yaml\nresource: {public_url: https://g.e, tool_scopes: {\"a b\": {tools: [t/a]}}}\n", "not a scope"},
      {"api_keys: k.yaml\nresource: {public_url: https://g.e, tool_scopes: {a: {tools: [t]}}}\n", "not a service/name"},
  };
  for (const auto& [yaml, message] : rows) EXPECT_THAT(readIdentity(yaml, "p.yaml").text(), HasSubstr(message)) << yaml;
}

TEST(IdentityConfig, AllowsPlainKeysFromThisMachineOnly) {
  for (const char* url : {"http://127.0.0.1:9/jwks", "http://localhost/jwks", "http://[::1]:9/jwks"}) {
    const auto text =
        readIdentity(std::string("issuers:\n  a:\n    issuer: https://a\n    audiences: [b]\n    jwks_url: ") + url + "\n",
                     "p")
            .text();
    EXPECT_EQ(text, "") << url;
  }
}

TEST(IdentityConfig, NamesScopesByTheToolsThatTheyAreFor) {
  const auto reading = readIdentity(
      "api_keys: k.yaml\nresource:\n  public_url: https://g.example.com\n  authorization_servers: [https://id.example.com]\n"
      "  tool_scopes:\n    trust:sign: {tools: [trust/sign]}\n    trust:read: {tools: [trust/get_*, trust/verify]}\n",
      "p.yaml");
  EXPECT_EQ(reading.text(), "");
  const auto& scopes = reading.value.resource.toolScopes;
  ASSERT_EQ(scopes.size(), 2u);
  EXPECT_EQ(scopes[0].scope, "trust:sign");
  EXPECT_THAT(scopes[1].tools, ElementsAre("trust/get_*", "trust/verify"));
  EXPECT_EQ(publicOrigin(reading.value.resource), "https://g.example.com");
}

TEST(IdentityConfig, HasASchemaForEditors) {
  const Json schema = Json::parse(config::jsonSchema(identityShape()));
  EXPECT_TRUE(schema["properties"].contains("issuers"));
}

ResourceServer server() {
  ResourceServer out;
  out.publicUrl = "https://gateway.example.com/mcp";
  out.authorizationServers = {"https://id.example.com"};
  out.scopes = {"mcp:tools", "mcp:sign"};
  return out;
}

TEST(ResourceMetadata, StandsAtBothPathsAndNamesTheConfiguredUrl) {
  EXPECT_THAT(metadataPaths(server()),
              ElementsAre("/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"));
  const Json document = Json::parse(metadataDocument(server()));
  EXPECT_EQ(document, Json::parse(R"({"resource":"https://gateway.example.com/mcp",
      "authorization_servers":["https://id.example.com"],"scopes_supported":["mcp:tools","mcp:sign"],
      "bearer_methods_supported":["header"]})"));
  EXPECT_EQ(publicOrigin(server()), "https://gateway.example.com");
  ResourceServer root = server();
  root.publicUrl = "https://gateway.example.com";
  EXPECT_THAT(metadataPaths(root), ElementsAre("/.well-known/oauth-protected-resource"));
}

TEST(Challenge, SaysWhereToSignInAndNeverWhy) {
  const ResourceServer resource = server();
  EXPECT_EQ(challengeMissing(&resource),
            "Bearer resource_metadata=\"https://gateway.example.com/.well-known/oauth-protected-resource/mcp\", "
            "scope=\"mcp:tools mcp:sign\"");
  EXPECT_THAT(challengeInvalid(&resource), HasSubstr("error=\"invalid_token\""));
  for (std::size_t i = 0; i < kFailures; ++i) {
    EXPECT_THAT(challengeInvalid(&resource), Not(HasSubstr("\"" + std::string(labelOf(static_cast<Failure>(i))) + "\"")));
  }
  const std::vector<std::string> needed = {"trust:sign", "mcp:tools"};
  EXPECT_THAT(challengeScope(&resource, needed), HasSubstr("error=\"insufficient_scope\", scope=\"trust:sign mcp:tools\""));
  EXPECT_EQ(challengeMissing(nullptr), "Bearer");
  EXPECT_THAT(challengeInvalid(nullptr), Not(HasSubstr("resource_metadata")));
}

TEST(IdentityConfig, BecomesWhatTheAuthenticatorIsMadeOf) {
  const auto reading = readIdentity(std::string(kCompany) +
                                        "certificates:\n  ci: {uri: 'spiffe://example.org/ci/*', subject: ci}\n"
                                        "trusted_proxies: [10.0.0.0/8]\nforwarded_header: forwarded\n"
                                        "failures: {burst: 7, recovery_seconds: 2}\n"
                                        "resource:\n  public_url: https://g.example.com\n"
                                        "  authorization_servers: [https://login.example.com]\n",
                                    "p.yaml");
  ASSERT_EQ(reading.text(), "");
  EXPECT_EQ(reading.value.failureBurst, 7u);
  EXPECT_EQ(reading.value.failureRecovery, Milliseconds{2'000});
  ASSERT_EQ(reading.value.certificateRules().size(), 1u);
  EXPECT_EQ(reading.value.certificateRules().front().subject, "ci");
  EXPECT_TRUE(reading.value.proxies().trusts(*parseAddress("10.1.2.3")));
  EXPECT_EQ(reading.value.proxies().header(), ForwardedHeader::Forwarded);
  EXPECT_THAT(reading.value.resource.authorizationServers, ElementsAre("https://login.example.com")) << "not the issuers";
}

TEST(IdentityConfig, TrustsNoNetworkThatItCannotRead) {
  IdentityConfig config;
  config.trustedProxies = {"10.0.0.1/8", "192.0.2.1"};
  EXPECT_FALSE(config.proxies().trusts(*parseAddress("10.0.0.1")));
  EXPECT_TRUE(config.proxies().trusts(*parseAddress("192.0.2.1")));
}

TEST(IdentityConfig, ReportsUnderThePathOfItsSection) {
  IdentityConfig config;
  config.issuers.resize(2);
  config.certificates.resize(1);
  Places places;
  places["identity"] = {7, 3, ""};
  config::Problems problems;
  completeIdentity(config, "identity", places, problems);
  std::string text;
  for (const auto& problem : problems.take()) text += config::describe(problem, "g.yaml") + "\n";
  EXPECT_THAT(text, HasSubstr("g.yaml:7:3: identity.certificates.: exactly one way"));
  EXPECT_THAT(text, Not(HasSubstr("tokens could not tell"))) << "two issuers that say nothing yet are not the same";
  EXPECT_THAT(readIdentity("issuers: [", "p.yaml").text(), HasSubstr("p.yaml:1"));
}

TEST(Challenge, CannotBeEndedByWhatItQuotes) {
  ResourceServer resource = server();
  resource.scopes = {};
  EXPECT_EQ(challengeMissing(&resource),
            "Bearer resource_metadata=\"https://gateway.example.com/.well-known/oauth-protected-resource/mcp\"");
  EXPECT_THAT(metadataDocument(resource), Not(HasSubstr("scopes_supported")));
  const std::vector<std::string> hostile = {"a\"b", "c\\d", "e\r\nf", "g\x7f"};
  EXPECT_THAT(challengeScope(nullptr, hostile), HasSubstr("scope=\"ab cd ef g\""));
  EXPECT_THAT(challengeScope(nullptr, hostile), Not(HasSubstr("resource_metadata")));
}

}  // namespace
}  // namespace certus::identity
