#include "tests/unit/transport/fixture.h"

namespace certus::gateway::test {
namespace {

class Sessions : public TransportTest {
 protected:
  static Json ping() { return legacyMessage("ping"); }
  static Json cancelled(const Json& id) { return legacyMessage("notifications/cancelled", {{"requestId", id}}, nullptr); }
  static Headers stream(const Client& client) {
    Headers headers = client.headers;
    headers.emplace_back("Accept", "text/event-stream");
    return headers;
  }
};

TEST_F(Sessions, InitializeOpensOneWithAnIdOfVisibleCharactersThatNobodyGuesses) {
  serve();
  const Client first = initialize(), second = initialize();
  EXPECT_GE(first.session.size(), 24u);
  EXPECT_NE(first.session, second.session);
  for (const char c : first.session) EXPECT_TRUE(c > 0x20 && c < 0x7f);
  EXPECT_EQ(first.initialized["result"]["protocolVersion"], "2025-11-25");
  EXPECT_EQ(handler->sessions(), 2u);
}

TEST_F(Sessions, ServeEveryConnectionOfEveryThread) {
  serve();
  const Client client = initialize();
  for (const unsigned thread : {0u, 1u}) {
    Peer peer = connectTo(thread, client.headers);
    EXPECT_EQ(peer.post("/mcp", ping(), client.headers).json()["result"], Json::object());
    EXPECT_EQ(textOf(peer.post("/mcp", toolCall("where"), client.headers).json()), std::to_string(thread));
  }
}

TEST_F(Sessions, KeepTheNegotiatedRevisionForRequestsWithoutAVersionHeader) {
  serve();
  const Client old = initialize(Json::object(), "2025-03-26"), recent = initialize();
  const Json batch = Json::array({ping()});
  for (const unsigned thread : {0u, 1u}) {
    Peer peer = connectTo(thread);
    EXPECT_EQ(peer.post("/mcp", batch, {{"Mcp-Session-Id", old.session}}).status, 200);
    EXPECT_EQ(peer.post("/mcp", batch, {{"Mcp-Session-Id", recent.session}}).status, 400);
  }
}

TEST_F(Sessions, AreUnknownOnceDeletedFromAnyThread) {
  serve();
  for (const unsigned thread : {0u, 1u}) {
    const Client client = initialize();
    Peer peer = connectTo(thread);
    EXPECT_EQ(peer.request("DELETE", "/mcp", client.headers).status, 200);
    EXPECT_EQ(peer.request("DELETE", "/mcp", client.headers).status, 404);
    const Answer answer = peer.post("/mcp", legacyMessage("ping", nullptr, 42), client.headers);
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.json()["id"], 42);
    EXPECT_EQ(answer.json()["error"]["code"], -32001);
  }
  EXPECT_EQ(handler->sessions(), 0u);
}

TEST_F(Sessions, DeletingOneCancelsItsCallsAndClosesItsStream) {
  serve();
  const Client client = initialize();
  Peer events = connectTo(0), caller = connectTo(1), ending = connectTo(0);
  events.sendHead("GET", "/mcp", stream(client), {});
  EXPECT_EQ(events.readHead().status, 200);
  const int before = script.started;
  caller.sendPost("/mcp", toolCall("hold"), client.headers);
  ASSERT_TRUE(eventually([this, before] { return script.started > before; }));
  EXPECT_EQ(ending.request("DELETE", "/mcp", client.headers).status, 200);
  EXPECT_TRUE(eventually([this] { return script.cancelled == 1; }));
  EXPECT_FALSE(events.nextEvent());
  EXPECT_TRUE(events.streamEnded());
}

TEST_F(Sessions, AnUnknownIdIsNotFoundButAFreshInitializeMayCarryOne) {
  serve();
  Peer peer = connect();
  const Headers stale = {{"Mcp-Session-Id", "00AAAAAAAAAAAAAAAAAAAAAAAA"}};
  EXPECT_EQ(peer.post("/mcp", ping(), stale).status, 404);
  EXPECT_EQ(peer.post("/mcp", ping(), {{"Mcp-Session-Id", "x"}}).status, 404);
  const Json params = {{"protocolVersion", "2025-06-18"}, {"capabilities", Json::object()}, {"clientInfo", {{"name", "t"}, {"version", "1"}}}};
  const Answer answer = peer.post("/mcp", legacyMessage("initialize", params), stale);
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.header("mcp-session-id"), "");
}

TEST_F(Sessions, TheNewestRevisionIgnoresTheHeader) {
  serve();
  Peer peer = connect();
  const Json message = modernMessage("tools/list");
  Headers headers = modernHeaders(message);
  headers.emplace_back("Mcp-Session-Id", "00AAAAAAAAAAAAAAAAAAAAAAAA");
  EXPECT_EQ(peer.post("/mcp", message, headers).status, 200);
}

TEST_F(Sessions, AreKnownOnTheirOwnPathOnly) {
  serve();
  const Client client = initialize();
  Peer peer = connect();
  EXPECT_EQ(peer.post("/mcp/lab", ping(), client.headers).status, 404);
}

TEST_F(Sessions, ASecondInitializeIsRefused) {
  serve();
  const Client client = initialize();
  Peer peer = connect();
  const Json params = {{"protocolVersion", "2025-11-25"}, {"capabilities", Json::object()}, {"clientInfo", {{"name", "t"}, {"version", "1"}}}};
  const Answer answer = peer.post("/mcp", legacyMessage("initialize", params, 9), client.headers);
  EXPECT_EQ(answer.json()["error"]["code"], -32600);
  EXPECT_EQ(answer.json()["id"], 9);
  EXPECT_EQ(handler->sessions(), 1u);
}

TEST_F(Sessions, AreNotNeededForWhatNeedsNoMemory) {
  serve();
  Peer peer = connect();
  EXPECT_EQ(peer.post("/mcp", legacyMessage("tools/list")).status, 200);
  EXPECT_EQ(textOf(peer.post("/mcp", toolCall("echo")).json()), "{}");
  const Answer level = peer.post("/mcp", legacyMessage("logging/setLevel", {{"level", "debug"}}, 5));
  EXPECT_EQ(level.status, 400);
  EXPECT_EQ(level.json()["id"], 5);
  EXPECT_EQ(peer.post("/mcp", legacyMessage("resources/subscribe", {{"uri", "lab://watched"}})).status, 400);
  EXPECT_EQ(peer.request("DELETE", "/mcp", {}).status, 400);
  const Answer get = peer.request("GET", "/mcp", {{"Accept", "text/event-stream"}});
  EXPECT_EQ(get.status, 405);
  EXPECT_NE(get.header("allow"), "");
}

TEST_F(Sessions, CanBeSwitchedOff) {
  TransportOptions options;
  options.sessions = false;
  serve(options);
  Peer peer = connect();
  const Json params = {{"protocolVersion", "2025-11-25"}, {"capabilities", Json::object()}, {"clientInfo", {{"name", "t"}, {"version", "1"}}}};
  const Answer answer = peer.post("/mcp", legacyMessage("initialize", params));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.count("mcp-session-id"), 0u);
  EXPECT_EQ(peer.post("/mcp", legacyMessage("tools/list"), {{"Mcp-Session-Id", "whatever"}}).status, 200);
  EXPECT_EQ(peer.post("/mcp", legacyMessage("logging/setLevel", {{"level", "debug"}})).status, 200);
  EXPECT_EQ(peer.request("GET", "/mcp", {{"Accept", "text/event-stream"}}).status, 405);
  EXPECT_EQ(peer.request("DELETE", "/mcp", {{"Mcp-Session-Id", "whatever"}}).status, 405);
}

TEST_F(Sessions, ExpireWhenIdleButNotWhileACallRunsOrAStreamIsOpen) {
  TransportOptions options;
  options.sessionLimits.idle = Milliseconds(3'000);
  serve(options);
  Peer caller = connectTo(1), events = connectTo(0);  // first: each session is in use as soon as it is open
  const Client calling = initialize();
  caller.sendPost("/mcp", toolCall("hold"), calling.headers);
  const Client listening = initialize();
  events.sendHead("GET", "/mcp", stream(listening), {});
  EXPECT_EQ(events.readHead().status, 200);
  const Client idle = initialize();
  EXPECT_TRUE(eventually([this] { return handler->sessions() == 2; }));
  Peer peer = connect();
  EXPECT_EQ(peer.post("/mcp", ping(), idle.headers).status, 404);
  EXPECT_EQ(peer.post("/mcp", ping(), calling.headers).status, 200);
  EXPECT_EQ(peer.post("/mcp", ping(), listening.headers).status, 200);
  script.released = true;
  EXPECT_EQ(textOf(caller.readAnswer().json()), "released");
  EXPECT_TRUE(eventually([this] { return handler->sessions() == 1; }));
  events.close();
  EXPECT_TRUE(eventually([this] { return handler->sessions() == 0; }));
}

TEST_F(Sessions, AreCappedWithAnErrorThatSaysWhatToDo) {
  TransportOptions options;
  options.sessionLimits.maxSessions = 2;
  serve(options);
  const Client first = initialize();
  initialize();
  Peer peer = connect();
  const Json params = {{"protocolVersion", "2025-11-25"}, {"capabilities", Json::object()}, {"clientInfo", {{"name", "t"}, {"version", "1"}}}};
  const Answer refused = peer.post("/mcp", legacyMessage("initialize", params));
  EXPECT_EQ(refused.status, 200);
  EXPECT_NE(refused.json()["error"]["message"].get<std::string>().find("DELETE"), std::string::npos);
  EXPECT_EQ(peer.request("DELETE", "/mcp", first.headers).status, 200);
  EXPECT_NE(peer.post("/mcp", legacyMessage("initialize", params)).header("mcp-session-id"), "");
}

TEST_F(Sessions, ACallIsCancelledFromAnotherConnectionOfAnyThreadAndGetsNoResponse) {
  serve();
  for (const unsigned from : {0u, 1u}) {
    script.cancelled = 0;
    const Client client = initialize();
    Peer caller = connectTo(1), other = connectTo(from);
    const int before = script.started;
    caller.sendPost("/mcp", toolCall("hold", "call-7"), client.headers);
    ASSERT_TRUE(eventually([this, before] { return script.started > before; }));
    EXPECT_EQ(other.post("/mcp", cancelled("nonsense"), client.headers).status, 202);
    EXPECT_EQ(other.post("/mcp", cancelled("call-7"), client.headers).status, 202);
    const Answer head = caller.readHead();
    EXPECT_EQ(head.header("content-type"), "text/event-stream");
    EXPECT_FALSE(caller.nextEvent());
    EXPECT_TRUE(caller.streamEnded());
    EXPECT_EQ(script.cancelled, 1);
    EXPECT_EQ(caller.post("/mcp", ping(), client.headers).status, 200);  // the connection lives on
    EXPECT_EQ(other.post("/mcp", cancelled("call-7"), client.headers).status, 202);  // late: ignored
  }
}

TEST_F(Sessions, ACancelReachesNoCallOfAnotherSession) {
  serve();
  const Client mine = initialize(), other = initialize();
  Peer caller = connectTo(0), foreign = connectTo(0);
  const int before = script.started;
  caller.sendPost("/mcp", toolCall("hold", 1), mine.headers);
  ASSERT_TRUE(eventually([this, before] { return script.started > before; }));
  EXPECT_EQ(foreign.post("/mcp", cancelled(1), other.headers).status, 202);
  EXPECT_EQ(foreign.post("/mcp", cancelled(1)).status, 202);
  EXPECT_EQ(foreign.post("/mcp", ping(), other.headers).status, 200);
  script.released = true;
  EXPECT_EQ(textOf(caller.readAnswer().json()), "released");
  EXPECT_EQ(script.cancelled, 0);
}

TEST_F(Sessions, HaveOneStreamAtATimeWhicheverThreadItIsOn) {
  serve();
  const Client client = initialize();
  Peer first = connectTo(1), second = connectTo(0);
  first.sendHead("GET", "/mcp", stream(client), {});
  const Answer head = first.readHead();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-type"), "text/event-stream");
  const auto primer = first.nextEvent(true);
  ASSERT_TRUE(primer);
  EXPECT_TRUE(primer->comment);
  EXPECT_EQ(second.request("GET", "/mcp", stream(client)).status, 409);
  Headers jsonOnly = client.headers;
  jsonOnly.emplace_back("Accept", "application/json");
  EXPECT_EQ(second.request("GET", "/mcp", jsonOnly).status, 406);
  first.close();
  EXPECT_TRUE(eventually([&] {
    Peer again = connect();
    again.sendHead("GET", "/mcp", stream(client), {});
    return again.readHead().status == 200;
  }));
}

TEST_F(Sessions, StreamsCarryListChangesAndSubscribedResourcesFromAnyThread) {
  serve();
  for (const unsigned thread : {0u, 1u}) {
    const Client client = initialize(Json::object(), "2025-11-25", 0);
    Peer events = connectTo(thread), asking = connectTo(1 - thread);
    events.sendHead("GET", "/mcp", stream(client), {});
    EXPECT_EQ(events.readHead().status, 200);
    broadcaster->resourceUpdated("lab://watched");  // nobody subscribed yet
    EXPECT_EQ(asking.post("/mcp", legacyMessage("resources/subscribe", {{"uri", "lab://watched"}}), client.headers).json()["result"], Json::object());
    broadcaster->listsChanged(kToolsList | kResourcesList);
    broadcaster->resourceUpdated("lab://watched");
    broadcaster->resourceUpdated("lab://other");
    EXPECT_EQ(events.nextMessage()["method"], "notifications/tools/list_changed");
    EXPECT_EQ(events.nextMessage()["method"], "notifications/resources/list_changed");
    const Json updated = events.nextMessage();
    EXPECT_EQ(updated["method"], "notifications/resources/updated");
    EXPECT_EQ(updated["params"]["uri"], "lab://watched");
    EXPECT_EQ(asking.post("/mcp", legacyMessage("resources/unsubscribe", {{"uri", "lab://watched"}}), client.headers).status, 200);
    broadcaster->resourceUpdated("lab://watched");
    broadcaster->listsChanged(kPromptsList);
    EXPECT_EQ(events.nextMessage()["method"], "notifications/prompts/list_changed");
  }
}

TEST_F(Sessions, AListChangeThatFoundNoStreamIsToldToTheNextOne) {
  serve();
  const Client client = initialize();
  broadcaster->listsChanged(kToolsList);
  Peer peer = connectTo(0);  // its requests come after the change on that thread
  peer.sendHead("GET", "/mcp", stream(client), {});
  EXPECT_EQ(peer.readHead().status, 200);
  EXPECT_EQ(peer.nextMessage()["method"], "notifications/tools/list_changed");
}

TEST_F(Sessions, RememberTheLogLevel) {
  serve();
  const Client client = initialize();
  Peer setting = connectTo(0), calling = connectTo(1);
  calling.sendPost("/mcp", toolCall("talk"), client.headers);
  calling.readHead();
  EXPECT_EQ(calling.nextMessage()["params"]["level"], "error");  // debug is below the default
  EXPECT_EQ(textOf(calling.nextMessage()), "talked");
  EXPECT_FALSE(calling.nextEvent());
  EXPECT_EQ(setting.post("/mcp", legacyMessage("logging/setLevel", {{"level", "debug"}}), client.headers).json()["result"], Json::object());
  calling.sendPost("/mcp", toolCall("talk"), client.headers);
  calling.readHead();
  EXPECT_EQ(calling.nextMessage()["params"]["level"], "debug");
  EXPECT_EQ(calling.nextMessage()["params"]["level"], "error");
  EXPECT_EQ(textOf(calling.nextMessage()), "talked");
}

TEST_F(Sessions, ASessionHasACapOnSubscriptions) {
  TransportOptions options;
  options.maxSubscriptions = 1;
  serve(options);
  const Client client = initialize(Json::object(), "2025-11-25", 0);
  Peer peer = connectTo(0);
  const Json watch = legacyMessage("resources/subscribe", {{"uri", "lab://watched"}}), again = watch;
  EXPECT_TRUE(peer.post("/mcp", watch, client.headers).json().contains("result"));
  EXPECT_TRUE(peer.post("/mcp", again, client.headers).json().contains("error"));
  EXPECT_TRUE(peer.post("/mcp", legacyMessage("resources/unsubscribe", {{"uri", "lab://watched"}}), client.headers).json().contains("result"));
  EXPECT_TRUE(peer.post("/mcp", watch, client.headers).json().contains("result"));
}

}  // namespace
}  // namespace certus::gateway::test
