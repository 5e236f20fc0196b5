#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

struct ShapeRow {
  const char* text;
  const char* id;  // expected in the answer; null: none
};

TEST_F(Protocol, AMisshapenMessageIsRefusedWithTheIdThatCouldBeRead) {
  const ShapeRow rows[] = {{R"({"id":1,"method":"ping"})", "1"},
                           {R"({"jsonrpc":"1.0","id":"x","method":"ping"})", "\"x\""},
                           {R"({"jsonrpc":2.0,"id":1,"method":"ping"})", "1"},
                           {R"({"jsonrpc":"2.0","id":null,"method":"ping"})", nullptr},
                           {R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})", nullptr},
                           {R"({"jsonrpc":"2.0","id":1e3,"method":"ping"})", nullptr},
                           {R"({"jsonrpc":"2.0","id":[1],"method":"ping"})", nullptr},
                           {R"({"jsonrpc":"2.0","id":true,"method":"ping"})", nullptr},
                           {R"({"jsonrpc":"2.0","id":1,"method":7})", "1"},
                           {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[]})", "1"},
                           {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":null})", "1"},
                           {R"({"jsonrpc":"2.0","id":1})", "1"},
                           {R"({"jsonrpc":"2.0","id":1,"result":{},"error":{}})", "1"},
                           {R"({"jsonrpc":"2.0","id":1,"method":"ping","result":{}})", "1"},
                           {R"({"jsonrpc":"2.0","result":{}})", nullptr},
                           {R"({"jsonrpc":"2.0","id":1,"error":"no"})", "1"},
                           {"7", nullptr},
                           {"\"text\"", nullptr},
                           {"null", nullptr},
                           {"{}", nullptr}};
  for (const ShapeRow& row : rows) {
    const Message message = send(row.text);
    EXPECT_EQ(status(message), 400) << row.text;
    const Json answer = body(message);
    EXPECT_EQ(answer["error"]["code"], -32600) << row.text;
    ASSERT_EQ(answer.contains("id"), row.id != nullptr) << row.text;
    if (row.id) {
      EXPECT_EQ(answer["id"].dump(), row.id);
    }
  }
}

TEST_F(Protocol, AParseErrorHasNoId) {
  for (const char* text :
       {"", "{", R"({"jsonrpc":"2.0","id":1,"id":1,"method":"ping"})",
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"a":[{"b":1,"b":2}]}}})"}) {
    const Message message = send(text);
    EXPECT_EQ(status(message), 400);
    EXPECT_EQ(code(message), -32700) << text;
    EXPECT_FALSE(body(message).contains("id"));
    EXPECT_EQ(message.method, "_other");
  }
}

TEST_F(Protocol, UnknownMembersOfAnEnvelopeAreIgnored) {
  EXPECT_EQ(code(send(R"({"jsonrpc":"2.0","id":1,"method":"ping","extra":[1,{"method":"x"}]})")), 0);
}

TEST_F(Protocol, AnEscapedMethodNameIsTheMethod) {
  EXPECT_EQ(code(send(R"({"jsonrpc":"2.0","id":1,"\u006dethod":"p\u0069ng"})")), 0);
}

TEST_F(Protocol, TheRecordShowsOnlyNamesOfOurOwn) {
  EXPECT_EQ(send(R"({"jsonrpc":"2.0","id":1,"method":"evil\nmethod"})").method, "_other");
  EXPECT_EQ(legacy(Revision::V2025_11_25, "tools/call", {{"name", "evil"}}).tool, "_other");
  EXPECT_EQ(legacy(Revision::V2025_11_25, "ping").tool, "");
}

TEST_F(Protocol, ProgressTokensAndTraceContextReachTheCall) {
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  Message message =
      modern("tools/call", {{"name", "lab_echo"}},
             {{"progressToken", "t\n1"}, {"traceparent", trace}, {"io.modelcontextprotocol/logLevel", "warning"}});
  const auto& invoke = std::get<Invoke>(message.decision);
  EXPECT_EQ(invoke.progressTokenJson, R"("t\n1")");
  EXPECT_EQ(invoke.invocation.traceparent, trace);
  EXPECT_EQ(invoke.logLevel, LogLevel::Warning);
  EXPECT_TRUE(invoke.mayStream);
  context.traceparent = trace;
  EXPECT_EQ(std::get<Invoke>(modern("tools/call", {{"name", "lab_echo"}}).decision).invocation.traceparent, trace);
  EXPECT_FALSE(std::get<Invoke>(modern("tools/call", {{"name", "lab_echo"}}).decision).mayStream);
  context.traceparent = "00-zz";
  EXPECT_EQ(std::get<Invoke>(modern("tools/call", {{"name", "lab_echo"}}, {{"traceparent", "junk"}}).decision)
                .invocation.traceparent,
            "");
  const Message old =
      legacy(Revision::V2025_06_18, "tools/call", {{"name", "lab_echo"}, {"_meta", {{"progressToken", 12}}}});
  EXPECT_EQ(std::get<Invoke>(old.decision).progressTokenJson, "12");
}

TEST_F(Protocol, CapabilitiesComeFromTheRequestOrFromTheSession) {
  const Json capabilities = {
      {"io.modelcontextprotocol/clientCapabilities",
       {{"sampling", Json::object()}, {"elicitation", {{"form", Json::object()}, {"url", Json::object()}}}}}};
  const Message now = modern("tools/call", {{"name", "lab_echo"}}, capabilities);
  EXPECT_EQ(std::get<Invoke>(now.decision).invocation.clientCapabilities, kCanSample | kCanElicit);
  EXPECT_TRUE(std::get<Invoke>(now.decision).elicitsForm);
  EXPECT_TRUE(std::get<Invoke>(now.decision).elicitsUrl);
  context.sessionCapabilities = kHasRoots;
  EXPECT_EQ(std::get<Invoke>(legacy(Revision::V2025_11_25, "tools/call", {{"name", "lab_echo"}}).decision)
                .invocation.clientCapabilities,
            kHasRoots);
}

}  // namespace
}  // namespace certus::gateway
