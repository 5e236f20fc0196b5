// Every method in every revision: offered, or refused in the way of that revision.
#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

struct MethodCase {
  const char* method;
  bool legacy, modern;
  Json params;
};

const MethodCase kMethods[] = {
    {"initialize",
     true,
     false,
     {{"protocolVersion", "2025-11-25"},
      {"capabilities", Json::object()},
      {"clientInfo", {{"name", "t"}, {"version", "1"}}}}},
    {"ping", true, false, nullptr},
    {"server/discover", false, true, nullptr},
    {"tools/list", true, true, nullptr},
    {"tools/call", true, true, {{"name", "lab_echo"}}},
    {"prompts/list", true, true, nullptr},
    {"prompts/get", true, true, {{"name", "lab_greet"}, {"arguments", {{"who", "you"}}}}},
    {"resources/list", true, true, nullptr},
    {"resources/templates/list", true, true, nullptr},
    {"resources/read", true, true, {{"uri", "lab://static"}}},
    {"resources/subscribe", true, false, {{"uri", "lab://static"}}},
    {"resources/unsubscribe", true, false, {{"uri", "lab://static"}}},
    {"completion/complete",
     true,
     true,
     {{"ref", {{"type", "ref/prompt"}, {"name", "lab_greet"}}}, {"argument", {{"name", "who"}, {"value", ""}}}}},
    {"logging/setLevel", true, false, {{"level", "info"}}},
    {"subscriptions/listen", false, true, {{"notifications", {{"toolsListChanged", true}}}}},
    {"tasks/get", false, false, {{"taskId", "x"}}},
    {"sampling/createMessage", false, false, nullptr},
};

constexpr Revision kRevisions[] = {Revision::V2024_11_05, Revision::V2025_03_26, Revision::V2025_06_18,
                                   Revision::V2025_11_25, kModern};

class EveryMethod : public Protocol, public ::testing::WithParamInterface<std::tuple<std::size_t, Revision>> {};

bool isAnswered(const Message& message, const Json& error) {
  if (std::holds_alternative<Invoke>(message.decision) || std::holds_alternative<Listen>(message.decision)) return true;
  return !error.contains("error");
}

TEST_P(EveryMethod, IsAnsweredWhereItExistsAndUnknownElsewhere) {
  const auto& [index, revision] = GetParam();
  const MethodCase& method = kMethods[index];
  const bool exists = isModern(revision) ? method.modern : method.legacy;
  context.transport = Transport::Stdio;  // where a second initialize is taken, too
  Message message = isModern(revision) ? modern(method.method, method.params.is_null() ? Json::object() : method.params)
                                       : legacy(revision, method.method, method.params);
  const Json answer = body(message);
  if (exists) {
    EXPECT_TRUE(isAnswered(message, answer)) << answer;
  } else {
    EXPECT_EQ(answer["error"]["code"], -32601) << answer;
    EXPECT_EQ(answer["id"], 1);
    EXPECT_EQ(status(message), isModern(revision) ? 404 : 200);
  }
}
INSTANTIATE_TEST_SUITE_P(InEveryRevision, EveryMethod,
                         ::testing::Combine(::testing::Range<std::size_t>(0, std::size(kMethods)),
                                            ::testing::ValuesIn(kRevisions)),
                         [](const auto& row) {
                           std::string name = std::string(kMethods[std::get<0>(row.param)].method) + "_" +
                                              std::string(toString(std::get<1>(row.param)));
                           for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                           return name;
                         });

TEST_F(Protocol, PingIsAnEmptyObjectExactly) {
  EXPECT_EQ(reply(legacy(Revision::V2025_11_25, "ping")).body, R"({"jsonrpc":"2.0","id":1,"result":{}})");
}

TEST_F(Protocol, WhatNoModuleHasIsNotOffered) {
  context.route = catalog->moduleRoute("trust");  // no completion, no logs, no subscriptions
  const Json ref = {{"ref", {{"type", "ref/prompt"}, {"name", "x"}}}, {"argument", {{"name", "a"}, {"value", ""}}}};
  EXPECT_EQ(code(legacy(Revision::V2025_11_25, "completion/complete", ref)), -32601);
  EXPECT_EQ(code(legacy(Revision::V2025_11_25, "logging/setLevel", {{"level", "info"}})), -32601);
  EXPECT_EQ(code(legacy(Revision::V2025_11_25, "resources/subscribe", {{"uri", "x"}})), -32601);
  context.sessionRevision.reset();
  const Message modernCompletion = modern("completion/complete", ref);
  EXPECT_EQ(status(modernCompletion), 404);
  const Json capabilities = body(modern("server/discover"))["result"]["capabilities"];
  EXPECT_FALSE(capabilities.contains("completions"));
  EXPECT_FALSE(capabilities.contains("logging"));
  EXPECT_FALSE(capabilities["resources"].contains("subscribe"));
  EXPECT_TRUE(capabilities.contains("tools"));
}

TEST_F(Protocol, ListsOfWhatIsNotThereAreEmptyRatherThanErrors) {
  context.route = catalog->moduleRoute("trust");
  for (const auto& [method, key] : {std::pair{"prompts/list", "prompts"},
                                    {"resources/list", "resources"},
                                    {"resources/templates/list", "resourceTemplates"}}) {
    const Json result = body(modern(method))["result"];
    EXPECT_EQ(result[key], Json::array()) << method;
    EXPECT_EQ(result["ttlMs"], 60000);
    EXPECT_EQ(result["cacheScope"], "public");
  }
}

TEST_F(Protocol, SetLevelTakesTheEightLevelsOnly) {
  const Message message = legacy(Revision::V2025_11_25, "logging/setLevel", {{"level", "critical"}});
  EXPECT_EQ(std::get<SetLevel>(message.decision).level, LogLevel::Critical);
  EXPECT_EQ(reply(message).body, R"({"jsonrpc":"2.0","id":1,"result":{}})");
  EXPECT_EQ(code(legacy(Revision::V2025_11_25, "logging/setLevel", {{"level", "loud"}})), -32602);
  EXPECT_EQ(code(legacy(Revision::V2025_11_25, "logging/setLevel")), -32602);
}

TEST_F(Protocol, PromptsNeedTheirRequiredArgumentsAsStrings) {
  const Message good = modern("prompts/get", {{"name", "lab_greet"}, {"arguments", {{"who", "you"}}}});
  EXPECT_EQ(std::get<Invoke>(good.decision).invocation.name, "greet");
  EXPECT_EQ(std::get<Invoke>(good.decision).invocation.kind, Invocation::Kind::Prompt);
  const Json missing = body(modern("prompts/get", {{"name", "lab_greet"}, {"arguments", {{"tone", 3}}}}))["error"];
  EXPECT_EQ(missing["code"], -32602);
  const std::string text = missing["message"];
  EXPECT_NE(text.find("`who` is required"), std::string::npos) << text;
  EXPECT_NE(text.find("`tone` must be a string"), std::string::npos) << text;
  EXPECT_EQ(code(modern("prompts/get", {{"name", "lab_greet"}})), -32602);
  EXPECT_EQ(code(modern("prompts/get", {{"name", "lab_plain"}, {"arguments", Json::array()}})), -32602);
  EXPECT_TRUE(std::holds_alternative<Invoke>(modern("prompts/get", {{"name", "lab_plain"}}).decision));
  EXPECT_NE(body(modern("prompts/get", {{"name", "lab_gret"}}))["error"]["message"].get<std::string>().find("lab_greet"),
            std::string::npos);
}

TEST_F(Protocol, ResourcesAreFoundByUriOrTemplateAndMissedInTheWayOfTheRevision) {
  EXPECT_EQ(std::get<Invoke>(modern("resources/read", {{"uri", "lab://static"}}).decision).invocation.name, "lab://static");
  EXPECT_EQ(std::get<Invoke>(modern("resources/read", {{"uri", "lab://item/123/data"}}).decision).invocation.module, 1u);
  const Message missing = modern("resources/read", {{"uri", "lab://nothing"}});
  EXPECT_EQ(status(missing), 200);
  EXPECT_EQ(body(missing)["error"]["code"], -32602);
  EXPECT_EQ(body(missing)["error"]["data"]["uri"], "lab://nothing");
  EXPECT_EQ(code(modern("resources/read", {{"uri", "lab://item/{id}/data"}})), 0)
      << "braces are ordinary characters of a URI here";
  EXPECT_EQ(code(modern("resources/read")), -32602);
  for (const Revision revision : {Revision::V2024_11_05, Revision::V2025_11_25}) {
    EXPECT_EQ(code(legacy(revision, "resources/read", {{"uri", "lab://nothing"}})), -32002);
  }
}

TEST_F(Protocol, SubscriptionsNameResourcesThatExist) {
  const Message on = legacy(Revision::V2025_11_25, "resources/subscribe", {{"uri", "lab://static"}});
  EXPECT_TRUE(std::get<Subscribe>(on.decision).on);
  EXPECT_EQ(std::get<Subscribe>(on.decision).uri, "lab://static");
  EXPECT_EQ(reply(on).body, R"({"jsonrpc":"2.0","id":1,"result":{}})");
  EXPECT_EQ(code(legacy(Revision::V2025_11_25, "resources/subscribe", {{"uri", "lab://nothing"}})), -32002);
  const Message off = legacy(Revision::V2025_11_25, "resources/unsubscribe", {{"uri", "lab://gone"}});
  EXPECT_FALSE(std::get<Subscribe>(off.decision).on) << "what was removed since can still be let go";
}

TEST_F(Protocol, CompletionFindsTheModuleBehindItsReference) {
  const Json argument = {{"name", "who"}, {"value", "a"}};
  const Message prompt =
      modern("completion/complete", {{"ref", {{"type", "ref/prompt"}, {"name", "lab_greet"}}}, {"argument", argument}});
  const auto& invoke = std::get<Invoke>(prompt.decision);
  EXPECT_EQ(invoke.invocation.kind, Invocation::Kind::Completion);
  EXPECT_EQ(invoke.invocation.name, "greet");
  EXPECT_EQ(Json::parse(invoke.invocation.arguments)["argument"], argument);
  const Message resource = modern(
      "completion/complete", {{"ref", {{"type", "ref/resource"}, {"uri", "lab://item/{id}/data"}}}, {"argument", argument}});
  EXPECT_EQ(std::get<Invoke>(resource.decision).invocation.name, "lab://item/{id}/data");
  for (const Json& bad : {Json{{"ref", {{"type", "ref/prompt"}, {"name", "none"}}}, {"argument", argument}},
                          Json{{"ref", {{"type", "ref/other"}}}, {"argument", argument}},
                          Json{{"ref", {{"type", "ref/prompt"}, {"name", "lab_greet"}}}}, Json{{"argument", argument}},
                          Json{{"ref", "x"}, {"argument", argument}},
                          Json{{"ref", {{"type", "ref/prompt"}, {"name", "lab_greet"}}}, {"argument", {{"name", "who"}}}}}) {
    EXPECT_EQ(code(modern("completion/complete", bad)), -32602) << bad;
  }
}

TEST_F(Protocol, ListenAcknowledgesWhatIsGrantedUnderItsOwnId) {
  const Message message = modern("subscriptions/listen", {{"notifications",
                                                           {{"toolsListChanged", true},
                                                            {"promptsListChanged", false},
                                                            {"taskIds", {"t"}},
                                                            {"resourceSubscriptions", {"lab://static", "lab://nothing"}}}}});
  const auto& listen = std::get<Listen>(message.decision);
  EXPECT_TRUE(listen.tools);
  EXPECT_FALSE(listen.prompts || listen.resources);
  EXPECT_EQ(listen.resourceUris, std::vector<std::string>{"lab://static"});
  const Json first = Json::parse(listen.acknowledgement);
  EXPECT_EQ(first["method"], "notifications/subscriptions/acknowledged");
  EXPECT_EQ(first["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], 1);
  EXPECT_EQ(first["params"]["notifications"],
            Json({{"toolsListChanged", true}, {"resourceSubscriptions", {"lab://static"}}}));
  const Json last = Json::parse(listen.result);
  EXPECT_EQ(last["id"], 1);
  EXPECT_EQ(last["result"]["resultType"], "complete");
  EXPECT_EQ(last["result"]["_meta"]["io.modelcontextprotocol/subscriptionId"], 1);
}

TEST_F(Protocol, ListenKeepsTheTypeOfAStringId) {
  Json request = modernBody("subscriptions/listen", {{"notifications", Json::object()}});
  request["id"] = "5";
  modernHeaders(request);
  const Message message = send(request);
  EXPECT_EQ(std::get<Listen>(message.decision).idJson, "\"5\"");
  EXPECT_EQ(
      Json::parse(
          std::get<Listen>(message.decision).acknowledgement)["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"],
      "5");
}

TEST_F(Protocol, ListenWithoutNotificationsIsInBand) {
  const Message message = modern("subscriptions/listen");
  EXPECT_EQ(status(message), 200);
  EXPECT_EQ(code(message), -32602);
  EXPECT_EQ(code(modern("subscriptions/listen", {{"notifications", {{"resourceSubscriptions", "x"}}}})), -32602);
  EXPECT_EQ(code(modern("subscriptions/listen", {{"notifications", {{"resourceSubscriptions", {1}}}}})), -32602);
}

}  // namespace
}  // namespace certus::gateway
