// Each stage on its own. What they do together is the ladder's test.
#include "gateway/stages/stages.h"

#include <gtest/gtest.h>

#include "gateway/call/invocation.h"
#include "gateway/stages/header_value.h"

namespace certus::gateway {
namespace {

HeadPolicy policy() {
  HeadPolicy result;
  result.allowedOrigins = {"https://app.example.org"};
  result.allowedHosts = {"gateway.example.org", "exact.example.org:8443"};
  return result;
}

std::optional<Refusal> passHeadStages(HeadCall& call) {
  if (auto refused = passStages(kFirstStages, call)) return refused;
  return passStages(kHeadStages, call);
}

std::optional<Refusal> head(const HeadPolicy& rules, std::optional<std::string_view> host,
                            std::optional<std::string_view> origin = std::nullopt, std::string_view publicOrigin = {}) {
  HeadCall call{host, origin, &rules};
  call.publicOrigin = publicOrigin;
  return passHeadStages(call);
}

TEST(HostStage, AnswersToLoopbackNamesWithAnyPortAndToListedOnes) {
  const HeadPolicy rules = policy();
  for (const char* good : {"localhost", "LocalHost:1", "127.0.0.1", "127.0.0.1:8097", "[::1]", "[::1]:65535",
                           "gateway.example.org", "GATEWAY.example.org:99", "exact.example.org:8443"}) {
    EXPECT_FALSE(head(rules, good)) << good;
  }
  for (const char* bad :
       {"evil.example.com", "localhost.evil.com", "127.0.0.1.evil.com", "exact.example.org:1", "", "localhost:x",
        "localhost:123456", "[::1", "[::1]x:1", "192.168.0.1", "127.0.0.1@evil.com", "evil.com:80:80"}) {
    const auto refusal = head(rules, bad);
    ASSERT_TRUE(refusal) << bad;
    EXPECT_EQ(codesOf(refusal->fault, kModern).http, 403);
    EXPECT_EQ(codesOf(refusal->fault, Revision::V2025_06_18).http, 403);
    EXPECT_EQ(refusal->outcome, CallOutcome::Denied);
  }
  EXPECT_TRUE(head(rules, std::nullopt));
}

TEST(HostStage, AListenerForOtherMachinesAnswersToAddressesToo) {
  HeadPolicy rules = policy();
  rules.loopbackOnly = false;
  for (const char* good : {"192.168.0.1", "10.0.0.7:8097", "[2001:db8::1]:80"}) EXPECT_FALSE(head(rules, good)) << good;
  for (const char* bad : {"evil.example.com", "1.2.3", "1.2.3.4.evil.com", "[evil]"}) EXPECT_TRUE(head(rules, bad)) << bad;
}

TEST(HostStage, AnswersToThePublicUrlOnAnyPortAndToItsOrigin) {
  const HeadPolicy rules = policy();
  for (const char* ours : {"https://mcp.example.com", "https://mcp.example.com:8443"}) {
    for (const char* good : {"mcp.example.com", "MCP.example.com:8443", "mcp.example.com:1"})
      EXPECT_FALSE(head(rules, good, std::nullopt, ours)) << good;
    for (const char* bad : {"mcp.example.com.evil.com", "example.com", "mcp.example.com:x", "evil.example.com", ""})
      EXPECT_TRUE(head(rules, bad, std::nullopt, ours)) << bad;
  }
  const char* ours = "https://mcp.example.com";
  EXPECT_FALSE(head(rules, "mcp.example.com", "https://mcp.example.com", ours));
  EXPECT_TRUE(head(rules, "mcp.example.com", "http://mcp.example.com", ours)) << "another scheme is another site";
  EXPECT_TRUE(head(rules, "mcp.example.com", "https://evil.example.com", ours));
  EXPECT_TRUE(head(rules, "localhost", "", ""));
}

TEST(OriginStage, AbsentIsFineAndPresentMustBeAllowed) {
  const HeadPolicy rules = policy();
  EXPECT_FALSE(head(rules, "localhost"));
  for (const char* good : {"http://localhost:3000", "https://127.0.0.1", "http://[::1]:1", "https://app.example.org"})
    EXPECT_FALSE(head(rules, "localhost", good)) << good;
  for (const char* bad :
       {"http://evil.example.com", "null", "", "http://localhost.evil.com", "https://app.example.org.evil.com",
        "http://app.example.org", "ftp://localhost", "http://", "http://localhost/path"}) {
    const auto refusal = head(rules, "localhost", bad);
    ASSERT_TRUE(refusal) << bad;
    EXPECT_EQ(codesOf(refusal->fault, kModern).http, 403);
  }
}

TEST(OriginStage, ThePreflightAllowsWhatClientsSendAndNothingInvented) {
  const std::string lines =
      preflightHeaders("http://localhost:1", "Mcp-Param-Region, x-evil, mcp-param-, mcp-param-a b,mcp-param-Tenant");
  EXPECT_NE(lines.find("Access-Control-Allow-Origin: http://localhost:1\r\n"), std::string::npos);
  for (const char* name : {"content-type", "accept", "authorization", "mcp-protocol-version", "mcp-method", "mcp-name",
                           "mcp-session-id", "last-event-id"}) {
    EXPECT_NE(lines.find(name), std::string::npos) << name;
  }
  EXPECT_NE(lines.find(", Mcp-Param-Region, mcp-param-Tenant\r\n"), std::string::npos) << lines;
  EXPECT_EQ(lines.find("x-evil"), std::string::npos);
  EXPECT_NE(corsHeaders("http://localhost:1").find("Access-Control-Expose-Headers: mcp-session-id, www-authenticate\r\n"),
            std::string::npos);
}

TEST(ForwardedStage, OpenLocalModeAnswersNoProxy) {
  const HeadPolicy rules = policy();
  HeadCall call{"localhost", std::nullopt, &rules, true, true};
  const auto refused = passHeadStages(call);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->fault, Fault::Forbidden);
  call.open = false;  // whoever passes it on, its caller proves who it is
  EXPECT_FALSE(passHeadStages(call));
}

TEST(HeaderValue, IsLiteralUnlessMarkedOnBothSides) {
  EXPECT_EQ(decodedHeaderValue("plain"), "plain");
  EXPECT_EQ(decodedHeaderValue("=?base64?SGVsbG8=?="), "Hello");
  EXPECT_EQ(decodedHeaderValue("=?base64?"
                               "?="),
            "");
  EXPECT_EQ(decodedHeaderValue("=?base64?SGVsbG8="), "=?base64?SGVsbG8=");
  EXPECT_EQ(decodedHeaderValue("SGVsbG8=?="), "SGVsbG8=?=");
  EXPECT_EQ(decodedHeaderValue("=?Base64?SGVsbG8=?="), "=?Base64?SGVsbG8=?=");
  EXPECT_EQ(decodedHeaderValue("=?base64?="), "=?base64?=") << "the two marks may not share a character";
  for (const char* bad :
       {"=?base64?SGVsbG8?=", "=?base64?SGVs bG8=?=", "=?base64?SGVsbG9=?=", "=?base64?SGVsbG8==?=", "=?base64?-_8=?="}) {
    EXPECT_FALSE(decodedHeaderValue(bad)) << bad;
  }
}

class ParameterStage : public ::testing::Test {
 protected:
  ParameterStage() {
    entry.name = "t";
    entry.parameterHeaders = {{"Region", {"region"}, ParameterHeader::Type::String},
                              {"Count", {"count"}, ParameterHeader::Type::Integer},
                              {"Flag", {"deep", "flag"}, ParameterHeader::Type::Boolean}};
  }
  // JSON-RPC code of the refusal, or 0.
  int match(const char* arguments, std::vector<std::pair<std::string_view, std::string_view>> headers,
            bool hasHeaders = true) {
    call.tool = &entry;
    call.hasHeaders = hasHeaders;
    call.mcpParams = headers;
    call.arguments = parser.parse(std::string_view(arguments)).value();
    const auto refusal = matchParameters(call);
    return refusal ? codesOf(refusal->fault, kModern).rpc : 0;
  }
  ToolEntry entry;
  MessageCall call;
  simdjson::dom::parser parser;
};

TEST_F(ParameterStage, WhatIsInTheBodyMustBeInTheHeader) {
  EXPECT_EQ(match(R"({"region":"eu"})", {{"Region", "eu"}}), 0);
  EXPECT_EQ(match(R"({"region":"eu"})", {{"region", "eu"}}), 0) << "names without regard to case";
  EXPECT_EQ(match(R"({"region":"eu"})", {}), -32020);
  EXPECT_EQ(match(R"({"region":"eu"})", {{"Region", "us"}}), -32020);
  EXPECT_EQ(match(R"({"region":"eu"})", {{"Region", "EU"}}), -32020);
  EXPECT_EQ(match(R"({"region":"eu"})", {{"Region", "=?base64?ZXU=?="}}), 0);
  EXPECT_EQ(match(R"({"region":"eu"})", {{"Region", "=?base64?ZXU?="}}), -32020);
  EXPECT_EQ(match(R"({"region":"=?base64?ZXU="})", {{"Region", "=?base64?ZXU="}}), 0);
}

TEST_F(ParameterStage, AbsentAndNullArgumentsExpectNoHeaderAndUnannotatedHeadersAreIgnored) {
  EXPECT_EQ(match("{}", {}), 0);
  EXPECT_EQ(match(R"({"region":null,"deep":null})", {{"Other", "x"}}), 0);
  EXPECT_EQ(match(R"({"deep":{}})", {}), 0);
}

TEST_F(ParameterStage, IntegersCompareAsNumbersAndBooleansAsWords) {
  EXPECT_EQ(match(R"({"count":42})", {{"Count", "42"}}), 0);
  EXPECT_EQ(match(R"({"count":42})", {{"Count", "42.0"}}), 0);
  EXPECT_EQ(match(R"({"count":-7})", {{"Count", "-7"}}), 0);
  EXPECT_EQ(match(R"({"count":9007199254740991})", {{"Count", "9007199254740990"}}), -32020);
  EXPECT_EQ(match(R"({"count":42})", {{"Count", "42x"}}), -32020);
  EXPECT_EQ(match(R"({"count":42})", {{"Count", ""}}), -32020);
  EXPECT_EQ(match(R"({"deep":{"flag":true}})", {{"Flag", "true"}}), 0);
  EXPECT_EQ(match(R"({"deep":{"flag":false}})", {{"Flag", "true"}}), -32020);
  EXPECT_EQ(match(R"({"deep":{"flag":true}})", {{"Flag", "True"}}), -32020);
}

TEST_F(ParameterStage, OnlyStreamableHttpOfTheNewestRevisionHasThem) {
  EXPECT_EQ(match(R"({"region":"eu"})", {}, false), 0);
  call.revision = Revision::V2025_11_25;
  EXPECT_EQ(match(R"({"region":"eu"})", {}), 0);
}

TEST(CapabilityStage, NamesAreShapedLikeClientCapabilities) {
  EXPECT_EQ(capabilitiesObject(kCanSample | kCanElicit | kHasRoots), R"({"elicitation":{},"sampling":{},"roots":{}})");
  EXPECT_EQ(capabilitiesObject(0), "{}");
}

TEST(FaultTable, IsTheReferencesTable) {
  struct Row {
    Fault fault;
    int rpc, http, legacyRpc, legacyHttp;
  };
  const Row rows[] = {{Fault::Parse, -32700, 400, -32700, 400},
                      {Fault::InvalidRequest, -32600, 400, -32600, 400},
                      {Fault::MethodNotFound, -32601, 404, -32601, 200},
                      {Fault::IncompleteEnvelope, -32602, 400, -32602, 400},
                      {Fault::InvalidParams, -32602, 200, -32602, 200},
                      {Fault::Internal, -32603, 200, -32603, 200},
                      {Fault::HeaderMismatch, -32020, 400, -32020, 400},
                      {Fault::MissingCapability, -32021, 400, -32602, 200},
                      {Fault::UnsupportedVersion, -32022, 400, -32022, 400},
                      {Fault::ResourceNotFound, -32602, 200, -32002, 200},
                      {Fault::Forbidden, -32600, 403, -32600, 403}};
  for (const Row& row : rows) {
    EXPECT_EQ(codesOf(row.fault, kModern).rpc, row.rpc);
    EXPECT_EQ(codesOf(row.fault, kModern).http, row.http);
    for (const Revision revision :
         {Revision::V2024_11_05, Revision::V2025_03_26, Revision::V2025_06_18, Revision::V2025_11_25}) {
      EXPECT_EQ(codesOf(row.fault, revision).rpc, row.legacyRpc);
      EXPECT_EQ(codesOf(row.fault, revision).http, row.legacyHttp);
    }
  }
}

}  // namespace
}  // namespace certus::gateway
