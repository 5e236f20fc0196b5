// Section 1.3: every rung, and that an earlier rung answers before a later one. Then the observed outcomes of 1.4.
#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

struct Rung {
  const char* name;
  int status, code;
  void (*spoil)(Json& body, MessageContext& context);
};

Json& meta(Json& body) { return body["params"]["_meta"]; }

// In the ladder's order. Each spoils one thing of a good tools/call; spoiling a later one too must not change the answer.
const Rung kRungs[] = {
    {"Step5NotJson", 400, -32700, [](Json&, MessageContext&) {}},  // spoils the text: see spoiled()
    {"Step6Shape", 400, -32600, [](Json& body, MessageContext&) { body["jsonrpc"] = "1.0"; }},
    {"Step7Era", 400, -32602,
     [](Json& body, MessageContext& context) {
       meta(body).erase("io.modelcontextprotocol/protocolVersion");
       if (!context.protocolVersion) context.protocolVersion = "2026-07-28";
     }},
    {"Step8Envelope", 400, -32602,
     [](Json& body, MessageContext&) { meta(body).erase("io.modelcontextprotocol/clientCapabilities"); }},
    {"Step9HeaderVersion", 400, -32020,
     [](Json&, MessageContext& context) { context.protocolVersion = "2098-01-01"; }},
    {"Step10VersionServed", 400, -32022,
     [](Json& body, MessageContext& context) {
       meta(body)["io.modelcontextprotocol/protocolVersion"] = "2099-01-01";
       if (context.protocolVersion == "2026-07-28") context.protocolVersion = "2099-01-01";
     }},
    {"Step11Method", 400, -32020, [](Json&, MessageContext& context) { context.mcpMethod.reset(); }},
    {"Step12Known", 404, -32601,
     [](Json& body, MessageContext& context) {
       body["method"] = "tools/none";
       if (context.mcpMethod) context.mcpMethod = "tools/none";
     }},
    {"Step13Capability", 400, -32021,
     [](Json& body, MessageContext& context) {
       body["params"]["name"] = "trust_shout";
       if (context.mcpName) context.mcpName = "trust_shout";
     }},
};

class Ladder : public Protocol, public ::testing::WithParamInterface<std::size_t> {
 protected:
  Message spoiled(std::initializer_list<std::size_t> rungs) {
    Json body = modernBody("tools/call", {{"name", "trust_verify"}, {"arguments", {{"artifact", "sha256:00000000"}}}});
    modernHeaders(body);
    for (const std::size_t rung : rungs) kRungs[rung].spoil(body, context);
    std::string text = body.dump();
    for (const std::size_t rung : rungs) {
      if (rung == 0) text.pop_back();
    }
    return send(std::string_view(held_ = text));
  }
  std::string held_;
};

TEST_P(Ladder, AnswersItsRung) {
  const Rung& rung = kRungs[GetParam()];
  const Message message = spoiled({GetParam()});
  EXPECT_EQ(status(message), rung.status);
  EXPECT_EQ(code(message), rung.code) << reply(message).body;
}

TEST_P(Ladder, AnswersBeforeEveryLaterRung) {
  // Rungs that rewrite the method hide the ones about tools/call, so a pair of them proves nothing.
  for (std::size_t later = GetParam() + 1; later < std::size(kRungs); ++later) {
    const Message message = spoiled({later, GetParam()});
    EXPECT_EQ(code(message), kRungs[GetParam()].code)
        << "spoiled too: " << kRungs[later].name << ": " << reply(message).body;
  }
}
INSTANTIATE_TEST_SUITE_P(Section13, Ladder, ::testing::Range<std::size_t>(0, std::size(kRungs)),
                         [](const auto& row) { return std::string(kRungs[row.param].name); });

TEST_F(Protocol, AGoodCallReachesItsModule) {
  const Message message = modern("tools/call", {{"name", "trust_verify"}, {"arguments", {{"artifact", "sha256:00000000"}}}});
  const auto& invoke = std::get<Invoke>(message.decision);
  EXPECT_EQ(invoke.invocation.name, "verify");
  EXPECT_EQ(invoke.invocation.module, 0u);
  EXPECT_EQ(invoke.invocation.arguments, R"({"artifact":"sha256:00000000"})");
  EXPECT_EQ(invoke.invocation.maxResults, 7u);
  EXPECT_EQ(invoke.invocation.subject, "alice@host");
  EXPECT_EQ(invoke.invocation.requestId, "req-1");
  EXPECT_EQ(invoke.invocation.deadline, clock.steady() + Milliseconds(1500));
  EXPECT_EQ(invoke.name, "trust_verify");
  EXPECT_EQ(message.tool, "trust_verify");
  EXPECT_EQ(message.method, "tools/call");
  EXPECT_EQ(message.idJson, "1");
}

// Observed of the TypeScript SDK's dual-era handler.
TEST_F(Protocol, ModernBodyWithoutAnyHeaderIsAHeaderMismatch) {
  const Message message = send(modernBody("tools/list"));
  EXPECT_EQ(status(message), 400);
  EXPECT_EQ(code(message), -32020);
}

TEST_F(Protocol, ModernHeaderWithEmptyParamsIsIncomplete) {
  context.protocolVersion = "2026-07-28";
  context.mcpMethod = "tools/list";
  EXPECT_EQ(code(send(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}})")), -32602);
}

TEST_F(Protocol, LegacyHeaderOverAModernBodyIsAHeaderMismatch) {
  const Json body = modernBody("tools/list");
  modernHeaders(body);
  context.protocolVersion = "2025-11-25";
  EXPECT_EQ(code(send(body)), -32020);
}

TEST_F(Protocol, AnUnknownVersionInBothPlacesIsUnsupportedAndToldWhatIs) {
  Json request = modernBody("server/discover");
  modernHeaders(request);
  request["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2099-01-01";
  context.protocolVersion = "2099-01-01";
  const Json error = body(send(request))["error"];
  EXPECT_EQ(error["code"], -32022);
  EXPECT_EQ(error["data"], Json({{"supported", {"2026-07-28"}}, {"requested", "2099-01-01"}}));
}

TEST_F(Protocol, UnenvelopedToolsListIsServedAsLegacy) {
  const Message message = send(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
  EXPECT_EQ(status(message), 200);
  EXPECT_FALSE(body(message)["result"].contains("resultType"));
}

TEST_F(Protocol, McpNameMayBeBase64) {
  const Json request = modernBody("tools/call", {{"name", "trust_sign"}});
  modernHeaders(request);
  context.mcpName = "=?base64?dHJ1c3Rfc2lnbg==?=";
  EXPECT_TRUE(std::holds_alternative<Invoke>(send(request).decision));
  for (const char* bad : {"=?base64?dHJ1c3Rfc2lnbg?=", "=?base64?dHJ1c3Rfc2ln*g==?=", "=?BASE64?dHJ1c3Rfc2lnbg==?=",
                          "=?base64?dHJ1c3Rfc2lnbg==", "trust_SIGN", ""}) {
    context.mcpName = bad;
    const Message message = send(request);
    EXPECT_EQ(code(message), -32020) << bad;
    EXPECT_EQ(status(message), 400);
  }
}

TEST_F(Protocol, McpMethodIsComparedWithItsCase) {
  const Json request = modernBody("tools/list");
  modernHeaders(request);
  context.mcpMethod = "Tools/List";
  EXPECT_EQ(code(send(request)), -32020);
}

TEST_F(Protocol, ResourcesReadRepeatsTheUriInMcpName) {
  const Json request = modernBody("resources/read", {{"uri", "lab://static"}});
  modernHeaders(request);
  EXPECT_TRUE(std::holds_alternative<Invoke>(send(request).decision));
  context.mcpName = "lab://other";
  EXPECT_EQ(code(send(request)), -32020);
}

TEST_F(Protocol, BadArgumentsAreAResultThatNamesThemAll) {
  const Message message =
      modern("tools/call", {{"name", "trust_verify"}, {"arguments", {{"artifact", "latest"}, {"limit", 0}, {"extra", 1}}}});
  EXPECT_EQ(status(message), 200);
  const Json result = body(message)["result"];
  EXPECT_EQ(result["isError"], true);
  EXPECT_EQ(result["resultType"], "complete");
  EXPECT_FALSE(result.contains("structuredContent"));
  const std::string text = result["content"][0]["text"];
  for (const char* part : {"artifact", "limit", "extra", "trust_verify", "again"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
  EXPECT_EQ(reply(message).outcome, CallOutcome::InvalidArguments);
}

TEST_F(Protocol, AnUnknownToolIsInBandAndNamesTheNearest) {
  const Message message = modern("tools/call", {{"name", "trust_verfy"}});
  EXPECT_EQ(status(message), 200);
  EXPECT_EQ(code(message), -32602);
  EXPECT_NE(body(message)["error"]["message"].get<std::string>().find("trust_verify"), std::string::npos);
  EXPECT_EQ(reply(message).outcome, CallOutcome::UnknownTool);
  EXPECT_EQ(message.tool, "_other");
  EXPECT_NE(body(modern("tools/call", {{"name", "verify"}}))["error"]["message"].get<std::string>().find("trust_verify"),
            std::string::npos)
      << "the bare name is the nearest word of all";
}

TEST_F(Protocol, ACallWithoutANameIsInBand) {
  const Message message = modern("tools/call");
  EXPECT_EQ(status(message), 200);
  EXPECT_EQ(code(message), -32602);
  EXPECT_EQ(code(modern("tools/call", {{"name", 5}})), -32602);
}

TEST_F(Protocol, ArgumentsThatAreNoObjectAreInBand) {
  for (const Json& wrong : {Json("x"), Json(nullptr), Json::array(), Json(1)}) {
    const Message message = modern("tools/call", {{"name", "trust_sign"}, {"arguments", wrong}});
    EXPECT_EQ(status(message), 200);
    EXPECT_EQ(code(message), -32602) << wrong;
  }
  const Message without = modern("tools/call", {{"name", "trust_sign"}});
  EXPECT_EQ(std::get<Invoke>(without.decision).invocation.arguments, "{}");
}

TEST_F(Protocol, AnInvalidLogLevelOrProgressTokenIsAnIncompleteEnvelope) {
  for (const Json& meta : {Json{{"io.modelcontextprotocol/logLevel", "loud"}}, Json{{"io.modelcontextprotocol/logLevel", 3}},
                           Json{{"progressToken", true}}, Json{{"progressToken", 1.5}}}) {
    const Message message = modern("tools/list", Json::object(), meta);
    EXPECT_EQ(status(message), 400) << meta;
    EXPECT_EQ(code(message), -32602) << meta;
  }
}

TEST_F(Protocol, ADisabledToolIsKnownButRefused) {
  const Message message = modern("tools/call", {{"name", "trust_retired"}});
  EXPECT_EQ(code(message), -32602);
  EXPECT_EQ(reply(message).outcome, CallOutcome::Denied);
  EXPECT_EQ(message.tool, "trust_retired");
}

TEST_F(Protocol, AMissingCapabilityNamesItAsAnObject) {
  const Message message = modern("tools/call", {{"name", "trust_shout"}});
  EXPECT_EQ(status(message), 400);
  EXPECT_EQ(body(message)["error"]["code"], -32021);
  EXPECT_EQ(body(message)["error"]["data"], Json({{"requiredCapabilities", {{"elicitation", Json::object()}}}}));
  const Message declared = modern("tools/call", {{"name", "trust_shout"}},
                                  {{"io.modelcontextprotocol/clientCapabilities", {{"elicitation", Json::object()}}}});
  EXPECT_TRUE(std::holds_alternative<Invoke>(declared.decision));
}

TEST_F(Protocol, OnOlderRevisionsAMissingCapabilityIsAToolError) {
  const Message message = legacy(Revision::V2025_11_25, "tools/call", {{"name", "trust_shout"}});
  EXPECT_EQ(body(message)["result"]["isError"], true);
  context.sessionCapabilities = kCanElicit;
  EXPECT_TRUE(
      std::holds_alternative<Invoke>(legacy(Revision::V2025_11_25, "tools/call", {{"name", "trust_shout"}}).decision));
}

TEST_F(Protocol, HeadersDoNotExistOnStdio) {
  context.transport = Transport::Stdio;
  EXPECT_TRUE(std::holds_alternative<Invoke>(
      send(modernBody("tools/call", {{"name", "trust_region"}, {"arguments", {{"region", "eu"}}}})).decision));
}

}  // namespace
}  // namespace certus::gateway
