#include "gateway/transport/input_questions.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace certus::gateway::test {
namespace {

using Json = nlohmann::json;

class InputQuestions : public ::testing::Test {
 protected:
  InputQuestions() {
    invoke.revision = Revision::V2025_11_25;
    invoke.invocation.clientCapabilities = kCanElicit | kCanSample | kHasRoots;
    invoke.elicitsForm = invoke.elicitsUrl = true;
  }
  Json paramsOf(const char* questions) {
    const auto read = readQuestions(questions, invoke);
    EXPECT_TRUE(read) << read.error().message;
    return read ? Json::parse(read->at(0).paramsJson) : Json();
  }
  std::string refusal(const char* questions) {
    const auto read = readQuestions(questions, invoke);
    return read ? "" : read.error().message + read.error().detail;
  }
  Invoke invoke;
};

constexpr const char* kForm = R"({"q":{"method":"elicitation/create","params":{"mode":"form","message":"?"}}})";
constexpr const char* kUrl = R"({"q":{"method":"elicitation/create","params":{"mode":"url","url":"https://example.org"}}})";

TEST_F(InputQuestions, KeepTheModeForARevisionThatHasItAndDropItForOlderOnes) {
  EXPECT_EQ(paramsOf(kForm)["mode"], "form");
  invoke.revision = Revision::V2025_06_18;
  EXPECT_FALSE(paramsOf(kForm).contains("mode"));
  EXPECT_EQ(paramsOf(kForm)["message"], "?");
}

TEST_F(InputQuestions, NameTheCapabilityThatTheClientLacks) {
  EXPECT_EQ(refusal(kUrl), "");
  invoke.elicitsUrl = false;
  EXPECT_NE(refusal(kUrl).find("elicitation.url"), std::string::npos);
  invoke.elicitsForm = false;
  EXPECT_NE(refusal(kForm).find("elicitation.form"), std::string::npos);
  invoke.invocation.clientCapabilities = 0;
  EXPECT_NE(refusal(kForm).find("\"elicitation\""), std::string::npos);
  EXPECT_NE(refusal(R"({"q":{"method":"roots/list"}})").find("\"roots\""), std::string::npos);
}

TEST_F(InputQuestions, OfAModuleInAnotherFormAreRefusedWithTheReasonForTheLog) {
  for (const char* wrong : {"", "[]", "{}", R"({"q":1})", R"({"q":{"method":5}})", R"({"q":{"method":"tools/list"}})"}) {
    EXPECT_NE(refusal(wrong), "") << wrong;
  }
  EXPECT_NE(refusal(R"({"q":{"method":"tools/list"}})").find("tools/list"), std::string::npos);
}

TEST_F(InputQuestions, AreGatheredUnderTheModulesOwnKeys) {
  auto read = readQuestions(R"({"b\"":{"method":"roots/list"},"a":{"method":"roots/list"}})", invoke);
  ASSERT_TRUE(read);
  for (auto& question : *read) question.answer->result = R"({"roots":[]})";
  const auto gathered = gatherAnswers(*read);
  ASSERT_TRUE(gathered);
  EXPECT_EQ(Json::parse(*gathered), (Json{{"a", {{"roots", Json::array()}}}, {"b\"", {{"roots", Json::array()}}}}));
}

TEST_F(InputQuestions, ALongRefusalOfTheClientIsCutBetweenCharacters) {
  auto read = readQuestions(R"({"a":{"method":"roots/list"}})", invoke);
  ASSERT_TRUE(read);
  std::string words;
  for (int i = 0; i < 300; ++i) words += "ä";
  read->at(0).answer->error = Json{{"code", 1}, {"message", words}}.dump();
  const auto gathered = gatherAnswers(*read);
  ASSERT_FALSE(gathered);
  EXPECT_LT(gathered.error().message.size(), 300u);
  EXPECT_NO_THROW(Json(gathered.error().message).dump());  // throws at half a character
}

}  // namespace
}  // namespace certus::gateway::test
