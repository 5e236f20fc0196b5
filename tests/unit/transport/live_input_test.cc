#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/unit/transport/fixture.h"

namespace certus::gateway::test {
namespace {

const Json kEverything = {{"elicitation", Json::object()}, {"sampling", Json::object()}, {"roots", Json::object()}};

class LiveInput : public TransportTest {
 protected:
  static Json answer(const Json& question, const Json& result) { return {{"jsonrpc", "2.0"}, {"id", question["id"]}, {"result", result}}; }
  // Sends the call and reads up to the first question.
  static Json askedBy(Peer& peer, const Json& call, const Headers& headers) {
    peer.sendPost("/mcp", call, headers);
    EXPECT_EQ(peer.readHead().header("content-type"), "text/event-stream");
    return peer.nextMessage();
  }
};

TEST_F(LiveInput, AnElicitationIsAnsweredFromAnotherConnectionOfEitherThread) {
  serve();
  for (const unsigned thread : {0u, 1u}) {
    const Client client = initialize(kEverything);
    Peer calling = connectTo(0), answering = connectTo(thread);
    const Json question = askedBy(calling, toolCall("ask", 3), client.headers);
    EXPECT_EQ(question["method"], "elicitation/create");
    EXPECT_EQ(question["params"]["message"], "Who?");
    ASSERT_TRUE(question["id"].is_string());
    const Json reply = {{"action", "accept"}, {"content", {{"who", "me"}}}};
    EXPECT_EQ(answering.post("/mcp", answer(question, reply), client.headers).status, 202);
    const Json result = calling.nextMessage();
    EXPECT_EQ(result["id"], 3);
    EXPECT_EQ(textOf(result), R"(remembered {"name":{"action":"accept","content":{"who":"me"}}})");
    EXPECT_FALSE(calling.nextEvent());
    EXPECT_TRUE(calling.streamEnded());
  }
}

TEST_F(LiveInput, ADeclineIsTheModulesToJudge) {
  serve();
  const Client client = initialize(kEverything);
  Peer calling = connect(), answering = connect();
  const Json question = askedBy(calling, toolCall("ask"), client.headers);
  answering.post("/mcp", answer(question, {{"action", "decline"}}), client.headers);
  EXPECT_EQ(textOf(calling.nextMessage()), R"(remembered {"name":{"action":"decline"}})");
}

TEST_F(LiveInput, AQuestionIsOpenLongerThanTheToolMayRun) {
  serve();
  const Client client = initialize(kEverything);
  Peer calling = connect(), answering = connect();
  const Json question = askedBy(calling, toolCall("ask_soon"), client.headers);
  std::this_thread::sleep_for(std::chrono::milliseconds(900));  // twice the tool's timeout
  answering.post("/mcp", answer(question, {{"action", "decline"}}), client.headers);
  EXPECT_EQ(textOf(calling.nextMessage()), R"(remembered {"name":{"action":"decline"}})");
}

TEST_F(LiveInput, AClientThatNeverAnswersEndsTheCallInATimeout) {
  TransportOptions options;
  options.questionLifetime = Milliseconds(300);
  serve(options);
  const Client client = initialize(kEverything);
  Peer calling = connect();
  const Json question = askedBy(calling, toolCall("ask"), client.headers);
  const Json withdrawn = calling.nextMessage();
  EXPECT_EQ(withdrawn["method"], "notifications/cancelled");
  EXPECT_EQ(withdrawn["params"]["requestId"], question["id"]);
  const Json result = calling.nextMessage();
  EXPECT_TRUE(isError(result));
  EXPECT_NE(textOf(result).find("did not answer"), std::string::npos) << result;
  EXPECT_EQ(records.all().back().outcome, CallOutcome::Timeout);
  Peer late = connect();
  EXPECT_EQ(late.post("/mcp", answer(question, {{"action", "accept"}}), client.headers).status, 202);
}

TEST_F(LiveInput, AnAnswerOfAnotherSessionCountsForNothing) {
  serve();
  const Client client = initialize(kEverything), other = initialize(kEverything);
  Peer calling = connect(), foreign = connect();
  const Json question = askedBy(calling, toolCall("ask"), client.headers);
  foreign.post("/mcp", answer(question, {{"action", "decline"}}), other.headers);
  foreign.post("/mcp", answer(question, {{"action", "decline"}}));
  foreign.post("/mcp", answer(question, {{"action", "accept"}}), client.headers);
  EXPECT_EQ(textOf(calling.nextMessage()), R"(remembered {"name":{"action":"accept"}})");
}

TEST_F(LiveInput, SeveralQuestionsWaitForAllTheirAnswers) {
  serve();
  const Client client = initialize(kEverything);
  Peer calling = connect(), answering = connect();
  const Json first = askedBy(calling, toolCall("ask_two"), client.headers);
  const Json second = calling.nextMessage();
  EXPECT_NE(first["id"], second["id"]);
  EXPECT_EQ(second["method"], "roots/list");
  answering.post("/mcp", answer(second, {{"roots", Json::array()}}), client.headers);
  answering.post("/mcp", answer(first, {{"action", "cancel"}}), client.headers);
  EXPECT_EQ(textOf(calling.nextMessage()), R"(remembered {"name":{"action":"cancel"},"where":{"roots":[]}})");
}

TEST_F(LiveInput, AMissingCapabilityIsNamedToTheModel) {
  serve();
  const Client client = initialize({{"elicitation", Json::object()}});
  Peer peer = connect();
  const Json result = peer.post("/mcp", toolCall("ask_model"), client.headers).json();
  EXPECT_TRUE(isError(result));
  EXPECT_NE(textOf(result).find("\"sampling\""), std::string::npos) << result;
}

TEST_F(LiveInput, AClientThatRefusesWithAnErrorIsQuoted) {
  serve();
  const Client client = initialize(kEverything);
  Peer calling = connect(), answering = connect();
  const Json question = askedBy(calling, toolCall("ask_model"), client.headers);
  EXPECT_EQ(question["method"], "sampling/createMessage");
  const Json error = {{"jsonrpc", "2.0"}, {"id", question["id"]}, {"error", {{"code", -1}, {"message", "User rejected sampling"}}}};
  answering.post("/mcp", error, client.headers);
  const Json result = calling.nextMessage();
  EXPECT_TRUE(isError(result));
  EXPECT_NE(textOf(result).find("User rejected sampling"), std::string::npos);
}

TEST_F(LiveInput, AToolThatKeepsAskingIsStopped) {
  TransportOptions options;
  options.maxInputRounds = 2;
  serve(options);
  const Client client = initialize(kEverything);
  Peer calling = connect(), answering = connect();
  Json message = askedBy(calling, toolCall("nag"), client.headers);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(message["method"], "elicitation/create");
    answering.post("/mcp", answer(message, {{"action", "accept"}}), client.headers);
    message = calling.nextMessage();
  }
  EXPECT_TRUE(isError(message));
  EXPECT_NE(textOf(message).find("2 rounds"), std::string::npos) << message;
}

TEST_F(LiveInput, ACancelWhileWaitingEndsTheCallWithoutAResponse) {
  serve();
  const Client client = initialize(kEverything);
  Peer calling = connectTo(0), other = connectTo(1);
  const Json question = askedBy(calling, toolCall("ask", 11), client.headers);
  other.post("/mcp", legacyMessage("notifications/cancelled", {{"requestId", 11}}, nullptr), client.headers);
  EXPECT_EQ(calling.nextMessage()["params"]["requestId"], question["id"]);  // the question is withdrawn
  EXPECT_FALSE(calling.nextEvent());
  EXPECT_TRUE(calling.streamEnded());
  const auto all = records.all();  // the cancel's own record may stand on either side of the call's
  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const auto& record) { return record.outcome == CallOutcome::Cancelled; }));
}

TEST_F(LiveInput, NeedsASessionAndAnEventStream) {
  serve();
  const Client client = initialize(kEverything);
  Peer peer = connect();
  EXPECT_TRUE(isError(peer.post("/mcp", toolCall("ask")).json()));
  Headers jsonOnly = client.headers;
  jsonOnly.emplace_back("Accept", "application/json");
  const Json result = peer.post("/mcp", toolCall("ask"), jsonOnly).json();
  EXPECT_TRUE(isError(result));
  EXPECT_NE(textOf(result).find("text/event-stream"), std::string::npos) << result;
}

TEST_F(LiveInput, APromptMayAskToo) {
  serve();
  const Client client = initialize(kEverything);
  Peer calling = connect(), answering = connect();
  const Json question = askedBy(calling, legacyMessage("prompts/get", {{"name", "ask_prompt"}}), client.headers);
  EXPECT_EQ(question["method"], "elicitation/create");
  answering.post("/mcp", answer(question, {{"action", "accept"}}), client.headers);
  EXPECT_EQ(calling.nextMessage()["result"]["messages"][0]["content"]["text"], "hello");
}

TEST_F(LiveInput, TheNewestRevisionGetsTheQuestionsInsteadAndBringsTheStateBack) {
  serve();
  Peer peer = connect();
  const Json first = callModern(peer, "ask").json();
  EXPECT_EQ(first["result"]["resultType"], "input_required");
  EXPECT_EQ(first["result"]["inputRequests"]["name"]["method"], "elicitation/create");
  const Json again = modernMessage("tools/call", {{"name", "ask"},
                                                  {"arguments", Json::object()},
                                                  {"requestState", first["result"]["requestState"]},
                                                  {"inputResponses", {{"name", {{"action", "accept"}}}}}});
  EXPECT_EQ(textOf(peer.post("/mcp", again, modernHeaders(again)).json()), R"(remembered {"name":{"action":"accept"}})");
}

}  // namespace
}  // namespace certus::gateway::test
