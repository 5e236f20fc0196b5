// The keys that say who gets in and from where: what may not be left out, and what opens nothing by accident.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/reading.h"

namespace certus::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kTls = "tls: {certificate_file: g.crt, key_file: g.key}";

std::string listening(const std::string& inner, const std::string& more = "") {
  return "listeners:\n  mcp: {" + inner + "}\n" + more;
}

TEST(AccessKeys, WithoutAnyTheGatewayIsOpenOnLoopback) {
  const Gateway g = readText("").config;
  EXPECT_FALSE(g.policy);
  EXPECT_FALSE(g.identity.acceptsAnything());
  EXPECT_EQ(g.mcp.address, "127.0.0.1");
}

TEST(AccessKeys, AnAddressThatOthersCanReachNeedsPolicyIdentityAndTls) {
  for (const char* address : {"0.0.0.0", "192.168.1.1", "::", "10.0.0.1"}) {
    EXPECT_THAT(problemsOf(listening(std::string("address: '") + address + "'")),
                AllOf(HasSubstr("/etc/certus/gateway.yaml:2:"), HasSubstr("listeners.mcp.address: " + std::string(address)),
                      HasSubstr("reachable from other machines"), HasSubstr("`policy`, `identity` (issuers"),
                      HasSubstr("`tls` of this listener"), HasSubstr("write 127.0.0.1 or ::1")));
  }
  EXPECT_THAT(problemsOf("listeners: {mcp: {address: localhost}}"), HasSubstr("is not an IP address; write"));
}

TEST(AccessKeys, EachOfTheThreeIsNamedWhenItAloneIsMissing) {
  const std::string policy = "policy: policy\n", identity = "identity: {api_keys: keys.yaml}\n";
  const std::string open = "address: 0.0.0.0", secured = open + ", " + kTls;
  EXPECT_EQ(problemsOf(listening(secured, policy + identity)), "");
  EXPECT_THAT(problemsOf(listening(open, policy + identity)),
              AllOf(HasSubstr("needs also: `tls` of this listener."), Not(HasSubstr("`policy`"))));
  EXPECT_THAT(problemsOf(listening(secured, policy)),
              AllOf(HasSubstr("needs also: `identity` (issuers, api_keys or certificates)."), Not(HasSubstr("`tls`"))));
  EXPECT_THAT(problemsOf(listening(secured, identity)), HasSubstr("needs also: `policy`."));
}

TEST(AccessKeys, AFurtherListenerIsHeldToTheSame) {
  EXPECT_THAT(problemsOf("listeners: {more: {lan: {address: 10.0.0.1, port: 9000}}}"),
              HasSubstr("listeners.more.lan.address: 10.0.0.1 is reachable"));
  const Gateway g = readText("listeners: {more: {lan: {port: 9000, oauth: false, " + std::string(kTls) + "}}}").config;
  ASSERT_EQ(g.more.size(), 1u);
  EXPECT_EQ(g.more[0].name, "lan");
  EXPECT_EQ(g.more[0].port, 9000);
  EXPECT_FALSE(g.more[0].oauth);
  EXPECT_EQ(g.more[0].tls.certificateFile, "/etc/certus/g.crt");
  EXPECT_EQ(g.more[0].tls.keyFile, "/etc/certus/g.key");
  EXPECT_EQ(g.mcp.tls.certificateFile, "");
}

TEST(AccessKeys, APolicyThatIsNotSaidIsAnErrorAndNeverOpenMode) {
  for (const char* nothing : {"policy:\n", "policy: ~\n", "policy: null\n", "policy: ''\n", "policy: \"\"\n"})
    EXPECT_THAT(problemsOf(nothing), HasSubstr(":1:")) << nothing;
  EXPECT_THAT(problemsOf("policy: [a]\n"), HasSubstr("policy: "));
  EXPECT_THAT(problemsOf("policy: {}\n"), HasSubstr("policy: "));
  EXPECT_THAT(problemsOf("polcy: policy\n"), HasSubstr("did you mean policy?"));
  EXPECT_EQ(readText("policy: rules\n").config.policy, "/etc/certus/rules");
  EXPECT_EQ(readText("policy: /srv/rules\n").config.policy, "/srv/rules");
}

TEST(AccessKeys, IdentityWithoutPolicyWouldAskNobody) {
  EXPECT_THAT(problemsOf("identity: {api_keys: keys.yaml}\n"),
              AllOf(HasSubstr(":1:1: identity: nobody would be asked who they are"), HasSubstr("add `policy: FOLDER`")));
  EXPECT_EQ(problemsOf("policy: p\nidentity: {api_keys: keys.yaml}\n"), "");
}

TEST(AccessKeys, AnEmptyIdentityLetsNobodyInAndIsRefused) {
  for (const char* empty : {"identity:\n", "identity: {}\n", "identity: {trusted_proxies: [10.0.0.0/8]}\n"})
    EXPECT_THAT(problemsOf(std::string("policy: p\n") + empty), HasSubstr("nobody could get in")) << empty;
}

TEST(AccessKeys, FilesOfIdentityAreRelativeToTheFile) {
  const Reading reading = readText(
      "policy: p\nidentity:\n  api_keys: keys.yaml\n  revocations: /var/r.yaml\n"
      "  issuers: {company: {issuer: 'https://id.example.com', audiences: ['https://gw.example.com/mcp'], jwks_file: "
      "k.json}}\n");
  ASSERT_EQ(reading.text(), "");
  EXPECT_EQ(reading.config.identity.apiKeysFile, "/etc/certus/keys.yaml");
  EXPECT_EQ(reading.config.identity.revocationsFile, "/var/r.yaml");
  EXPECT_EQ(reading.config.identity.issuers.at(0).jwksFile, "/etc/certus/k.json");
}

TEST(AccessKeys, MistakesOfIdentityStandAtTheirLine) {
  EXPECT_THAT(problemsOf("policy: p\nidentity:\n  issuers:\n    company: {issuer: 'https://id.example.com', "
                         "audiences: ['https://gw.example.com/mcp']}\n"),
              HasSubstr(":4:5: identity.issuers.company: exactly one source of its keys"));
}

TEST(AccessKeys, TwoListenersOfOnePortAreRefused) {
  EXPECT_THAT(problemsOf("listeners: {operations: {port: 8097}}"), HasSubstr("give each listener its own"));
  EXPECT_THAT(problemsOf("listeners: {more: {a: {port: 8097}}}"),
              HasSubstr("listeners.more.a.port: the port of listeners.mcp too"));
  EXPECT_THAT(problemsOf("listeners: {more: {a: {port: 9000}, b: {port: 9000}}}"),
              HasSubstr("listeners.more.b.port: the port of listeners.more.a too"));
  EXPECT_EQ(problemsOf("listeners: {more: {a: {port: 0}, b: {port: 0}}}"), "");
}

TEST(AccessKeys, CertificatesNeedAListenerThatAsksForThem) {
  const std::string identity = "policy: p\nidentity: {certificates: {ci: {dns: ci.example.org}}}\n";
  EXPECT_THAT(problemsOf(identity), AllOf(HasSubstr("identity.certificates: no listener asks for client certificates"),
                                          HasSubstr("tls.client_ca_file")));
  EXPECT_EQ(problemsOf(listening("tls: {certificate_file: a, key_file: b, client_ca_file: c}", identity)), "");
  EXPECT_EQ(problemsOf(identity + "listeners: {more: {m: {port: 9000, tls: {certificate_file: a, key_file: b, "
                                  "client_ca_file: c}}}}\n"),
            "");
}

TEST(AccessKeys, TlsNeedsBothItsFiles) {
  EXPECT_THAT(problemsOf(listening("tls: {certificate_file: a}")), HasSubstr("listeners.mcp.tls: key_file is missing"));
  EXPECT_THAT(problemsOf(listening("tls: {}")), HasSubstr("listeners.mcp.tls: certificate_file is missing"));
  EXPECT_THAT(problemsOf(listening("tls: {certificate_file: '', key_file: b}")), HasSubstr("an empty path"));
}

}  // namespace
}  // namespace certus::config
