#include "tests/unit/transport/fixture.h"

#include <future>

namespace certus::gateway::test {
namespace {

class Drain : public TransportTest {};

TEST_F(Drain, AnswersTheCallsInFlightThenIsDone) {
  serve();
  const Client client = initialize();
  Peer modern = connect(), legacy = connect(), events = connect();
  const Json message = modernMessage("tools/call", {{"name", "say_then_hold"}, {"arguments", Json::object()}}, 1, {{"progressToken", 1}});
  const int before = script.started;
  modern.sendPost("/mcp", message, modernHeaders(message));
  legacy.sendPost("/mcp", toolCall("hold"), client.headers);
  Headers headers = client.headers;
  headers.emplace_back("Accept", "text/event-stream");
  events.sendHead("GET", "/mcp", headers, {});
  EXPECT_EQ(events.readHead().status, 200);
  ASSERT_TRUE(eventually([this, before] { return script.started == before + 2; }));

  std::promise<void> done;
  handler->drain();
  server->drain([&done] { done.set_value(); });
  auto drained = done.get_future();
  EXPECT_FALSE(events.nextEvent());
  EXPECT_TRUE(events.streamEnded());
  EXPECT_EQ(drained.wait_for(std::chrono::milliseconds(0)), std::future_status::timeout);  // two calls still run
  script.released = true;
  modern.readHead();
  EXPECT_EQ(modern.nextMessage()["method"], "notifications/progress");
  EXPECT_EQ(textOf(modern.nextMessage()), "released");
  EXPECT_EQ(textOf(legacy.readAnswer().json()), "released");
  EXPECT_EQ(drained.wait_for(std::chrono::seconds(60)), std::future_status::ready);
}

TEST_F(Drain, EndsAnHttpSseStreamAfterItsCallsAreAnswered) {
  serve();
  Peer stream = connect(), posts = connect();
  stream.sendHead("GET", "/sse", {{"Accept", "text/event-stream"}}, {});
  stream.readHead();
  const std::string endpoint = stream.nextEvent()->data;
  posts.post(endpoint, toolCall("hold", 1));
  ASSERT_TRUE(eventually([this] { return script.started == 1; }));
  handler->drain();
  EXPECT_EQ(posts.post(endpoint, toolCall("echo", 2)).status, 202);
  EXPECT_EQ(stream.nextMessage()["id"], 2);
  script.released = true;
  EXPECT_EQ(stream.nextMessage()["id"], 1);
  EXPECT_FALSE(stream.nextEvent());
  EXPECT_TRUE(stream.streamEnded());
}

TEST_F(Drain, ThreadsMayEndWhileEverythingIsStillOpen) {
  serve();
  const Client client = initialize({{"elicitation", Json::object()}});
  Peer modern = connect(), asking = connect(), events = connect(), old = connect(), posts = connect();
  const Json message = modernMessage("tools/call", {{"name", "say_then_hold"}, {"arguments", Json::object()}}, 1, {{"progressToken", 1}});
  modern.sendPost("/mcp", message, modernHeaders(message));
  modern.readHead();
  asking.sendPost("/mcp", toolCall("ask"), client.headers);
  asking.readHead();
  asking.nextMessage();
  Headers headers = client.headers;
  headers.emplace_back("Accept", "text/event-stream");
  events.sendHead("GET", "/mcp", headers, {});
  events.readHead();
  old.sendHead("GET", "/sse", {}, {});
  old.readHead();
  const int before = script.started;
  posts.post(old.nextEvent()->data, toolCall("hold"));
  ASSERT_TRUE(eventually([this, before] { return script.started > before; }));
  threads->stop();
  threads->join();
  server.reset();
  handler.reset();
  threads.reset();  // what was open is freed here; the sanitizers judge how
  EXPECT_EQ(script.cancelled, 0);
}

}  // namespace
}  // namespace certus::gateway::test
