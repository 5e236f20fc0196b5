// JSON-RPC batches: the two oldest revisions only.
#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

TEST_F(Protocol, ABatchIsServedMessageByMessageInTheOldestRevisions) {
  for (const Revision revision : {Revision::V2024_11_05, Revision::V2025_03_26}) {
    context.sessionRevision = revision;
    const auto parsed = dispatcher->dispatch(
        R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/initialized"},
            {"jsonrpc":"2.0","id":"b","method":"tools/call","params":{"name":"lab_echo","arguments":{"x":"[{"}}},
            {"jsonrpc":"2.0","id":3,"method":"initialize","params":{"protocolVersion":"2025-03-26"}},
            7,{"jsonrpc":"2.0","id":4,"result":{}}])",
        context);
    EXPECT_TRUE(parsed.batch);
    ASSERT_EQ(parsed.messages.size(), 6u);
    EXPECT_EQ(reply(parsed.messages[0]).body, R"({"jsonrpc":"2.0","id":1,"result":{}})");
    EXPECT_TRUE(std::holds_alternative<Initialized>(parsed.messages[1].decision));
    EXPECT_EQ(std::get<Invoke>(parsed.messages[2].decision).invocation.arguments, R"({"x":"[{"})");
    EXPECT_EQ(code(parsed.messages[3]), -32600);
    EXPECT_EQ(code(parsed.messages[4]), -32600);
    EXPECT_FALSE(body(parsed.messages[4]).contains("id"));
    EXPECT_TRUE(std::holds_alternative<ClientAnswer>(parsed.messages[5].decision));
  }
}

TEST_F(Protocol, ABatchIsAlsoReadWithoutASessionOrHeader) {
  EXPECT_TRUE(dispatcher->dispatch(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])", context).batch);
  context.protocolVersion = "2025-03-26";
  EXPECT_TRUE(dispatcher->dispatch(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])", context).batch);
}

TEST_F(Protocol, NewerRevisionsRefuseABatchWhole) {
  for (const Revision revision : {Revision::V2025_06_18, Revision::V2025_11_25}) {
    context.sessionRevision = revision;
    const Message message = send(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])");
    EXPECT_EQ(status(message), 400);
    EXPECT_EQ(code(message), -32600);
  }
}

TEST_F(Protocol, ABatchHasACap) {
  std::string text = "[";
  for (int i = 0; i < 65; ++i) text += std::string(i ? "," : "") + R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  EXPECT_EQ(code(send(std::string_view(text + "]"))), -32600);
}

TEST_F(Protocol, EveryMessageOfABatchKeepsItsOwnBytes) {
  const auto parsed = dispatcher->dispatch(
      R"([{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"lab_echo","arguments":{"a": 1}}},
    {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"lab_echo","arguments":{"b": 2}}}])",
      context);
  dispatcher->dispatch(R"({"jsonrpc":"2.0","id":9,"method":"ping","params":{"overwrites":"whatever was there before"}})",
                       context);
  EXPECT_EQ(std::get<Invoke>(parsed.messages[0].decision).invocation.arguments, R"({"a": 1})");
  EXPECT_EQ(std::get<Invoke>(parsed.messages[1].decision).invocation.arguments, R"({"b": 2})");
}

}  // namespace
}  // namespace certus::gateway
