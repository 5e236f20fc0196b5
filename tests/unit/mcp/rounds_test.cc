// Calls in several rounds: what may be asked of a client, and what it may carry back.
#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

constexpr const char* kAsk =
    R"({"who":{"method":"elicitation/create","params":{"message":"Name?","requestedSchema":{"type":"object"}}}})";
const Json kElicits = {{"io.modelcontextprotocol/clientCapabilities", {{"elicitation", Json::object()}}}};

class Rounds : public Protocol {
 protected:
  // One round: the request as sent, and what the module asks with.
  Json ask(const Json& params, const Json& meta, std::string_view questions, std::string_view state,
           const std::string& method = "tools/call") {
    const Message message = modern(method, params, meta);
    OutcomeView outcome;
    outcome.kind = OutcomeView::Kind::InputRequired;
    outcome.structured = questions;
    outcome.state = state;
    std::string out;
    outcome_ = renderer->render(std::get<Invoke>(message.decision), context, outcome, out);
    return Json::parse(out);
  }
  std::string sealed(const Json& params) { return ask(params, kElicits, kAsk, "round 1")["result"]["requestState"]; }
  Message again(Json params, const std::string& state) {
    params["requestState"] = state;
    params["inputResponses"] = {{"who", {{"action", "accept"}, {"content", {{"name", "Bo"}}}}}};
    return modern("tools/call", params, kElicits);
  }
  const Json params_ = {{"name", "lab_echo"}, {"arguments", {{"b", 2}, {"a", {1, "x"}}}}};
  CallOutcome outcome_ = CallOutcome::Internal;
};

TEST_F(Rounds, AnInputRequiredResultCarriesQuestionsAndSealedState) {
  const Json result = ask(params_, kElicits, kAsk, "secret state")["result"];
  EXPECT_EQ(result["resultType"], "input_required");
  EXPECT_EQ(result["inputRequests"], Json::parse(kAsk));
  EXPECT_FALSE(result.contains("ttlMs"));
  EXPECT_TRUE(result["_meta"].contains("io.modelcontextprotocol/serverInfo"));
  EXPECT_EQ(result.dump().find("secret"), std::string::npos);
  EXPECT_EQ(outcome_, CallOutcome::InputRequired);
}

TEST_F(Rounds, TheStateComesBackToTheModuleWithTheAnswers) {
  const Message second = again(params_, sealed(params_));
  const auto& invocation = std::get<Invoke>(second.decision).invocation;
  EXPECT_EQ(invocation.state, "round 1");
  EXPECT_EQ(Json::parse(invocation.inputResponses)["who"]["action"], "accept");
}

TEST_F(Rounds, TheSameArgumentsInOtherOrderAndSpellingAreTheSameCall) {
  const std::string state = sealed(params_);
  Json request = modernBody("tools/call", params_, kElicits);
  modernHeaders(request);
  std::string text = request.dump();
  const std::string before = R"({"a":[1,"x"],"b":2})";
  ASSERT_NE(text.find(before), std::string::npos);
  text.replace(text.find(before), before.size(), R"({ "b": 2, "a": [ 1, "\u0078" ] })");
  text.insert(text.find("\"arguments\""), "\"requestState\":\"" + state + "\",");
  EXPECT_EQ(std::get<Invoke>(send(std::string_view(text)).decision).invocation.state, "round 1");
}

TEST_F(Rounds, AStateForAnythingElseIsRefusedAndSaysToStartAgain) {
  const std::string state = sealed(params_);
  const auto refused = [&](const Message& message, const char* why) {
    EXPECT_EQ(status(message), 200) << why;
    const Json error = body(message)["error"];
    EXPECT_EQ(error["code"], -32602) << why;
    EXPECT_NE(error["message"].get<std::string>().find("Start the call again without requestState"), std::string::npos)
        << why;
  };
  std::string changed = state;
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  refused(again(params_, changed), "one character changed");
  refused(again(params_, state.substr(0, state.size() - 4)), "cut off");
  refused(again(params_, ""), "empty");
  refused(again(params_, "not base64!"), "no base64");
  refused(again({{"name", "lab_echo"}, {"arguments", {{"b", 3}, {"a", {1, "x"}}}}}, state), "other arguments");
  refused(again({{"name", "lab_echo"}}, state), "no arguments");
  refused(again({{"name", "trust_sign"}, {"arguments", params_["arguments"]}}, state), "another tool");
  const Principal other{"bob@host", "local\nbob@host"};
  context.principal = &other;
  refused(again(params_, state), "another caller");
  context.principal = &principal;
  context.route = catalog->moduleRoute("lab");
  refused(again({{"name", "echo"}, {"arguments", params_["arguments"]}}, state), "another route");
  context.route = &catalog->composed();
  EXPECT_TRUE(std::holds_alternative<Invoke>(again(params_, state).decision)) << "and the right one still opens";
  clock.elapsed = std::chrono::minutes(10) - Milliseconds(1);
  EXPECT_TRUE(std::holds_alternative<Invoke>(again(params_, state).decision)) << "just in time";
  clock.elapsed = std::chrono::minutes(10);
  refused(again(params_, state), "expired");
}

TEST_F(Rounds, AStateOfAnotherGatewayIsRefusedAndWithoutKeysAllAre) {
  const std::string state = sealed(params_);
  SealKey other{};
  other.fill(9);
  DispatcherOptions options;
  options.clock = &clock;
  options.sealer = std::make_shared<const Sealer>(std::vector<SealKey>{other});
  dispatcher = makeDispatcher(options);
  EXPECT_EQ(code(again(params_, state)), -32602);
  options.sealer = nullptr;
  dispatcher = makeDispatcher(options);
  EXPECT_EQ(code(again(params_, state)), -32602);
}

TEST_F(Rounds, MalformedResponsesAreRefusedAndUnknownOnesPassOn) {
  const auto with = [&](const Json& responses) {
    Json params = params_;
    params["inputResponses"] = responses;
    return modern("tools/call", params, kElicits);
  };
  for (const Json& bad : {Json("x"), Json::array(), Json(nullptr), Json{{"who", "Bo"}}, Json{{"who", nullptr}},
                          Json{{"who", {{"action", "accept"}}}, {"x", 1}}}) {
    EXPECT_EQ(code(with(bad)), -32602) << bad;
    EXPECT_EQ(status(with(bad)), 200);
  }
  EXPECT_TRUE(std::holds_alternative<Invoke>(with({{"unknown", Json::object()}}).decision));
  Json params = params_;
  params["requestState"] = 5;
  EXPECT_EQ(code(modern("tools/call", params)), -32602);
}

TEST_F(Rounds, OnlyDeclaredKindsAreAsked) {
  const char* three =
      R"({"e":{"method":"elicitation/create","params":{}},"s":{"method":"sampling/createMessage","params":{}},"r":{"method":"roots/list"}})";
  const Json result = ask(
      params_, {{"io.modelcontextprotocol/clientCapabilities", {{"sampling", Json::object()}, {"roots", Json::object()}}}},
      three, "")["result"];
  EXPECT_FALSE(result["inputRequests"].contains("e"));
  EXPECT_TRUE(result["inputRequests"].contains("s"));
  EXPECT_TRUE(result["inputRequests"].contains("r"));
  EXPECT_FALSE(result.contains("requestState"));
}

TEST_F(Rounds, WhenNothingMayBeAskedTheCapabilityIsNamed) {
  const Json error = ask(params_, Json::object(), kAsk, "s")["error"];
  EXPECT_EQ(error["code"], -32021);
  EXPECT_EQ(error["data"], Json({{"requiredCapabilities", {{"elicitation", Json::object()}}}}));
  EXPECT_EQ(renderer->httpStatus(), 400);
}

TEST_F(Rounds, UrlModeNeedsItsOwnDeclaration) {
  const char* url = R"({"u":{"method":"elicitation/create","params":{"mode":"url","url":"https://x"}}})";
  EXPECT_EQ(ask(params_, kElicits, url, "")["error"]["code"], -32021);
  const Json both = {{"io.modelcontextprotocol/clientCapabilities", {{"elicitation", {{"url", Json::object()}}}}}};
  EXPECT_TRUE(ask(params_, both, url, "")["result"]["inputRequests"].contains("u"));
  EXPECT_EQ(ask(params_, both, kAsk, "")["error"]["code"], -32021) << "a client of URLs alone shows no forms";
}

TEST_F(Rounds, StateAloneIsEnoughAndNothingAtAllIsAFault) {
  const Json result = ask(params_, Json::object(), "", "s")["result"];
  EXPECT_FALSE(result.contains("inputRequests"));
  EXPECT_TRUE(result.contains("requestState"));
  EXPECT_EQ(ask(params_, kElicits, "", "")["error"]["code"], -32603);
  for (const char* bad : {"{", "[]", R"({"x":1})", R"({"x":{"method":"tools/call"}})", R"({"x":{}})"}) {
    EXPECT_EQ(ask(params_, kElicits, bad, "s")["error"]["code"], -32603) << bad;
  }
}

TEST_F(Rounds, PromptsAndResourcesMayAskToo) {
  const Json prompt = {{"name", "lab_greet"}, {"arguments", {{"who", "x"}}}};
  Json params = prompt;
  params["requestState"] = ask(prompt, kElicits, kAsk, "p", "prompts/get")["result"]["requestState"];
  EXPECT_EQ(std::get<Invoke>(modern("prompts/get", params, kElicits).decision).invocation.state, "p");
  const Json resource = {{"uri", "lab://item/1/data"}};
  params = resource;
  params["requestState"] = ask(resource, kElicits, kAsk, "r", "resources/read")["result"]["requestState"];
  EXPECT_EQ(std::get<Invoke>(modern("resources/read", params, kElicits).decision).invocation.state, "r");
  params["uri"] = "lab://item/2/data";
  EXPECT_EQ(code(modern("resources/read", params, kElicits)), -32602);
}

TEST_F(Rounds, QuestionsOnSeveralLinesComeOutOnOne) {
  const Json result =
      ask(params_, kElicits, "{\n\"who\": {\"method\":\"elicitation/create\",\n\"params\":{\"message\":\"a\\nb\"}}}",
          "")["result"];
  EXPECT_EQ(result["inputRequests"]["who"]["params"]["message"], "a\nb");
}

TEST_F(Rounds, OlderRevisionsIgnoreTheFieldsOfTheNewest) {
  const Message message =
      legacy(Revision::V2025_11_25, "tools/call", {{"name", "lab_echo"}, {"requestState", "x"}, {"inputResponses", 5}});
  EXPECT_EQ(std::get<Invoke>(message.decision).invocation.state, "");
}

}  // namespace
}  // namespace certus::gateway
