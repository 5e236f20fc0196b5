#include "policy/identity/authenticator.h"

#include <gtest/gtest.h>

#include "policy/identity/credential.h"
#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

const Address kHome = *parseAddress("203.0.113.9");
const NewApiKey kKey = makeApiKey(std::string(32, 'k'));

struct Gate {
  IssuingWorld world;
  std::shared_ptr<Revocations> revocations = std::make_shared<Revocations>();
  AuthenticatorParts parts;
  std::unique_ptr<Authenticator> authenticator;

  Gate() {
    std::map<std::string, ApiKeyEntry> keys;
    keys["ci"].sha256 = kKey.sha256;
    keys["ci"].subject = "ci@example.com";
    CertificateRule spiffe, everybody;
    spiffe.uri = "spiffe://example.org/ci/*";
    spiffe.subject = "ci";
    spiffe.groups = {"bots"};
    everybody.email = "*@example.org";
    parts.bearer =
        std::make_shared<BearerVerifier>(std::vector<TrustedIssuer>{{world.settings, world.keys}}, world.revocations);
    parts.apiKeys = std::make_shared<ApiKeys>(keys);
    parts.revocations = revocations;
    parts.certificates = std::make_shared<CertificateRules>(std::vector{spiffe, everybody});
    parts.failures = std::make_shared<FailureLimiter>(FailureLimit{.burst = 3, .recovery = Milliseconds{60'000}}, 1);
    authenticator = std::make_unique<Authenticator>(parts);
  }

  std::string ask(const std::vector<std::string>& headers, const VerifiedCertificate* certificate = nullptr,
                  const char* target = "/mcp", Address client = kHome) {
    const std::vector<std::string_view> views(headers.begin(), headers.end());
    return said(authenticator->authenticate({views, target, certificate, client}, at(kNow)));
  }
};

TEST(Authenticator, TakesTokensAndKeysFromTheSameHeader) {
  Gate gate;
  EXPECT_EQ(gate.ask({"Bearer " + gate.world.good("RS256")}), "ok:alice@example.com");
  EXPECT_EQ(gate.ask({"bearer   " + kKey.key}), "ok:ci@example.com");
  EXPECT_EQ(gate.ask({}), "no_credential");
}

TEST(Authenticator, RefusesWhatIsNoSingleBearerCredential) {
  Gate gate;
  const std::string token = gate.world.good("ES256");
  const std::pair<std::vector<std::string>, const char*> rows[] = {
      {{"Bearer " + token, "Bearer " + token}, "several_credentials"},
      {{"Bearer " + token + ", Bearer " + token}, "several_credentials"},
      {{"Basic YTpi"}, "unknown_scheme"},
      {{token}, "unknown_scheme"},
      {{""}, "unknown_scheme"},
      {{"Bearer"}, "malformed"},
      {{"Bearer "}, "malformed"},
      {{"Bearer\t" + token}, "unknown_scheme"},
      {{"Bearer " + token + " x"}, "malformed"},
      {{"Bearer \"" + token + "\""}, "malformed"},
      {{"Bearer " + std::string(9000, 'a')}, "too_long"},
  };
  std::uint32_t last = 1;
  for (const auto& [headers, failure] : rows) {
    const Address another = *parseAddress("10.0.0." + std::to_string(last++));
    EXPECT_EQ(gate.ask(headers, nullptr, "/mcp", another), failure) << headers.front();
  }
}

TEST(Authenticator, RefusesATokenInTheQueryEvenBesideAGoodHeader) {
  Gate gate;
  const std::string good = "Bearer " + gate.world.good("ES256");
  for (const char* target :
       {"/mcp?access_token=x", "/mcp?a=b&access_token=x", "/mcp?acc%65ss_token=x", "/mcp?access_token"}) {
    const auto found = bearerCredential(std::vector<std::string_view>{good}, target);
    ASSERT_FALSE(found) << target;
    EXPECT_EQ(found.error(), Failure::TokenInQuery) << target;
  }
  EXPECT_EQ(gate.ask({good}, nullptr, "/mcp?my_access_token=x&a=access_token"), "ok:alice@example.com");
}

TEST(Authenticator, KnowsCertificatesByTheirNames) {
  Gate gate;
  VerifiedCertificate certificate;
  certificate.uris = {"spiffe://example.org/ci/7"};
  certificate.sha256 = "ab";
  EXPECT_EQ(gate.ask({}, &certificate), "ok:ci");
  certificate.uris = {"spiffe://example.org/ci"};
  EXPECT_EQ(gate.ask({}, &certificate), "unknown_certificate");
  certificate.emails = {"bob@example.org"};
  EXPECT_EQ(gate.ask({}, &certificate), "ok:bob@example.org");
  EXPECT_EQ(gate.ask({"Basic YTpi"}, &certificate), "unknown_scheme") << "a bad credential is not rescued";
  certificate.notAfter = at(kNow).wall;
  EXPECT_EQ(gate.ask({}, &certificate), "expired");
  EXPECT_EQ(gate.ask({}, nullptr), "no_credential");
}

TEST(Authenticator, VerifiesNothingForAnAddressThatFailedTooOften) {
  Gate gate;
  const std::string known = "Bearer " + gate.world.good("EdDSA");
  ASSERT_EQ(gate.ask({known}), "ok:alice@example.com");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(gate.ask({"Bearer a.b.c"}), "malformed");
  EXPECT_EQ(gate.ask({"Bearer a.b.c"}), "limited");
  EXPECT_EQ(gate.ask({"Bearer " + gate.world.good("RS256")}), "limited") << "a good one that would cost a signature";
  EXPECT_EQ(gate.ask({known}), "ok:alice@example.com") << "a known one costs nothing";
  EXPECT_EQ(gate.ask({"Bearer " + kKey.key}), "ok:ci@example.com");
  EXPECT_EQ(gate.ask({"Bearer certus_x"}), "limited") << "no word on why";
  EXPECT_EQ(gate.ask({"Bearer " + gate.world.good("RS256")}, nullptr, "/mcp", *parseAddress("10.1.1.1")),
            "ok:alice@example.com");
  EXPECT_GT(gate.authenticator->wait(kHome, at(kNow).steady).count(), 0);
}

TEST(Authenticator, AskingWithoutACredentialIsNoFailure) {
  Gate gate;
  for (int i = 0; i < 50; ++i) EXPECT_EQ(gate.ask({}), "no_credential");
}

TEST(Authenticator, StopsWhatWasRevokedAtItsNextMessage) {
  Gate gate;
  const std::string good = "Bearer " + gate.world.good("ES256");
  ASSERT_EQ(gate.ask({good}), "ok:alice@example.com");
  gate.revocations->subjects["alice@example.com"] = {};
  gate.revocations->keys["ci"] = {};
  EXPECT_EQ(gate.ask({good}), "revoked");
  EXPECT_EQ(gate.ask({"Bearer " + kKey.key}), "revoked");
  Principal open;
  open.subject = "alice@example.com";
  EXPECT_EQ(gate.authenticator->stillValid(open, at(kNow).wall).error(), Failure::Revoked);
  open.subject = "bob";
  EXPECT_TRUE(gate.authenticator->stillValid(open, at(kNow).wall));
  open.expires = at(kNow).wall;
  EXPECT_EQ(gate.authenticator->stillValid(open, at(kNow).wall).error(), Failure::Expired);
}

TEST(Authenticator, StopsAKeyThatWasTakenOutOfTheFileAndATokenOfAnIssuerNoLongerTrusted) {
  Gate gate;
  const auto principalOf = [&](const std::string& credential) {
    const std::string header = "Bearer " + credential;
    const std::vector<std::string_view> headers{header};
    return std::get<PrincipalPointer>(gate.authenticator->authenticate({headers, "/mcp", nullptr, kHome}, at(kNow)));
  };
  const PrincipalPointer key = principalOf(kKey.key), token = principalOf(gate.world.good("ES256"));
  EXPECT_TRUE(gate.authenticator->stillValid(*key, at(kNow).wall));
  EXPECT_TRUE(gate.authenticator->stillValid(*token, at(kNow).wall));

  Principal another = *key;
  another.key = "api-key\nsomebody-else";  // the key was given to somebody else
  EXPECT_EQ(gate.authenticator->stillValid(another, at(kNow).wall).error(), Failure::Revoked);
  another = *key;
  another.tokenId = makeApiKey(std::string(32, 'n')).sha256;  // another key under the same name
  EXPECT_EQ(gate.authenticator->stillValid(another, at(kNow).wall).error(), Failure::Revoked);
  another.tokenId.clear();
  EXPECT_EQ(gate.authenticator->stillValid(another, at(kNow).wall).error(), Failure::Revoked);
  another = *token;
  another.key = "https://former.example\n" + token->subject;
  EXPECT_EQ(gate.authenticator->stillValid(another, at(kNow).wall).error(), Failure::Revoked);
}

TEST(Authenticator, KnowsAHolderByTheGroupsOfNow) {
  Gate gate;
  const auto held = [&](const std::string& credential, const VerifiedCertificate* certificate = nullptr) {
    std::vector<std::string_view> headers;
    if (!credential.empty()) headers.push_back(credential);
    return std::get<PrincipalPointer>(gate.authenticator->authenticate({headers, "/mcp", certificate, kHome}, at(kNow)));
  };
  const std::string keyLine = "Bearer " + kKey.key, tokenLine = "Bearer " + gate.world.good("ES256");
  VerifiedCertificate certificate;
  certificate.uris = {"spiffe://example.org/ci/7"};
  const PrincipalPointer key = held(keyLine), token = held(tokenLine), machine = held({}, &certificate);
  const auto groupsNow = [&](const PrincipalPointer& holder) {
    const auto now = gate.authenticator->renewed(holder, at(kNow).wall);
    return now ? (*now)->groups : std::vector<std::string>{said(now.error())};
  };
  for (const PrincipalPointer& holder : {key, token, machine}) EXPECT_EQ(groupsNow(holder), holder->groups);

  ApiKeyEntry entry;
  entry.sha256 = kKey.sha256;
  entry.subject = key->subject;
  entry.tenant = key->tenant;
  entry.groups = {"auditors"};
  gate.parts.apiKeys = std::make_shared<ApiKeys>(std::map<std::string, ApiKeyEntry>{{"ci", entry}});
  CertificateRule rule;
  rule.uri = "spiffe://example.org/ci/*";
  rule.subject = machine->subject;
  rule.groups = {"auditors"};
  gate.parts.certificates = std::make_shared<CertificateRules>(std::vector{rule});
  gate.authenticator = std::make_unique<Authenticator>(gate.parts);
  EXPECT_EQ(groupsNow(key), std::vector<std::string>{"auditors"});
  EXPECT_EQ(groupsNow(machine), std::vector<std::string>{"auditors"});
  EXPECT_EQ(groupsNow(token), token->groups) << "as the token says";
  gate.parts.apiKeys = std::make_shared<ApiKeys>();
  gate.authenticator = std::make_unique<Authenticator>(gate.parts);
  EXPECT_EQ(groupsNow(key), std::vector<std::string>{"revoked"});
}

TEST(Authenticator, KeysThatChangeChangeTheirVersion) {
  Gate gate;
  EXPECT_EQ(KeyCache({}, nullptr).digest(), "");
  const std::string published = gate.world.keys->digest();
  const std::uint64_t before = gate.authenticator->keysVersion();
  EXPECT_EQ(gate.authenticator->keysVersion(), before);
  const Json keys = {{"keys", Json::array({SigningKey::of("P-256").jwk("another")})}};
  ASSERT_TRUE(gate.world.keys->fetched(Result<std::string>(keys.dump()), at(kNow).steady + std::chrono::hours(2)));
  EXPECT_GT(gate.authenticator->keysVersion(), before);
  EXPECT_NE(gate.world.keys->digest(), published);
}

TEST(Authenticator, WithoutRulesForCertificatesAsksForACredential) {
  Gate gate;
  EXPECT_EQ(gate.authenticator->parts().certificates, gate.parts.certificates);
  gate.parts.certificates = std::make_shared<CertificateRules>();
  gate.authenticator = std::make_unique<Authenticator>(gate.parts);
  const VerifiedCertificate certificate;
  EXPECT_EQ(gate.ask({}, &certificate), "no_credential");
}

TEST(Certificates, CountNoLongerThanTheirRuleDoes) {
  Gate gate;
  VerifiedCertificate certificate;
  certificate.uris = {"spiffe://example.org/ci/7"};
  const std::vector<std::string_view> none;
  const Outcome outcome = gate.authenticator->authenticate({none, "/mcp", &certificate, kHome}, at(kNow));
  const Principal holder = **std::get_if<PrincipalPointer>(&outcome);
  const auto validUnder = [&](std::vector<CertificateRule> rules) {
    gate.parts.certificates = std::make_shared<CertificateRules>(std::move(rules));
    return Authenticator(gate.parts).stillValid(holder, at(kNow).wall);
  };
  EXPECT_TRUE(gate.authenticator->stillValid(holder, at(kNow).wall));
  CertificateRule rule;
  rule.uri = "spiffe://example.org/ci/*";
  rule.subject = "ci";
  EXPECT_TRUE(validUnder({rule}));
  EXPECT_EQ(validUnder({}).error(), Failure::Revoked) << "its rule was taken away";
  CertificateRule other = rule;
  other.subject = "robot";
  EXPECT_EQ(validUnder({other, rule}).error(), Failure::Revoked) << "now it is somebody else's";
  Principal bare = holder;
  bare.certificate = nullptr;
  EXPECT_EQ(gate.authenticator->stillValid(bare, at(kNow).wall).error(), Failure::Revoked);
}

std::string whose(const CertificateRule& rule, const VerifiedCertificate& certificate) {
  const auto found = CertificateRules({rule}).find(certificate, at(kNow).wall);
  return found ? (*found)->subject : std::string(labelOf(found.error()));
}

TEST(Certificates, AreKnownByTheNameThatTheirRuleAsksFor) {
  VerifiedCertificate certificate;
  certificate.subject = "CN=ci,O=Example";
  certificate.names = {"www.example.com", "ci.example.org"};
  certificate.emails = {"ci@example.org"};
  CertificateRule dns, exact, distinguished, begins;
  dns.dns = "*.example.org";
  EXPECT_EQ(whose(dns, certificate), "ci.example.org");
  exact.email = "ci@example.org";
  exact.subject = "robot";
  EXPECT_EQ(whose(exact, certificate), "robot");
  distinguished.distinguishedName = "CN=ci,*";
  EXPECT_EQ(whose(distinguished, certificate), "CN=ci,O=Example");
  certificate.subject = "CN=other,O=Example";
  EXPECT_EQ(whose(distinguished, certificate), "unknown_certificate");
  certificate.subject = "CN=ci";
  EXPECT_EQ(whose(distinguished, certificate), "unknown_certificate") << "shorter than what it must begin with";
  certificate.names = {"example.org", "a.example.com.example"};
  EXPECT_EQ(whose(dns, certificate), "unknown_certificate");
}

TEST(Certificates, CountInTheirTimeAndUnderNamesThatAHeaderCanCarry) {
  VerifiedCertificate certificate;
  certificate.uris = {"spiffe://example.org/\nX-Admin: 1"};
  CertificateRule rule;
  rule.uri = "spiffe://example.org/*";
  rule.groups = {"b", "a", "b"};
  EXPECT_EQ(whose(rule, certificate), "unknown_certificate");
  certificate.uris = {"spiffe://example.org/ci"};
  EXPECT_EQ(whose(rule, certificate), "spiffe://example.org/ci");
  const auto keyOf = [&] { return (*CertificateRules({rule}).find(certificate, at(kNow).wall))->key; };
  EXPECT_EQ(keyOf(), "certificate\nspiffe://example.org/ci");
  rule.tenant = "acme";
  EXPECT_EQ(keyOf(), "certificate\nspiffe://example.org/ci\nacme");
  certificate.notBefore = at(kNow + 1).wall;
  EXPECT_EQ(whose(rule, certificate), "not_yet_valid");
}

}  // namespace
}  // namespace certus::identity
