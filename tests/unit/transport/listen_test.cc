#include "tests/unit/transport/fixture.h"

namespace certus::gateway::test {
namespace {

class ListenStreams : public TransportTest {
 protected:
  static Json listen(const Json& notifications, const Json& id = 77) {
    return modernMessage("subscriptions/listen", {{"notifications", notifications}}, id);
  }
  static Json open(Peer& peer, const Json& notifications, const Json& id = 77) {
    const Json message = listen(notifications, id);
    peer.sendPost("/mcp", message, modernHeaders(message));
    EXPECT_EQ(peer.readHead().header("content-type"), "text/event-stream");
    return peer.nextMessage();
  }
  static Json tag(const Json& message) { return message["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"]; }
};

TEST_F(ListenStreams, AcknowledgeFirstThenCarryOnlyWhatWasGrantedTagged) {
  serve();
  for (const Json& id : {Json(77), Json("sub")}) {
    Peer peer = connect();
    const Json acknowledged = open(peer, {{"toolsListChanged", true}, {"resourceSubscriptions", {"lab://watched"}}}, id);
    EXPECT_EQ(acknowledged["method"], "notifications/subscriptions/acknowledged");
    EXPECT_EQ(acknowledged["params"]["notifications"]["toolsListChanged"], true);
    EXPECT_EQ(tag(acknowledged), id);
    broadcaster->listsChanged(kPromptsList);
    broadcaster->listsChanged(kToolsList);
    broadcaster->resourceUpdated("lab://other");
    broadcaster->resourceUpdated("lab://watched");
    const Json changed = peer.nextMessage();
    EXPECT_EQ(changed["method"], "notifications/tools/list_changed");
    EXPECT_EQ(tag(changed), id);
    const Json updated = peer.nextMessage();
    EXPECT_EQ(updated["method"], "notifications/resources/updated");
    EXPECT_EQ(updated["params"]["uri"], "lab://watched");
    EXPECT_EQ(tag(updated), id);
  }
}

TEST_F(ListenStreams, EndWithTheirResultWhenTheGatewayDrains) {
  serve();
  Peer peer = connect();
  open(peer, {{"toolsListChanged", true}});
  handler->drain();
  const Json result = peer.nextMessage();
  EXPECT_EQ(result["id"], 77);
  EXPECT_EQ(result["result"]["resultType"], "complete");
  EXPECT_FALSE(peer.nextEvent());
  EXPECT_TRUE(peer.streamEnded());
  EXPECT_EQ(open(peer, {{"toolsListChanged", true}})["method"], "notifications/subscriptions/acknowledged");  // later ones end at once
  EXPECT_EQ(peer.nextMessage()["result"]["resultType"], "complete");
}

TEST_F(ListenStreams, AreCappedPerThread) {
  TransportOptions options;
  options.maxListens = 1;
  serve(options);
  Peer first = connectTo(0), second = connectTo(0);
  open(first, {{"toolsListChanged", true}});
  const Json message = listen({{"toolsListChanged", true}}, 78);
  const Answer refused = second.post("/mcp", message, modernHeaders(message));
  EXPECT_EQ(refused.json()["error"]["code"], -32603);
  EXPECT_EQ(refused.json()["id"], 78);
  first.close();
  EXPECT_TRUE(eventually([&] {
    second.sendPost("/mcp", message, modernHeaders(message));
    const bool opened = second.readHead().header("content-type") == "text/event-stream";
    if (!opened) second = connectTo(0);
    return opened;
  }));
}

TEST_F(ListenStreams, StayOpenOnComments) {
  TransportOptions options;
  options.keepAlive = Milliseconds(100);
  serve(options);
  Peer peer = connect();
  open(peer, {{"toolsListChanged", true}});
  const auto event = peer.nextEvent(true);
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->comment);
}

TEST_F(ListenStreams, AClientThatTakesOnlyJsonIsToldWhatToAccept) {
  serve();
  Peer peer = connect();
  const Json message = listen({{"toolsListChanged", true}});
  Headers headers = modernHeaders(message);
  headers.emplace_back("Accept", "application/json");
  EXPECT_EQ(peer.post("/mcp", message, headers).status, 406);
}

TEST_F(ListenStreams, AReaderTooSlowForItsQueueIsCutOffAndNobodyElse) {
  TransportOptions options;
  options.maxQueuedBytes = 1u << 20;
  serve(options);
  Peer slow = connect(), quick = connect();
  open(slow, {{"resourceSubscriptions", {"lab://watched"}}});
  open(quick, {{"toolsListChanged", true}});
  for (int i = 0; i < 60'000; ++i) broadcaster->resourceUpdated("lab://watched");
  broadcaster->listsChanged(kToolsList);
  EXPECT_EQ(quick.nextMessage()["method"], "notifications/tools/list_changed");
  while (slow.nextEvent()) {
  }
  EXPECT_FALSE(slow.streamEnded());  // cut, not ended
}

}  // namespace
}  // namespace certus::gateway::test
