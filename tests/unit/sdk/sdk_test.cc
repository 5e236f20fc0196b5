// The SDK under the fake host: what a module author may rely on.
#include <chrono>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "certus/fake_host.h"
#include "tests/unit/sdk/greeter.h"

namespace {

using certus::Call;
using certus::FakeHost;
using certus::Json;
using greeter::Greeter;
using std::chrono::milliseconds;

// One tool, "run", whose body each test gives.
class Probe final : public certus::Module {
 public:
  static constexpr std::string_view kName = "probe";
  static constexpr std::string_view kVersion = "0";
  static inline void (*body)(Call) = nullptr;

  explicit Probe(const Json&) {}
  void describe(certus::Catalog& catalog) override {
    const Json schema = {{"type", "object"}};
    catalog.tools = {{.name = "run", .description = "d", .inputSchema = catalog.keep(schema.dump()), .runRaw = [](Call call, std::string_view) {
                        body(std::move(call));
                      }}};
  }
  void cancelled(certus_call) override { ++cancels; }
  static inline int cancels = 0;
};

TEST(Sdk, AToolAsksItsServiceAndAnswersWithStructuredContent) {
  FakeHost host(certus::moduleTable<Greeter>(), {{"language", "de"}});
  auto& call = host.tool("greet", {{"name", "Ada L"}});
  EXPECT_EQ(call.pending().service, "greetings");
  EXPECT_EQ(call.pending().path, "/v1/greeting?name=Ada%20L&lang=de");
  EXPECT_FALSE(call.ended());
  call.answerJson(200, {{"text", "Hallo Ada"}});
  EXPECT_EQ(call.outcome().kind, CERTUS_RESULT);
  EXPECT_EQ(call.outcome().json(), (Json{{"text", "Hallo Ada"}}));
  EXPECT_TRUE(host.violations().empty());
}

TEST(Sdk, AFailedServiceBecomesAToolErrorWithItsExplanation) {
  FakeHost host(certus::moduleTable<Greeter>());
  auto& call = host.tool("greet", {{"name", "x"}});
  call.answerFailure(CERTUS_HTTP_REFUSED, "greetings is down; try again in 5 s");
  EXPECT_TRUE(call.outcome().isError());
  EXPECT_EQ(call.outcome().text(), "greetings is down; try again in 5 s");
}

TEST(Sdk, AnAnswerThatIsNoJsonArrivesAsAFailure) {
  FakeHost host(certus::moduleTable<Greeter>());
  auto& call = host.tool("greet", {{"name", "x"}});
  call.answer(200, "<html>");
  EXPECT_TRUE(call.outcome().isError());
}

TEST(Sdk, SettingsThatTheConstructorRefusesAreTheStartUpError) {
  try {
    FakeHost host(certus::moduleTable<Greeter>(), {{"language", "english"}});
    FAIL() << "the module accepted a bad language";
  } catch (const std::runtime_error& refused) {
    EXPECT_STREQ(refused.what(), "settings.language is a two-letter code such as \"en\"");
  }
}

TEST(Sdk, ACatalogueCarriesItsRowsAcrossTheAbi) {
  FakeHost host(certus::moduleTable<Greeter>());
  const certus_catalog& catalog = host.catalog();
  ASSERT_EQ(catalog.tool_count, 3u);
  EXPECT_EQ(certus::view(catalog.tools[0].name), "greet");
  EXPECT_EQ(catalog.tools[0].read_only, CERTUS_YES);
  EXPECT_EQ(catalog.tools[0].destructive, CERTUS_UNSAID);
  EXPECT_EQ(catalog.tools[2].requires_caps, static_cast<std::uint32_t>(CERTUS_CAP_ELICITATION));
  ASSERT_EQ(catalog.resource_count, 1u);
  EXPECT_EQ(catalog.resources[0].is_template, 1u);
  ASSERT_EQ(catalog.prompts[0].argument_count, 1u);
  EXPECT_EQ(catalog.prompts[0].arguments[0].required, 1u);
  EXPECT_EQ(certus::view(catalog.instructions), "Use greet to greet people.");
}

TEST(Sdk, ARawToolSeesTheArgumentsUnparsed) {
  FakeHost host(certus::moduleTable<Greeter>());
  EXPECT_EQ(host.call(CERTUS_TOOL, "echo", R"({ "a":1 })", {}).outcome().text(), R"({ "a":1 })");
}

TEST(Sdk, AToolThatNeedsTheUserIsCalledAgainWithTheAnswers) {
  FakeHost host(certus::moduleTable<Greeter>());
  auto& first = host.tool("confirm");
  EXPECT_EQ(first.outcome().kind, CERTUS_INPUT_REQUIRED);
  EXPECT_EQ(first.outcome().json()["sure"]["method"], "elicitation/create");
  auto& second = host.tool("confirm", Json::object(), {.inputResponses = R"({"sure":{"action":"accept"}})", .state = first.outcome().state});
  EXPECT_EQ(second.outcome().text(), "done, after round-1");
}

TEST(Sdk, TemplatesPromptsAndCompletionReachTheirFunctions) {
  FakeHost host(certus::moduleTable<Greeter>());
  EXPECT_EQ(host.resource("note://4%202/text").outcome().content.at(0).text, "note 4 2");
  EXPECT_EQ(host.resource("note://a/b/text").outcome().kind, CERTUS_NOT_FOUND);
  auto& prompt = host.prompt("introduce", {{"who", "Ada"}});
  ASSERT_EQ(prompt.outcome().content.size(), 2u);
  EXPECT_EQ(prompt.outcome().content[1].role, static_cast<std::uint32_t>(CERTUS_ASSISTANT));
  EXPECT_EQ(host.completion("introduce", {{"argument", {{"value", "A"}}}}).outcome().json()["values"][0], "Ada");
  EXPECT_EQ(host.tool("gone").outcome().kind, CERTUS_INVALID);
}

TEST(Sdk, WhatAToolThrowsFailsTheCall) {
  Probe::body = [](Call) { throw std::runtime_error("broken pipe of thought"); };
  FakeHost host(certus::moduleTable<Probe>());
  auto& call = host.tool("run");
  EXPECT_EQ(call.outcome().kind, CERTUS_FAILED);
  EXPECT_EQ(call.outcome().text(), "broken pipe of thought");
}

TEST(Sdk, WhatACallbackThrowsFailsTheCall) {
  Probe::body = [](Call call) { call.http({.service = "s", .path = "/"}, [](const certus::Reply&) { throw 7; }); };
  FakeHost host(certus::moduleTable<Probe>());
  auto& call = host.tool("run");
  call.answer(200, "{}");
  EXPECT_EQ(call.outcome().kind, CERTUS_FAILED);
}

TEST(Sdk, ACallThatIsForgottenFailsByItself) {
  Probe::body = [](Call) {};
  FakeHost host(certus::moduleTable<Probe>());
  auto& call = host.tool("run");
  EXPECT_EQ(call.outcome().kind, CERTUS_FAILED);
  EXPECT_EQ(call.outcome().text(), "the module dropped the call without completing it");
  EXPECT_TRUE(host.violations().empty());
}

TEST(Sdk, ACallForgottenOnAnotherThreadFailsByAWake) {
  static std::thread worker;
  Probe::body = [](Call call) {
    worker = std::thread([kept = std::make_unique<Call>(call)]() mutable { kept.reset(); });
  };
  FakeHost host(certus::moduleTable<Probe>());
  auto& call = host.tool("run");
  ASSERT_TRUE(call.ended() || host.awaitWake());
  worker.join();
  EXPECT_EQ(call.outcome().kind, CERTUS_FAILED);
}

TEST(Sdk, AThreadOfTheModulesOwnCompletesByAWake) {
  static std::thread worker;
  Probe::body = [](Call call) {
    worker = std::thread([call]() mutable { call.wake([call]() mutable { call.text("from afar"); }); });
  };
  FakeHost host(certus::moduleTable<Probe>());
  auto& call = host.tool("run");
  ASSERT_TRUE(host.awaitWake());
  worker.join();
  EXPECT_EQ(call.outcome().text(), "from afar");
  EXPECT_TRUE(host.violations().empty());
}

TEST(Sdk, CallbacksOfACancelledCallAreDestroyedUnrun) {
  static std::weak_ptr<int> watched;
  static bool ran = false;
  Probe::body = [](Call call) {
    auto held = std::make_shared<int>(1);
    watched = held;
    call.http({.service = "s", .path = "/"}, [held, call](const certus::Reply&) { ran = true; });
    call.after(milliseconds(50), [held, call] { ran = true; });
    call.wake([held, call] { ran = true; });
  };
  Probe::cancels = 0;
  FakeHost host(certus::moduleTable<Probe>());
  auto& call = host.tool("run");
  EXPECT_FALSE(watched.expired());
  host.cancel(call);
  host.runWakes();
  EXPECT_TRUE(watched.expired());
  EXPECT_FALSE(ran);
  EXPECT_EQ(Probe::cancels, 1);
  EXPECT_FALSE(call.completed());
  EXPECT_TRUE(host.violations().empty());
}

TEST(Sdk, TimersRunInOrderOfTheirTime) {
  Probe::body = [](Call call) {
    call.after(milliseconds(20), [call]() mutable { call.text("second"); });
    call.after(milliseconds(10), [call]() mutable { call.progress(1, 2, "first"); });
  };
  FakeHost host(certus::moduleTable<Probe>());
  auto& call = host.tool("run");
  host.advance(milliseconds(15));
  ASSERT_EQ(call.progress.size(), 1u);
  EXPECT_FALSE(call.ended());
  host.advance(milliseconds(15));
  EXPECT_EQ(call.outcome().text(), "second");
}

TEST(FakeHost, NamesASecondCompletionAndAWrongThread) {
  Probe::body = [](Call call) {
    call.text("one");
    EXPECT_FALSE(call.text("two"));
    std::thread([call]() mutable { call.progress(1); }).join();
  };
  FakeHost host(certus::moduleTable<Probe>());
  EXPECT_EQ(host.tool("run").outcome().text(), "one");
  ASSERT_EQ(host.violations().size(), 2u);
  EXPECT_EQ(host.violations()[0], "complete: a second time");
  EXPECT_NE(host.violations()[1].find("use wake"), std::string::npos);
}

TEST(FakeHost, NamesAHeaderThatIsTheHostsOwn) {
  Probe::body = [](Call call) {
    call.http({.service = "s", .path = "v1", .headers = {{"Authorization", "x"}}}, [call](const certus::Reply&) {});
  };
  FakeHost host(certus::moduleTable<Probe>());
  host.tool("run");
  EXPECT_EQ(host.violations().size(), 2u);
}

}  // namespace
