// certus-gateway as people and machines meet it: the real program with the real Trust module.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "observability/metric_names.h"
#include "tests/unit/app/program.h"

namespace certus::app {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kDigest =
    R"({"artifact":"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","artifact_type":"image"})";

std::string configuration(const std::string& service, const std::string& more = "") {
  return "listeners:\n  mcp: {port: 0}\n  operations: {port: 0}\nmodules:\n  trust: {path: " CERTUS_TRUST_MODULE
         "}\nservices:\n  trust: " +
         service + "\n" + more;
}

class TheProgram : public testing::Test {
 protected:
  std::string configure(const std::string& service = "embedded", const std::string& more = "") {
    return home_.write("gateway.yaml", configuration(service, more));
  }
  TempFolder home_;
};

TEST_F(TheProgram, ServesSignsAndCountsAndEndsWithZero) {
  Program gateway(home_, {"serve", "--config", configure()});
  const std::uint16_t mcp = gateway.port("/mcp ");
  ASSERT_NE(mcp, 0) << gateway.errors();
  EXPECT_THAT(callTool(mcp, "trust_sign", kDigest), AllOf(HasSubstr("HTTP/1.1 200"), HasSubstr("SIGNED")));
  EXPECT_THAT(callTool(mcp, "trust_verify", R"({"artifact":5})"), HasSubstr("isError"));
  gateway.signal(SIGTERM);
  EXPECT_EQ(gateway.wait(), 0);
  EXPECT_THAT(gateway.errors(),
              AllOf(HasSubstr("event=call id="), HasSubstr("tool=trust_sign outcome=ok"), HasSubstr("event=stopped")));
  EXPECT_THAT(gateway.errors(), Not(HasSubstr("9f86d081"))) << "arguments are never logged";
}

TEST_F(TheProgram, TellsMetricsHealthAndReadiness) {
  Program gateway(home_, {"serve", "--config", configure()});
  const std::uint16_t mcp = gateway.port("/mcp ");
  const std::uint16_t operations = gateway.port("/metrics");
  ASSERT_NE(operations, 0) << gateway.errors();
  EXPECT_THAT(callTool(mcp, "trust_sign", kDigest), HasSubstr("SIGNED"));
  EXPECT_THAT(httpExchange(operations, "GET", "/healthz"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(httpExchange(operations, "GET", "/readyz"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr(R"("status":"ready")")));
  const std::string metrics = httpExchange(operations, "GET", "/metrics");
  for (const std::string_view name : observability::names::kAll) {
    // By issuer and by limit, none here: tests/e2e/test_issuer_keys.py and test_guard.py see them.
    if (name == observability::names::kKeyFetches || name == observability::names::kLimitRefusals) continue;
    EXPECT_THAT(metrics, HasSubstr("# TYPE " + std::string(name) + " "));
  }
  EXPECT_THAT(metrics, HasSubstr("certus_gateway_calls_total{tool=\"trust_sign\",outcome=\"ok\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("certus_gateway_upstream_requests_total{outcome=\"ok\",service=\"trust\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("certus_gateway_tools 5\n"));
}

TEST_F(TheProgram, SaysWhatIsServedWhereStateLiesAndWhatToPaste) {
  Program gateway(home_, {"serve", "--config", configure()});
  const std::string port = std::to_string(gateway.port("/mcp "));
  EXPECT_THAT(gateway.output(), HasSubstr("trust_verify"));
  EXPECT_THAT(gateway.output(), HasSubstr("http://127.0.0.1:" + port + "/mcp/trust"));
  EXPECT_THAT(gateway.output(), HasSubstr(home_.path() + "/state/certus"));
  EXPECT_THAT(gateway.output(), HasSubstr(R"({ "servers": { "certus": { "type": "http", "url": "http://127.0.0.1:)" + port +
                                          R"(/mcp" } } })"));
  EXPECT_THAT(gateway.output(), HasSubstr(R"("args": ["stdio", "--config")"));
  EXPECT_THAT(gateway.output(), Not(HasSubstr("\033"))) << "colours are for terminals";
}

TEST_F(TheProgram, AnswersTheCallUnderWayBeforeItEnds) {
  HeldService service;
  Program gateway(home_,
                  {"serve", "--config", configure("{url: \"http://127.0.0.1:" + std::to_string(service.port()) + "\"}")});
  const std::uint16_t mcp = gateway.port("/mcp ");
  ASSERT_NE(mcp, 0) << gateway.errors();
  std::string answer;
  std::thread client([&] { answer = callTool(mcp, "trust_get_stats", "{}"); });
  ASSERT_TRUE(service.waitForRequest());
  gateway.signal(SIGTERM);
  while (!httpExchange(mcp, "GET", "/mcp").empty()) {  // refused once it drains
  }
  service.answer(R"({"detail":"none"})");
  client.join();
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200"), HasSubstr(R"("id":7)")));
  EXPECT_EQ(gateway.wait(), 0);
  EXPECT_THAT(gateway.errors(), HasSubstr("every call was answered"));
}

TEST_F(TheProgram, EndsAfterDrainSecondsThoughACallHangs) {
  HeldService service;
  Program gateway(home_,
                  {"serve", "--config",
                   configure("{url: \"http://127.0.0.1:" + std::to_string(service.port()) + "\"}", "drain_seconds: 0.2\n")});
  const std::uint16_t mcp = gateway.port("/mcp ");
  ASSERT_NE(mcp, 0) << gateway.errors();
  std::thread client([&] { callTool(mcp, "trust_get_stats", "{}"); });
  EXPECT_TRUE(service.waitForRequest());
  gateway.signal(SIGTERM);
  EXPECT_EQ(gateway.wait(), 0);
  EXPECT_THAT(gateway.errors(), HasSubstr("drain_seconds ran out"));
  client.join();
}

TEST_F(TheProgram, NamesTheLineAndTheHolderOfABusyPort) {
  Program first(home_, {"serve", "--config", configure()});
  const std::string port = std::to_string(first.port("/mcp "));
  Program second(home_, {"serve", "--config", home_.path() + "/gateway.yaml"},
                 {{"CERTUS_GATEWAY__LISTENERS__MCP__PORT", port}});
  EXPECT_EQ(second.wait(), 1);
  EXPECT_THAT(second.errors(),
              AllOf(HasSubstr("environment variable CERTUS_GATEWAY__LISTENERS__MCP__PORT: listeners.mcp.port: port " + port),
                    HasSubstr("already in use by certus-gateway (pid ")));
}

TEST_F(TheProgram, SpeaksNothingButMcpOnStandardOutput) {
  Program gateway(home_, {"stdio", "--module", "trust", "--config", configure()});
  gateway.send(
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})"
      "\n");
  ASSERT_TRUE(gateway.waitForOutput("\n"));
  gateway.send(
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/"
      "list\"}\n");
  ASSERT_TRUE(gateway.waitForOutput("\"id\":2"));
  gateway.closeInput();
  EXPECT_EQ(gateway.wait(), 0);
  std::istringstream lines(gateway.output());
  int answers = 0;
  for (std::string line; std::getline(lines, line); ++answers) EXPECT_EQ(json::parse(line).at("jsonrpc"), "2.0");
  EXPECT_EQ(answers, 2);
  EXPECT_THAT(gateway.output(), AllOf(HasSubstr("\"name\":\"verify\""), Not(HasSubstr("trust_verify"))));
  EXPECT_THAT(gateway.errors(), HasSubstr("state in " + home_.path() + "/state/certus"));
}

TEST_F(TheProgram, AnswersACallThatComesBeforeTheFirstInstallationIsMade) {
  Program gateway(home_, {"stdio", "--config", configure()});
  gateway.send(std::string(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"trust_sign","arguments":)") +
               kDigest + "}}\n");
  ASSERT_TRUE(gateway.waitForOutput("\n"));
  EXPECT_THAT(gateway.output(), HasSubstr("SIGNED"));
  gateway.closeInput();
  EXPECT_EQ(gateway.wait(), 0);
}

TEST_F(TheProgram, EndsStdioWithOneWhenTheInstallationIsBroken) {
  std::filesystem::create_directories(home_.path() + "/state/certus");
  home_.write("state/certus/trust-ca.pem", "not a certificate");
  Program gateway(home_, {"stdio", "--config", configure()});
  EXPECT_EQ(gateway.wait(), 1);
  EXPECT_THAT(gateway.errors(), HasSubstr("services.trust: the embedded Trust service did not start"));
  EXPECT_THAT(gateway.errors(), HasSubstr("gateway.yaml:"));
  Program serving(home_, {"serve", "--config", configure()});
  EXPECT_EQ(serving.wait(), 1);
  EXPECT_THAT(serving.errors(), HasSubstr("did not start"));
}

TEST_F(TheProgram, EndsStdioOnSigterm) {
  Program gateway(home_, {"stdio", "--config", configure()});
  gateway.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n");
  ASSERT_TRUE(gateway.waitForOutput("\"id\":1"));
  gateway.signal(SIGTERM);
  EXPECT_EQ(gateway.wait(), 0);
}

TEST_F(TheProgram, ChecksARightConfiguration) {
  Program gateway(home_, {"check", "--config", configure()});
  EXPECT_EQ(gateway.wait(), 0);
  EXPECT_THAT(gateway.output(), AllOf(HasSubstr("is right: 1 module, 5 tools, 1 service\n"), HasSubstr("(not pinned)")));
}

TEST_F(TheProgram, ChecksEverythingAtOnceAndExitsWithOne) {
  const std::string file = home_.write(
      "gateway.yaml", "threads: 010\nmodules:\n  trust:\n    path: " CERTUS_TRUST_MODULE
                      "\n    tools: {verfy: {}}\n"
                      "  ask: {path: nowhere.so}\nservices: {x: {url: \"http://h\", credential: {env: NOT_SET_HERE}}}\n");
  Program gateway(home_, {"check", "--config", file});
  EXPECT_EQ(gateway.wait(), 1);
  EXPECT_THAT(gateway.errors(), AllOf(HasSubstr(file + ":1:10: threads: \"010\" has a leading zero"),
                                      HasSubstr(file + ":6:15: modules.ask.path: "), HasSubstr("did you mean \"verify\"?"),
                                      HasSubstr("variable NOT_SET_HERE is not set"), HasSubstr("\n4 problems\n")));
}

TEST_F(TheProgram, DoesNotServeAModuleWhoseDigestDiffers) {
  const std::string file =
      home_.write("gateway.yaml",
                  "listeners: {mcp: {port: 0}, operations: {port: 0}}\nmodules:\n  trust:\n    path: " CERTUS_TRUST_MODULE
                  "\n    sha256: \"" +
                      std::string(64, '0') + "\"\nservices: {trust: embedded}\n");
  Program gateway(home_, {"serve", "--config", file});
  EXPECT_EQ(gateway.wait(), 1);
  EXPECT_THAT(gateway.errors(), AllOf(HasSubstr(file + ":5:13: modules.trust.sha256: "), HasSubstr("not started")));
}

TEST_F(TheProgram, ListsItsTools) {
  Program text(home_, {"tools", "--config", configure()});
  EXPECT_EQ(text.wait(), 0);
  EXPECT_THAT(text.output(), HasSubstr("trust_query_transparency  "));
  Program whole(home_, {"tools", "--json", "--config", configure()});
  EXPECT_EQ(whole.wait(), 0);
  const json document = json::parse(whole.output());
  const json& tools = document["tools"];
  ASSERT_EQ(tools.size(), 5u);
  EXPECT_EQ(tools[0]["service"], "trust");
  EXPECT_EQ(tools[0]["tool"], "verify");
  for (const json& tool : tools) EXPECT_TRUE(tool.contains("inputSchema") && tool.contains("outputSchema")) << tool["name"];
}

TEST_F(TheProgram, PrintsTheSchemaInTheTree) {
  Program gateway(home_, {"schema"});
  EXPECT_EQ(gateway.wait(), 0);
  std::ostringstream file;
  file << std::ifstream("config/gateway.schema.json").rdbuf();
  EXPECT_EQ(gateway.output(), file.str());
}

}  // namespace
}  // namespace certus::app
