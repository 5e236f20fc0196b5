// What a right configuration becomes, and the rules between keys.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/reading.h"

namespace certus::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kWhole = R"(
listeners:
  mcp: {address: 127.0.0.2, port: 9000, allowed_origins: ["https://app.example.com:8443"], allowed_hosts: [gw.example.com],
        max_body_bytes: 65536, max_connections: 10, sessions: false, max_sessions: 5, session_idle_seconds: 1.5}
  operations: {address: "::1", port: 0}
modules:
  trust:
    path: ../lib/trust.so
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    prefix: ""
    settings: {depth: 3, ratio: 0.5, strict: true, names: [a, "1"], nothing: ~}
    tools:
      verify: {enabled: false, timeout_seconds: 0.25, max_results: 7}
services:
  trust: embedded
  other:
    url: https://other.example.com:8443/base
    timeout_seconds: 5
    connect_timeout_seconds: 1
    max_response_bytes: 2048
    max_connections: 3
    ca_file: ca.pem
    certificate_file: /abs/c.pem
    key_file: c.key
    credential: {file: secret, header: X-API-Key, scheme: ""}
require_pins: true
threads: 3
tool_timeout_seconds: 12
drain_seconds: 0
state_directory: state
local_identity: bob@example.com
instructions: Be careful.
log: {level: debug, calls: false}
catalog: {cache_seconds: 0, page_size: 50}
)";

TEST(GatewayConfig, SaysEverythingThatTheFileSays) {
  const Reading reading = readText(kWhole);
  ASSERT_EQ(reading.text(), "");
  const Gateway& g = reading.config;
  EXPECT_EQ(g.mcp.address, "127.0.0.2");
  EXPECT_EQ(g.mcp.port, 9000);
  EXPECT_THAT(g.mcp.allowedOrigins, ElementsAre("https://app.example.com:8443"));
  EXPECT_THAT(g.mcp.allowedHosts, ElementsAre("gw.example.com"));
  EXPECT_EQ(g.mcp.maxBodyBytes, 65536u);
  EXPECT_EQ(g.mcp.maxConnections, 10u);
  EXPECT_FALSE(g.mcp.sessions);
  EXPECT_EQ(g.mcp.maxSessions, 5u);
  EXPECT_EQ(g.mcp.sessionIdle, Milliseconds{1500});
  EXPECT_EQ(g.operations.address, "::1");
  EXPECT_EQ(g.operations.port, 0);
  EXPECT_TRUE(g.requirePins);
  EXPECT_EQ(g.threads, 3u);
  EXPECT_EQ(g.toolTimeout, Milliseconds{12'000});
  EXPECT_EQ(g.drain, Milliseconds{0});
  EXPECT_EQ(g.stateDirectory, "/etc/certus/state");
  EXPECT_EQ(g.localIdentity, "bob@example.com");
  EXPECT_EQ(g.instructions, "Be careful.");
  EXPECT_EQ(g.logLevel, "debug");
  EXPECT_FALSE(g.logCalls);
  EXPECT_EQ(g.cacheTtl, Milliseconds{0});
  EXPECT_EQ(g.pageSize, 50u);
}

TEST(GatewayConfig, GivesModulesTheirSettingsAsJsonAndAbsolutePaths) {
  const Gateway g = readText(kWhole).config;
  ASSERT_EQ(g.modules.size(), 1u);
  const Module& trust = *g.module("trust");
  EXPECT_EQ(trust.path, "/etc/lib/trust.so");
  EXPECT_EQ(trust.sha256.substr(0, 8), "9f86d081");
  EXPECT_EQ(trust.prefix, std::optional<std::string>(""));
  EXPECT_EQ(trust.settingsJson, R"({"depth":3,"ratio":0.5,"strict":true,"names":["a","1"],"nothing":null})");
  const ToolOptions& verify = trust.tools.at("verify");
  EXPECT_FALSE(verify.enabled);
  EXPECT_EQ(verify.timeout, std::optional(Milliseconds{250}));
  EXPECT_EQ(verify.maxResults, 7u);
}

TEST(GatewayConfig, KnowsEmbeddedAndRemoteServices) {
  const Gateway g = readText(kWhole).config;
  EXPECT_TRUE(g.service("trust")->embedded);
  const Service& other = *g.service("other");
  EXPECT_FALSE(other.embedded);
  EXPECT_EQ(other.url, "https://other.example.com:8443/base");
  EXPECT_EQ(other.timeout, Milliseconds{5000});
  EXPECT_EQ(other.connectTimeout, Milliseconds{1000});
  EXPECT_EQ(other.maxResponseBytes, 2048u);
  EXPECT_EQ(other.maxConnections, 3u);
  EXPECT_EQ(other.caFile, "/etc/certus/ca.pem");
  EXPECT_EQ(other.certificateFile, "/abs/c.pem");
  EXPECT_EQ(other.keyFile, "/etc/certus/c.key");
  EXPECT_EQ(other.credential->file, "/etc/certus/secret");
  EXPECT_EQ(other.credential->header, "X-API-Key");
  EXPECT_EQ(other.credential->scheme, "");
}

TEST(GatewayConfig, RemembersWhereEachValueStood) {
  const Gateway g = readText(kWhole).config;
  EXPECT_EQ(g.where("modules.trust.path"), "/etc/certus/gateway.yaml:8:11");
  EXPECT_EQ(g.where("modules.trust.tools.verify.enabled"), "/etc/certus/gateway.yaml:13:25");
  EXPECT_EQ(g.where("modules.trust.tools.sign"), "/etc/certus/gateway.yaml:12:5");
  EXPECT_EQ(g.where("nothing.at.all"), "/etc/certus/gateway.yaml");
}

TEST(GatewayConfig, TakesStateAndIdentityFromTheEnvironmentByDefault) {
  EXPECT_EQ(readText("").config.stateDirectory, "/home/alice/.local/state/certus");
  EXPECT_EQ(readText("", {{"HOME", "/h"}, {"XDG_STATE_HOME", "/s"}}).config.stateDirectory, "/s/certus");
  EXPECT_THAT(readText("").config.localIdentity, testing::StartsWith("alice@"));
  EXPECT_THAT(readText("", {}).text(), HasSubstr("state_directory: neither XDG_STATE_HOME nor HOME is set"));
}

TEST(GatewayConfig, WantsEveryPinWhenPinsAreRequired) {
  EXPECT_THAT(problemsOf("require_pins: true\nmodules:\n  a: {path: a.so}\n"),
              HasSubstr(":3:3: modules.a: require_pins is true"));
}

TEST(GatewayConfig, WantsExactlyOneSourceOfACredential) {
  EXPECT_THAT(problemsOf("services: {a: {url: 'http://h', credential: {}}}"), HasSubstr("exactly one source"));
  EXPECT_THAT(problemsOf("services: {a: {url: 'http://h', credential: {env: A, file: b}}}"),
              HasSubstr("exactly one source"));
}

TEST(GatewayConfig, WantsCertificateAndKeyTogetherAndHttps) {
  EXPECT_THAT(problemsOf("services: {a: {url: 'https://h', key_file: k}}"),
              HasSubstr("key_file needs its certificate_file"));
  EXPECT_THAT(problemsOf("services: {a: {url: 'https://h', certificate_file: k}}"),
              HasSubstr("certificate_file needs its key_file"));
  EXPECT_THAT(problemsOf("services: {a: {url: 'http://h', ca_file: k}}"), HasSubstr("write https://"));
}

TEST(GatewayConfig, EmbedsOnlyTrust) {
  EXPECT_THAT(problemsOf("services: {ask: embedded}"), HasSubstr("only trust can be embedded"));
}

TEST(GatewayConfig, SuggestsTheWordForAService) {
  EXPECT_THAT(problemsOf("services: {trust: embeded}"), HasSubstr("did you mean embedded?"));
}

TEST(GatewayConfig, SaysWhatIsMissing) {
  EXPECT_THAT(problemsOf("modules:\n  a: {}\nservices:\n  b: {}\n"),
              testing::AllOf(HasSubstr(":2:6: modules.a: path is missing"), HasSubstr(":4:6: services.b: url is missing")));
}

TEST(GatewayConfig, RefusesValuesOutOfRangeAndShowsTheRange) {
  EXPECT_THAT(problemsOf("threads: 257"), HasSubstr("threads: 257 is out of range; write 0 to 256"));
  EXPECT_THAT(problemsOf("drain_seconds: 3600.001"), HasSubstr("write 0 to 3600 seconds"));
  EXPECT_THAT(problemsOf("threads: 99999999999999999999"), HasSubstr("out of range"));
  EXPECT_THAT(problemsOf("threads: 2.5"), HasSubstr("not a whole number"));
  EXPECT_THAT(problemsOf("drain_seconds: 10s"), HasSubstr("without a unit"));
  EXPECT_THAT(problemsOf("drain_seconds: 0.0001"), HasSubstr("at most three decimals"));
}

TEST(GatewayConfig, RefusesServiceUrlsOfTheWrongForm) {
  for (const char* url : {"ftp://h", "h:80", "http://", "http://h:0", "http://h:65536", "http://h/?q", "http://h/#f",
                          "http://[::1", "http://a b"}) {
    EXPECT_THAT(problemsOf("services: {a: {url: '" + std::string(url) + "'}}"), HasSubstr("services.a.url: ")) << url;
  }
  for (const char* url : {"http://h", "https://h:1/base/x", "http://[::1]:8057", "http://127.0.0.1:8057"}) {
    EXPECT_EQ(problemsOf("services: {a: {url: '" + std::string(url) + "'}}"), "") << url;
  }
}

TEST(GatewayConfig, ReadsAFileAndSaysWhenThereIsNone) {
  EXPECT_THAT(readGatewayFile("/nonexistent/gateway.yaml", {}).text(),
              HasSubstr("/nonexistent/gateway.yaml: No such file or directory"));
  EXPECT_THAT(readGatewayFile("/", {}).text(), HasSubstr("not a regular file"));
  EXPECT_EQ(readGatewayFile("config/gateway.yaml", {{"HOME", "/h"}}).text(), "");
}

}  // namespace
}  // namespace certus::config
