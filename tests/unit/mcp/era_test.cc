// Section 1.4 of the protocol reference, row by row, through the dispatcher.
#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

struct EraRow {
  const char* name;
  const char* header;  // MCP-Protocol-Version, or null
  const char* body;
  int status;  // of the answer; 0: no answer is due
  int code;    // of the JSON-RPC error; 0: none
  Revision revision;
};

#define MODERN_META \
  R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})"

constexpr Revision kOldest = Revision::V2025_03_26;  // what a request without a header is served as

const EraRow kRows[] = {
    {"KeyInMetaIsModern", "2026-07-28", R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{)" MODERN_META "}}", 200,
     0, kModern},
    {"MalformedEnvelopeNeverFallsBack", nullptr,
     R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":3}}})",
     400, -32602, kModern},
    {"EnvelopeWithoutCapabilities", "2026-07-28",
     R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})",
     400, -32602, kModern},
    {"NoKeyNoHeaderIsLegacy", nullptr, R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})", 200, 0, kOldest},
    {"NoKeyLegacyHeaderIsLegacy", "2025-06-18", R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}})", 200, 0,
     Revision::V2025_06_18},
    {"NoKeyModernHeaderNamesWhatIsMissing", "2026-07-28", R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}})",
     400, -32602, kModern},
    {"NoKeyUnknownHeaderNamesWhatIsMissing", "2099-01-01", R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})", 400, -32602,
     kOldest},
    {"EmptyMetaIsNotModern", nullptr, R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{}}})", 200, 0,
     kOldest},
    {"InitializeIsLegacy", nullptr,
     R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})", 200, 0, kOldest},
    {"InitializeWithModernHeader", "2026-07-28",
     R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})", 400, -32020, kModern},
    {"InitializeWithBrokenEnvelopeIsLegacy", nullptr,
     R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})",
     200, 0, kOldest},
    {"InitializeWithEnvelopeIsUnknown", "2026-07-28",
     R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2026-07-28",)" MODERN_META "}}", 404,
     -32601, kModern},
    {"LegacyVersionInEnvelope", "2025-11-25",
     R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2025-11-25","io.modelcontextprotocol/clientCapabilities":{}}}})",
     400, -32022, kModern},
    {"EmptyArray", nullptr, "[]", 400, -32600, kOldest},
    {"ArrayWithEnvelope", nullptr, R"([{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{)" MODERN_META "}}]", 400,
     -32600, kOldest},
    {"ArrayOfANewerRevision", "2025-06-18", R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])", 400, -32600,
     Revision::V2025_06_18},
    {"ArrayWithModernHeader", "2026-07-28", R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])", 400, -32600, kModern},
};

class EraTable : public Protocol, public ::testing::WithParamInterface<EraRow> {};

TEST_P(EraTable, Row) {
  const EraRow& row = GetParam();
  if (row.header) context.protocolVersion = row.header;
  const std::string body(row.body);
  if (row.header && std::string_view(row.header) == "2026-07-28")
    context.mcpMethod = body.find("initialize") == std::string::npos ? "tools/list" : "initialize";
  const Message message = send(std::string_view(body));
  EXPECT_EQ(status(message), row.status);
  EXPECT_EQ(code(message), row.code) << reply(message).body;
  EXPECT_EQ(message.revision, row.revision);
}
INSTANTIATE_TEST_SUITE_P(Section14, EraTable, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(Protocol, ARequestWithoutItsEnvelopeIsToldTheMissingKeys) {
  context.protocolVersion = "2026-07-28";
  const Json error = body(send(R"({"jsonrpc":"2.0","id":"a","method":"tools/list","params":{}})"));
  EXPECT_EQ(error["id"], "a");
  const std::string text = error["error"]["message"];
  EXPECT_NE(text.find("io.modelcontextprotocol/protocolVersion"), std::string::npos);
  EXPECT_NE(text.find("io.modelcontextprotocol/clientCapabilities"), std::string::npos);
}

TEST_F(Protocol, ANotificationIsIgnoredOnTheModernSideAndTakenOnTheLegacySide) {
  const std::string_view cancelled = R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})";
  EXPECT_TRUE(std::holds_alternative<Cancelled>(send(cancelled).decision));
  context.protocolVersion = "2026-07-28";
  EXPECT_TRUE(std::holds_alternative<IgnoredNotification>(send(cancelled).decision));
  context.transport = Transport::Stdio;  // no stream to close there
  context.protocolVersion.reset();
  EXPECT_EQ(std::get<Cancelled>(
                send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"x",)" MODERN_META "}}")
                    .decision)
                .idJson,
            "\"x\"");
}

TEST_F(Protocol, InitializedAndUnknownNotificationsAreTaken) {
  EXPECT_TRUE(
      std::holds_alternative<Initialized>(send(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").decision));
  EXPECT_TRUE(
      std::holds_alternative<IgnoredNotification>(send(R"({"jsonrpc":"2.0","method":"notifications/other"})").decision));
  EXPECT_TRUE(std::holds_alternative<IgnoredNotification>(send(R"({"jsonrpc":"2.0","method":"tools/list"})").decision));
  EXPECT_TRUE(std::holds_alternative<IgnoredNotification>(
      send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":null}})").decision));
}

TEST_F(Protocol, AnAnswerIsLegacyOnly) {
  const std::string_view text = R"({"jsonrpc":"2.0","id":"q1","result":{"action": "accept"}})";
  const Message message = send(text);
  const auto& answer = std::get<ClientAnswer>(message.decision);
  EXPECT_EQ(answer.idJson, "\"q1\"");
  EXPECT_EQ(answer.result, R"({"action": "accept"})");
  EXPECT_TRUE(answer.error.empty());
  EXPECT_EQ(message.method, "");
  const Message failed = send(R"({"jsonrpc":"2.0","id":4,"error":{"code":-1,"message":"no"}})");
  EXPECT_EQ(std::get<ClientAnswer>(failed.decision).error, R"({"code":-1,"message":"no"})");
  context.protocolVersion = "2026-07-28";
  const Message refused = send(text);
  EXPECT_EQ(status(refused), 400);
  EXPECT_EQ(code(refused), -32600);
}

TEST_F(Protocol, TheSessionKnowsTheRevisionBetterThanTheHeader) {
  context.sessionRevision = Revision::V2024_11_05;
  context.protocolVersion = "2025-11-25";  // one client repeats its own wish rather than what was settled
  const Message message = send(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
  EXPECT_EQ(status(message), 200);
  EXPECT_EQ(message.revision, Revision::V2024_11_05);
}

TEST_F(Protocol, WithoutAHeaderTheTransportImpliesTheRevision) {
  const std::string_view list = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";
  EXPECT_EQ(send(list).revision, Revision::V2025_03_26);
  context.transport = Transport::Sse;
  EXPECT_EQ(send(list).revision, Revision::V2024_11_05);
  context.transport = Transport::Stdio;
  EXPECT_EQ(send(list).revision, Revision::V2025_11_25);
}

}  // namespace
}  // namespace certus::gateway
