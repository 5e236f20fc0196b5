#include "tests/unit/transport/fixture.h"

namespace certus::gateway::test {
namespace {

class LegacySse : public TransportTest {
 protected:
  // Opens the stream and does the handshake; where to POST.
  std::string open(Peer& stream, const std::string& path = "/sse") {
    stream.sendHead("GET", path, {{"Accept", "text/event-stream"}}, {});
    EXPECT_EQ(stream.readHead().header("content-type"), "text/event-stream");
    const auto endpoint = stream.nextEvent();
    EXPECT_TRUE(endpoint && endpoint->name == "endpoint");
    return endpoint ? endpoint->data : "";
  }
  static Json initialization() {
    const Json capabilities = {{"roots", Json::object()}, {"sampling", Json::object()}};
    return legacyMessage("initialize", {{"protocolVersion", "2024-11-05"}, {"capabilities", capabilities}, {"clientInfo", {{"name", "old"}, {"version", "1"}}}});
  }
};

TEST_F(LegacySse, ShakesHandsAndServesCallsWhicheverThreadTheyArePostedTo) {
  serve();
  for (const unsigned thread : {0u, 1u}) {
    Peer stream = connectTo(0), posts = connectTo(thread);
    const std::string endpoint = open(stream);
    const Answer accepted = posts.post(endpoint, initialization());
    EXPECT_EQ(accepted.status, 202);
    const Json initialized = stream.nextMessage();
    EXPECT_EQ(initialized["result"]["protocolVersion"], "2024-11-05");
    EXPECT_EQ(posts.post(endpoint, legacyMessage("notifications/initialized", nullptr, nullptr)).status, 202);
    posts.post(endpoint, legacyMessage("tools/list", nullptr, 2));
    EXPECT_FALSE(stream.nextMessage()["result"]["tools"].empty());
    posts.post(endpoint, toolCall("where", 3));
    EXPECT_EQ(textOf(stream.nextMessage()), "0");  // the call runs where its stream is
    posts.post(endpoint, toolCall("report", 4, {{"_meta", {{"progressToken", 1}}}}));
    EXPECT_EQ(stream.nextMessage()["method"], "notifications/progress");
  }
  EXPECT_EQ(records.all().back().transport, "sse");
}

TEST_F(LegacySse, ServesOneModuleAlone) {
  serve();
  Peer stream = connect(), posts = connect();
  const std::string endpoint = open(stream, "/sse/lab");
  posts.post(endpoint, initialization());
  EXPECT_TRUE(stream.nextMessage().contains("result"));
  EXPECT_EQ(posts.request("GET", "/sse/nosuch", {}).status, 404);
}

TEST_F(LegacySse, RunsCallsSideBySideAndCancelsById) {
  serve();
  Peer stream = connect(), posts = connect();
  const std::string endpoint = open(stream);
  posts.post(endpoint, initialization());
  stream.nextMessage();
  posts.post(endpoint, toolCall("hold", 1));
  posts.post(endpoint, toolCall("echo", 2));
  EXPECT_EQ(stream.nextMessage()["id"], 2);
  posts.post(endpoint, legacyMessage("notifications/cancelled", {{"requestId", 1}}, nullptr));
  EXPECT_TRUE(eventually([this] { return script.cancelled == 1; }));
  posts.post(endpoint, toolCall("echo", 3));
  EXPECT_EQ(stream.nextMessage()["id"], 3);  // and nothing for 1
}

TEST_F(LegacySse, AsksItsClientLiveAndTellsItOfChanges) {
  serve();
  Peer stream = connect(), posts = connect();
  const std::string endpoint = open(stream);
  posts.post(endpoint, initialization());
  stream.nextMessage();
  posts.post(endpoint, toolCall("ask_model", 5));
  const Json question = stream.nextMessage();
  EXPECT_EQ(question["method"], "sampling/createMessage");
  posts.post(endpoint, {{"jsonrpc", "2.0"}, {"id", question["id"]}, {"result", {{"role", "assistant"}}}});
  EXPECT_EQ(textOf(stream.nextMessage()), R"(remembered {"model":{"role":"assistant"}})");
  broadcaster->listsChanged(kToolsList);
  EXPECT_EQ(stream.nextMessage()["method"], "notifications/tools/list_changed");
  posts.post(endpoint, toolCall("ask", 6));
  EXPECT_TRUE(isError(stream.nextMessage()));  // this client did not declare elicitation
}

TEST_F(LegacySse, AnswersABatchAsOneEvent) {
  serve();
  Peer stream = connect(), posts = connect();
  const std::string endpoint = open(stream);
  posts.post(endpoint, initialization());
  stream.nextMessage();
  posts.post(endpoint, Json::array({toolCall("echo", 1), legacyMessage("ping", nullptr, 2)}));
  const Json answers = stream.nextMessage();
  ASSERT_TRUE(answers.is_array());
  EXPECT_EQ(answers.size(), 2u);
}

TEST_F(LegacySse, RefusesASecondInitializeAndReportsGarbageOnTheStream) {
  serve();
  Peer stream = connect(), posts = connect();
  const std::string endpoint = open(stream);
  posts.post(endpoint, initialization());
  stream.nextMessage();
  posts.post(endpoint, initialization());
  EXPECT_EQ(stream.nextMessage()["error"]["code"], -32600);
  EXPECT_EQ(posts.request("POST", endpoint, {{"Content-Type", "application/json"}}, "{oops").status, 202);
  const Json error = stream.nextMessage();
  EXPECT_EQ(error["error"]["code"], -32700);
  EXPECT_FALSE(error.contains("id"));
}

TEST_F(LegacySse, ASessionEndsWithItsStreamAndItsCallsWithIt) {
  serve();
  Peer posts = connect();
  std::string endpoint;
  {
    Peer stream = connect();
    endpoint = open(stream);
    EXPECT_EQ(handler->sessions(), 1u);
    posts.post(endpoint, initialization());
    stream.nextMessage();
    posts.post(endpoint, toolCall("hold", 1));
    EXPECT_TRUE(eventually([this] { return script.started == 1; }));
  }
  EXPECT_TRUE(eventually([this] { return script.cancelled == 1 && handler->sessions() == 0; }));
  EXPECT_EQ(posts.post(endpoint, legacyMessage("ping")).status, 404);
  EXPECT_EQ(posts.post("/messages?sessionId=", legacyMessage("ping")).status, 404);
}

TEST_F(LegacySse, IsCappedInCallsAtOnce) {
  TransportOptions options;
  options.maxRunningPerChannel = 1;
  serve(options);
  Peer stream = connect(), posts = connect();
  const std::string endpoint = open(stream);
  posts.post(endpoint, initialization());
  stream.nextMessage();
  posts.post(endpoint, toolCall("hold", 1));
  posts.post(endpoint, toolCall("hold", 2));
  const Json refused = stream.nextMessage();
  EXPECT_EQ(refused["id"], 2);
  EXPECT_EQ(refused["error"]["code"], -32603);
  script.released = true;
  EXPECT_EQ(stream.nextMessage()["id"], 1);
}

TEST_F(LegacySse, IsNoSessionOfStreamableHttp) {
  serve();
  Peer stream = connect(), posts = connect();
  const std::string endpoint = open(stream);
  const std::string id = endpoint.substr(endpoint.find('=') + 1);
  EXPECT_EQ(posts.post("/mcp", legacyMessage("ping"), {{"Mcp-Session-Id", id}}).status, 404);
  const Client client = initialize();
  EXPECT_EQ(posts.post("/messages?sessionId=" + client.session, legacyMessage("ping")).status, 404);
}

}  // namespace
}  // namespace certus::gateway::test
