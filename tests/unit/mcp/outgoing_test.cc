// Messages of the gateway's own accord, word for word.
#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

TEST(Outgoing, ProgressEchoesTheTokenWithItsType) {
  EXPECT_EQ(
      renderProgress(kModern, "\"t\"", 50, 100, "half"),
      R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":50,"total":100,"message":"half"}})");
  EXPECT_EQ(renderProgress(Revision::V2024_11_05, "7", 0.5, 0, "half"),
            R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":7,"progress":0.5}})");
}

TEST(Outgoing, LogsStayOnOneLine) {
  EXPECT_EQ(
      renderLog(kModern, LogLevel::Warning, "trust", "{\n\"a\":1}"),
      R"({"jsonrpc":"2.0","method":"notifications/message","params":{"level":"warning","logger":"trust","data":{"a":1}}})");
  EXPECT_EQ(renderLog(kModern, LogLevel::Debug, "", ""),
            R"({"jsonrpc":"2.0","method":"notifications/message","params":{"level":"debug","data":""}})");
  EXPECT_EQ(renderLog(kModern, LogLevel::Debug, "", "not \"json"),
            R"({"jsonrpc":"2.0","method":"notifications/message","params":{"level":"debug","data":"not \"json"}})");
}

TEST(Outgoing, ChangesAreTaggedOnListenStreamsOnly) {
  EXPECT_EQ(renderListChanged("tools", ""), R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})");
  EXPECT_EQ(
      renderListChanged("prompts", "\"s\""),
      R"({"jsonrpc":"2.0","method":"notifications/prompts/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"s"}}})");
  EXPECT_EQ(renderResourceUpdated("a\"b", ""),
            R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a\"b"}})");
  EXPECT_EQ(
      renderResourceUpdated("u", "3"),
      R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":3},"uri":"u"}})");
}

TEST(Outgoing, RequestsAndErrors) {
  EXPECT_EQ(renderServerRequest("\"q1\"", "roots/list", ""), R"({"jsonrpc":"2.0","id":"q1","method":"roots/list"})");
  EXPECT_EQ(renderServerRequest("1", "elicitation/create", "{\"a\":1}"),
            R"({"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{"a":1}})");
  EXPECT_EQ(renderError("", -32700, "no", ""), R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"no"}})");
  EXPECT_EQ(renderError("7", -1, "x", "[1]"), R"({"jsonrpc":"2.0","id":7,"error":{"code":-1,"message":"x","data":[1]}})");
}

}  // namespace
}  // namespace certus::gateway
