// gateway_whoami and gateway_limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gateway/guard/gateway_module.h"
#include "tests/unit/guard/guard_testing.h"

namespace certus::gateway::test {
namespace {

using ::testing::HasSubstr;
using Kind = OutcomeView::Kind;
using nlohmann::json;

constexpr std::uint32_t kModule = 7;  // as guard_testing.cc tells the runner

Gateway::Ask own(const std::string& tool, const std::string& arguments, std::shared_ptr<const policy::PolicySet> policy) {
  Gateway::Ask out;
  out.tool = tool;
  out.arguments = arguments;
  out.policy = std::move(policy);
  out.module = kModule;
  return out;
}

const std::string kPolicy =
    "groups: {team: {subjects: [rita@example.com]}}\n"
    "rules: {signs: {effect: allow, who: {groups: [team]}, tools: [trust/sign]}, looks: {effect: allow, who: everyone, "
    "tools: "
    "[trust/verify]}}\n"
    "limits: {tools: {trust/sign: {cost: 5}}, rules: {mine: {key: [subject], rate: 60/h}, signing: {key: [tool], rate: 10/h "
    "burst 20, only: {tools: [trust/sign]}}, places: {key: [subject], concurrent: 4}}}\n";

TEST(GatewayTools, WhoamiSaysWhomTheGatewayTakesTheCallerFor) {
  Gateway gateway;
  const Answer answer = gateway.ask(own("whoami", "{}", policyOf(kPolicy)));
  EXPECT_EQ(answer.kind, Kind::Result);
  const json said = json::parse(answer.structured);
  EXPECT_EQ(
      said,
      json::parse(R"({"mode":"policy","subject":"rita@example.com","groups":["team"],"authenticatedBy":"bearer token"})"));
  EXPECT_THAT(answer.text, HasSubstr("rita@example.com"));
  EXPECT_EQ(gateway.module.ran, 0);
}

TEST(GatewayTools, WhoamiNamesGroupsThatDoNotCountBecauseOfTheIssuer) {
  Gateway gateway;
  Gateway::Ask ask = own("whoami", "{}", policyOf(kPolicy));
  ask.droppedGroups = {"admins"};
  const Answer answer = gateway.ask(ask);
  EXPECT_EQ(json::parse(answer.structured).at("droppedGroups"), json::parse(R"(["admins"])"));
  EXPECT_THAT(answer.text, HasSubstr("its issuer may not put anybody into: admins."));
}

TEST(GatewayTools, WhoamiInOpenModeSaysSo) {
  Gateway gateway;
  Gateway::Ask ask = own("whoami", "{}", nullptr);
  ask.open = true;
  const Answer answer = gateway.ask(ask);
  EXPECT_EQ(json::parse(answer.structured).at("mode"), "open");
  EXPECT_THAT(answer.text, HasSubstr("no policy"));
}

TEST(GatewayTools, LimitsShowsEachLimitOnceAndWhatIsLeft) {
  Gateway gateway;
  gateway.clock.stopped = std::chrono::steady_clock::now();
  const auto policy = policyOf(kPolicy);
  Gateway::Ask sign;
  sign.policy = policy;
  EXPECT_EQ(gateway.ask(sign).kind, Kind::Result);
  const Answer answer = gateway.ask(own("limits", "{}", policy));
  ASSERT_EQ(answer.kind, Kind::Result);
  const json said = json::parse(answer.structured);
  ASSERT_EQ(said.at("limits").size(), 3u) << said;
  for (const json& limit : said.at("limits")) {
    if (limit.at("name") == "mine") {
      EXPECT_EQ(limit.at("left"), 55);
      EXPECT_EQ(limit.at("of"), 60);
      EXPECT_EQ(limit.at("fullAgainSeconds"), 300);
    } else if (limit.at("name") == "signing") {
      EXPECT_EQ(limit.at("left"), 15);
      EXPECT_EQ(limit.at("sharedBy"), "everybody for calls of trust/sign");
    } else {
      EXPECT_EQ(limit.at("kind"), "concurrency");
      EXPECT_EQ(limit.at("left"), 4);
    }
  }
  EXPECT_EQ(gateway.ask(own("limits", "{}", policy)).structured, answer.structured);  // looking takes nothing
}

TEST(GatewayTools, LimitsOfOneToolByAnyOfItsNames) {
  Gateway gateway;
  for (const char* name : {"trust_sign", "trust/sign", "sign"}) {
    const Answer answer = gateway.ask(own("limits", R"({"tool":")" + std::string(name) + R"("})", policyOf(kPolicy)));
    EXPECT_EQ(json::parse(answer.structured).at("cost"), 5) << name;
  }
  const Answer verify = gateway.ask(own("limits", R"({"tool":"trust_verify"})", policyOf(kPolicy)));
  EXPECT_EQ(json::parse(verify.structured).at("limits").size(), 2u);
}

TEST(GatewayTools, LimitsOfOnePrompt) {
  Gateway gateway;
  const auto policy = policyOf(
      "rules: {all: {effect: allow, who: everyone, prompts: [trust/audit]}}\n"
      "limits: {prompts: {trust/audit: {cost: 2}}, rules: {mine: {key: [subject, tool], rate: 60/h}}}\n");
  for (const char* name : {"trust_audit", "trust/audit", "audit"}) {
    const json said =
        json::parse(gateway.ask(own("limits", R"({"prompt":")" + std::string(name) + R"("})", policy)).structured);
    EXPECT_EQ(said.at("cost"), 2) << name;
    EXPECT_EQ(said.at("limits").at(0).at("sharedBy"), "rita@example.com for gets of trust/audit");
  }
  EXPECT_EQ(json::parse(gateway.ask(own("limits", "{}", policy)).structured).at("limits").size(), 1u);
  const Answer tool = gateway.ask(own("limits", R"({"tool":"trust_audit"})", policy));
  EXPECT_THAT(tool.text, HasSubstr("There is no tool \"trust_audit\" here."));
  const Answer resource = gateway.ask(own("limits", R"({"resource":"log://x"})", policy));
  EXPECT_THAT(resource.text, HasSubstr("There is no resource \"log://x\" here. Ask with a name from resources/list"));
}

TEST(GatewayTools, AToolThatIsHiddenFromTheCallerIsUnknownHereToo) {
  Gateway gateway;
  Gateway::Ask ask = own("limits", R"({"tool":"trust_sign"})", policyOf(kPolicy));
  ask.subject = "stranger@example.com";
  const Answer hidden = gateway.ask(ask);
  EXPECT_EQ(hidden.kind, Kind::ToolError);
  ask.arguments = R"({"tool":"trust_nothing"})";
  const Answer unknown = gateway.ask(ask);
  EXPECT_THAT(unknown.text, HasSubstr("There is no tool \"trust_nothing\" here."));
  EXPECT_THAT(hidden.text, HasSubstr("There is no tool \"trust_sign\" here."));
  ask.arguments = "{}";
  EXPECT_EQ(json::parse(gateway.ask(ask).structured).at("limits").size(), 2u);
}

TEST(GatewayTools, LimitsInOpenModeAreNone) {
  Gateway gateway;
  Gateway::Ask ask = own("limits", "{}", nullptr);
  ask.open = true;
  const Answer answer = gateway.ask(ask);
  EXPECT_EQ(answer.structured, R"({"limits":[]})");
  EXPECT_THAT(answer.text, HasSubstr("no policy"));
}

TEST(GatewayTools, TheDescriptorIsWellFormed) {
  const ModuleDescriptor module = gatewayModule();
  EXPECT_EQ(module.name, "gateway");
  for (const ToolDescriptor& tool : module.tools) {
    EXPECT_TRUE(json::accept(tool.inputSchema)) << tool.name;
    EXPECT_TRUE(json::accept(tool.outputSchema)) << tool.name;
    EXPECT_EQ(tool.readOnly, 1);
  }
}

}  // namespace
}  // namespace certus::gateway::test
