#include "tests/unit/transport/fixture.h"

namespace certus::gateway::test {
namespace {

class Streamable : public TransportTest {};

const Json kProgress = {{"progressToken", "p1"}};

TEST_F(Streamable, AnswersACallOfTheNewestRevisionAsOneJsonBody) {
  serve();
  Peer peer = connect();
  const Answer answer = callModern(peer, "echo");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "application/json");
  EXPECT_EQ(textOf(answer.json()), "{}");
  EXPECT_EQ(answer.json()["id"], 1);
  EXPECT_EQ(answer.json()["result"]["resultType"], "complete");
  EXPECT_EQ(answer.headers.count("mcp-session-id"), 0u);
}

TEST_F(Streamable, ServesManyRequestsOnOneConnection) {
  serve();
  Peer peer = connect();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(callModern(peer, "echo").status, 200);
  EXPECT_EQ(records.all().size(), 50u);
}

TEST_F(Streamable, BecomesAnEventStreamAtTheFirstProgressAndKeepsTheConnection) {
  serve();
  Peer peer = connect();
  const Json message = modernMessage("tools/call", {{"name", "report"}, {"arguments", Json::object()}}, 7, kProgress);
  peer.sendPost("/mcp", message, modernHeaders(message));
  const Answer head = peer.readHead();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-type"), "text/event-stream");
  EXPECT_EQ(head.header("cache-control"), "no-cache, no-transform");
  for (const double expected : {0.0, 50.0, 100.0}) {  // the repeated 50 is not passed on
    const Json progress = peer.nextMessage();
    EXPECT_EQ(progress["method"], "notifications/progress");
    EXPECT_EQ(progress["params"]["progressToken"], "p1");
    EXPECT_EQ(progress["params"]["progress"], expected);
  }
  const Json result = peer.nextMessage();
  EXPECT_EQ(result["id"], 7);
  EXPECT_EQ(textOf(result), "reported");
  EXPECT_FALSE(peer.nextEvent());
  EXPECT_TRUE(peer.streamEnded());
  EXPECT_EQ(textOf(callModern(peer, "echo").json()), "{}");  // on the same connection
}

TEST_F(Streamable, StaysJsonWithoutAProgressTokenAndForAClientThatTakesOnlyJson) {
  serve();
  Peer peer = connect();
  EXPECT_EQ(callModern(peer, "report").header("content-type"), "application/json");
  const Json message = modernMessage("tools/call", {{"name", "report"}, {"arguments", Json::object()}}, 1, kProgress);
  Headers headers = modernHeaders(message);
  headers.emplace_back("Accept", "application/json");
  const Answer answer = peer.post("/mcp", message, headers);
  EXPECT_EQ(answer.header("content-type"), "application/json");
  EXPECT_EQ(textOf(answer.json()), "reported");
}

TEST_F(Streamable, AnswersAsAnEventStreamToAClientThatTakesNothingElse) {
  serve();
  Peer peer = connect();
  const Json message = modernMessage("tools/call", {{"name", "echo"}, {"arguments", Json::object()}});
  Headers headers = modernHeaders(message);
  headers.emplace_back("Accept", "text/event-stream");
  peer.sendPost("/mcp", message, headers);
  EXPECT_EQ(peer.readHead().header("content-type"), "text/event-stream");
  EXPECT_EQ(textOf(peer.nextMessage()), "{}");
}

TEST_F(Streamable, LogsOnlyWhatAModernRequestAskedFor) {
  serve();
  Peer peer = connect();
  EXPECT_EQ(callModern(peer, "talk").header("content-type"), "application/json");
  const Json message = modernMessage("tools/call", {{"name", "talk"}, {"arguments", Json::object()}}, 1,
                                     {{"io.modelcontextprotocol/logLevel", "error"}});
  peer.sendPost("/mcp", message, modernHeaders(message));
  peer.readHead();
  const Json logged = peer.nextMessage();
  EXPECT_EQ(logged["method"], "notifications/message");
  EXPECT_EQ(logged["params"]["level"], "error");
  EXPECT_EQ(textOf(peer.nextMessage()), "talked");
}

TEST_F(Streamable, RefusesWhatTheHeadAlreadyRulesOut) {
  serve();
  Peer peer = connect();
  EXPECT_EQ(peer.request("GET", "/elsewhere", {}).status, 404);
  EXPECT_EQ(peer.request("GET", "/mcp/nosuch", {}).status, 404);
  const Answer put = peer.request("PUT", "/mcp", {});
  EXPECT_EQ(put.status, 405);
  EXPECT_EQ(put.header("allow"), "POST, GET, DELETE");
  EXPECT_EQ(peer.request("POST", "/mcp", {{"Content-Type", "text/plain"}}, "{}").status, 415);
  EXPECT_EQ(peer.request("POST", "/mcp", {{"Content-Type", "application/json; charset=utf-8"}}, "{").json()["error"]["code"], -32700);
  Peer foreign = connect();
  const Answer refused = foreign.request("POST", "/mcp", {{"Origin", "https://evil.example.com"}, {"Content-Type", "application/json"}}, "{}");
  EXPECT_EQ(refused.status, 403);
  EXPECT_FALSE(refused.json().contains("id"));
}

TEST_F(Streamable, TellsABrowserWhatItMayDo) {
  serve();
  Peer peer = connect();
  const Headers headers = {{"Origin", "http://localhost:6274"},
                           {"Access-Control-Request-Method", "POST"},
                           {"Access-Control-Request-Headers", "content-type, mcp-param-region"}};
  const Answer preflight = peer.request("OPTIONS", "/mcp", headers);
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.header("access-control-allow-origin"), "http://localhost:6274");
  EXPECT_NE(preflight.header("access-control-allow-headers").find("mcp-param-region"), std::string::npos);
  const Answer answer = peer.post("/mcp", toolCall("echo"), {{"Origin", "http://localhost:6274"}});
  EXPECT_EQ(answer.header("access-control-allow-origin"), "http://localhost:6274");
}

TEST_F(Streamable, ServesAModuleAloneUnderItsOwnPath) {
  serve();
  Peer peer = connect();
  EXPECT_EQ(textOf(peer.post("/mcp/lab", toolCall("echo")).json()), "{}");
}

TEST_F(Streamable, RunsTheCallsOfALegacyBatchSideBySideAndAnswersOnce) {
  serve();
  Peer peer = connect();
  const Json batch = {toolCall("hold", 1), legacyMessage("ping", nullptr, 2), legacyMessage("notifications/initialized", nullptr, nullptr),
                      toolCall("hold", "three")};
  peer.sendPost("/mcp", batch, {{"MCP-Protocol-Version", "2025-03-26"}});
  EXPECT_TRUE(eventually([this] { return script.started == 2; }));
  script.released = true;
  const Json answers = peer.readAnswer().json();
  ASSERT_TRUE(answers.is_array());
  ASSERT_EQ(answers.size(), 3u);
  std::vector<Json> ids;
  for (const Json& answer : answers) ids.push_back(answer["id"]);
  EXPECT_NE(std::find(ids.begin(), ids.end(), Json("three")), ids.end());
  EXPECT_EQ(peer.post("/mcp", Json::array(), {{"MCP-Protocol-Version", "2025-03-26"}}).status, 400);
}

TEST_F(Streamable, ABatchOfNotificationsIsAccepted) {
  serve();
  Peer peer = connect();
  const Answer answer = peer.post("/mcp", Json::array({legacyMessage("notifications/initialized", nullptr, nullptr)}), {{"MCP-Protocol-Version", "2025-03-26"}});
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body, "");
}

TEST_F(Streamable, ClosingTheConnectionCancelsACallOfTheNewestRevision) {
  serve();
  {
    Peer peer = connect();
    const Json message = modernMessage("tools/call", {{"name", "hold"}, {"arguments", Json::object()}});
    peer.sendPost("/mcp", message, modernHeaders(message));
    EXPECT_TRUE(eventually([this] { return script.started == 1; }));
  }
  EXPECT_TRUE(eventually([this] { return script.cancelled == 1; }));
  EXPECT_TRUE(eventually([this] { return records.all().size() == 1; }));
  EXPECT_EQ(records.all()[0].outcome, CallOutcome::Cancelled);
}

TEST_F(Streamable, ClosingTheStreamOfARunningModernCallCancelsItToo) {
  serve();
  {
    Peer peer = connect();
    const Json message = modernMessage("tools/call", {{"name", "say_then_hold"}, {"arguments", Json::object()}}, 1, kProgress);
    peer.sendPost("/mcp", message, modernHeaders(message));
    peer.readHead();
    EXPECT_EQ(peer.nextMessage()["method"], "notifications/progress");
  }
  EXPECT_TRUE(eventually([this] { return script.cancelled == 1; }));
}

TEST_F(Streamable, ClosingTheConnectionOfALegacyCallCancelsNothing) {
  serve();
  {
    Peer peer = connect();
    peer.sendPost("/mcp", toolCall("hold"));
    EXPECT_TRUE(eventually([this] { return script.started == 1; }));
  }
  {  // A later disconnect that is noticed proves that the earlier one was too.
    Peer peer = connect();
    const Json message = modernMessage("tools/call", {{"name", "hold"}, {"arguments", Json::object()}});
    peer.sendPost("/mcp", message, modernHeaders(message));
    EXPECT_TRUE(eventually([this] { return script.started == 2; }));
  }
  EXPECT_TRUE(eventually([this] { return script.finished == 1; }));
  EXPECT_EQ(script.cancelled, 1);
  script.released = true;
  EXPECT_TRUE(eventually([this] { return script.finished == 2; }));
  EXPECT_EQ(script.cancelled, 1);
}

TEST_F(Streamable, ALongRunningToolReportsProgressByItselfAndOnlyWhenAsked) {
  TransportOptions options;
  options.progressEvery = Milliseconds(150);
  serve(options);
  Peer peer = connect();
  const Json message = modernMessage("tools/call", {{"name", "hold_long"}, {"arguments", Json::object()}}, 1, {{"progressToken", 5}});
  peer.sendPost("/mcp", message, modernHeaders(message));
  peer.readHead();
  const Json first = peer.nextMessage(), second = peer.nextMessage();
  EXPECT_EQ(first["params"]["progressToken"], 5);
  EXPECT_LT(first["params"]["progress"].get<double>(), second["params"]["progress"].get<double>());
  script.released = true;
  Json last = peer.nextMessage();
  while (last.contains("method")) last = peer.nextMessage();
  EXPECT_EQ(textOf(last), "released");
  EXPECT_FALSE(peer.nextEvent());
}

TEST_F(Streamable, KeepsASilentStreamAliveWithComments) {
  TransportOptions options;
  options.keepAlive = Milliseconds(120);
  serve(options);
  Peer peer = connect();
  const Json message = modernMessage("tools/call", {{"name", "say_then_hold"}, {"arguments", Json::object()}}, 1, kProgress);
  peer.sendPost("/mcp", message, modernHeaders(message));
  peer.readHead();
  EXPECT_EQ(peer.nextMessage()["method"], "notifications/progress");
  for (int i = 0; i < 2; ++i) {
    const auto event = peer.nextEvent(true);
    ASSERT_TRUE(event);
    EXPECT_TRUE(event->comment);
  }
  script.released = true;
  EXPECT_EQ(textOf(peer.nextMessage()), "released");
}

TEST_F(Streamable, EveryMessageLeavesOneRecordWithAnIdOfItsOwn) {
  serve();
  Peer peer = connect();
  callModern(peer, "echo");
  peer.post("/mcp", legacyMessage("tools/list"));
  peer.post("/mcp", toolCall("nosuch"));
  const auto all = records.all();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].tool, "echo");
  EXPECT_EQ(all[0].method, "tools/call");
  EXPECT_EQ(all[0].revision, "2026-07-28");
  EXPECT_EQ(all[0].transport, "http");
  EXPECT_EQ(all[0].subject, "alice@host");
  EXPECT_EQ(all[0].generation, 1u);
  EXPECT_EQ(all[0].requestId.size(), 26u);
  EXPECT_NE(all[0].requestId, all[1].requestId);
  EXPECT_EQ(all[1].method, "tools/list");
  EXPECT_EQ(all[2].tool, "_other");
  EXPECT_EQ(all[2].outcome, CallOutcome::UnknownTool);
}

TEST_F(Streamable, ARefusedHeadLeavesARecordToo) {
  serve();
  Peer peer = connect();
  peer.request("GET", "/mcp", {{"Origin", "https://evil.example.com"}});
  const auto all = records.all();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].outcome, CallOutcome::Denied);
  EXPECT_EQ(all[0].httpStatus, 403);
  EXPECT_EQ(all[0].method, "_other");
}

}  // namespace
}  // namespace certus::gateway::test
