// The Redis store against a scripted link: what it asks, and what it does when the answer is late, wrong or missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/limits/redis_script.h"
#include "policy/limits/redis_store.h"
#include "tests/unit/policy_limits/limits_testing.h"

namespace certus::limits {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct ScriptedLink final : RedisLink {
  struct Question {
    std::string command;
    SteadyTime deadline;
    Answer answer;
  };
  std::vector<Question> asked;

  void ask(std::string command, SteadyTime deadline, Answer answer) override {
    asked.push_back({std::move(command), deadline, std::move(answer)});
  }
  void reply(std::size_t index, const std::string& bytes) { asked.at(index).answer(parseReply(bytes).value); }
  void breaks(std::size_t index) { asked.at(index).answer(fail(ErrorCode::Unavailable, "broken")); }
};

struct RedisStoreTest : ::testing::Test {
  ScriptedLink link;
  LocalStore fallback{1'024};
  std::string why;
  RedisStore store{link, fallback, {"certus", "gw1", Milliseconds(100), [this](const std::string& said) { why = said; }}};
  std::optional<Decision> decision;

  void take(const LimitPlan& plan) {
    decision.reset();
    store.take(demandOf(plan, "trust/sign"), at(0), [this](Decision&& d) {
      ASSERT_FALSE(decision) << "answered twice";
      decision = std::move(d);
    });
  }
};

TEST_F(RedisStoreTest, AsksEverythingInOneScriptByItsDigest) {
  const auto plan = planOf("limits: {rules: {a: {rate: 30/m}, b: {concurrent: 2}}}");
  take(*plan);
  ASSERT_EQ(link.asked.size(), 1u);
  EXPECT_THAT(link.asked[0].command, StartsWith("*16\r\n$7\r\nEVALSHA\r\n$40\r\n" + decideScriptSha1()));
  EXPECT_THAT(link.asked[0].command, HasSubstr("{certus}:rate:a:"));
  EXPECT_THAT(link.asked[0].command, HasSubstr("{certus}:running:"));
  EXPECT_EQ(link.asked[0].deadline, at(0) + Milliseconds(100));
  EXPECT_FALSE(decision);
  link.reply(0, "*5\r\n:1\r\n:0\r\n:0\r\n:0\r\n:0\r\n");
  ASSERT_TRUE(decision && decision->admitted());
  EXPECT_EQ(decision->lease.size(), 1u);
}

TEST_F(RedisStoreTest, AServerThatForgotTheScriptIsToldIt) {
  const auto plan = planOf("limits: {rules: {a: {rate: 30/m}}}");
  take(*plan);
  link.reply(0, "-NOSCRIPT No matching script.\r\n");
  ASSERT_EQ(link.asked.size(), 2u);
  EXPECT_THAT(link.asked[1].command, HasSubstr("redis.call('TIME')"));
  EXPECT_FALSE(decision);
  link.reply(1, "*4\r\n:0\r\n:1\r\n:1500001\r\n:60000000\r\n");
  ASSERT_TRUE(decision && !decision->admitted());
  EXPECT_EQ(decision->refusal->why, Refusal::Why::Rate);
  EXPECT_EQ(decision->refusal->retryAfter, Milliseconds(1'501));
}

TEST_F(RedisStoreTest, ALeaseIsGivenBackByName) {
  const auto plan = planOf("limits: {rules: {b: {concurrent: 2}}}");
  take(*plan);
  link.reply(0, "*4\r\n:1\r\n:0\r\n:0\r\n:0\r\n");
  decision.reset();
  ASSERT_EQ(link.asked.size(), 2u);
  EXPECT_THAT(link.asked[1].command, StartsWith("*3\r\n$4\r\nZREM\r\n"));
  EXPECT_THAT(link.asked[1].command, HasSubstr("gw1-1"));
}

TEST_F(RedisStoreTest, WithoutAnAnswerALeaseThatMayHaveBeenTakenIsGivenBackToo) {
  const auto plan = planOf("limits: {rules: {b: {concurrent: 2}}}");
  take(*plan);
  link.breaks(0);
  ASSERT_EQ(link.asked.size(), 2u);
  EXPECT_THAT(link.asked[1].command, HasSubstr("gw1-1"));
  EXPECT_EQ(decision->refusal->why, Refusal::Why::Unreachable);
}

TEST_F(RedisStoreTest, EachRuleSaysWhatHappensWhileRedisIsGone) {
  const auto open = planOf("limits: {store: redis, rules: {a: {rate: 1/h, when_unreachable: open}}}");
  take(*open);
  link.breaks(0);
  EXPECT_TRUE(decision->admitted());
  EXPECT_EQ(why, "broken");
  const auto closed = planOf("limits: {store: redis, rules: {a: {rate: 1/h, when_unreachable: open}, b: {rate: 1/h}}}");
  take(*closed);
  link.breaks(1);
  ASSERT_FALSE(decision->admitted());
  EXPECT_EQ(decision->refusal->why, Refusal::Why::Unreachable);
  EXPECT_EQ(decision->refusal->rule->name, "b");
  const auto local = planOf(
      "limits: {store: redis, rules: {a: {rate: 1/h, when_unreachable: open}, b: {rate: 2/h, when_unreachable: local}}}");
  for (std::size_t i = 2; i < 5; ++i) {
    take(*local);
    link.breaks(i);
    EXPECT_EQ(decision->admitted(), i < 4) << i;
  }
  EXPECT_EQ(decision->refusal->rule->name, "b");
  EXPECT_EQ(store.failures(), 5u);
}

TEST_F(RedisStoreTest, NoReplyButARightOneEverAdmits) {
  const auto plan = planOf("limits: {rules: {a: {rate: 30/m}}}");
  std::size_t index = 0;
  for (const char* bytes :
       {"+OK\r\n", ":1\r\n", "$-1\r\n", "*0\r\n", "*3\r\n:1\r\n:0\r\n:0\r\n", "*5\r\n:1\r\n:0\r\n:0\r\n:0\r\n:0\r\n",
        "*4\r\n:2\r\n:0\r\n:0\r\n:0\r\n", "*4\r\n:1\r\n:1\r\n:0\r\n:0\r\n", "*4\r\n:0\r\n:2\r\n:0\r\n:0\r\n",
        "*4\r\n:0\r\n:0\r\n:0\r\n:0\r\n", "*4\r\n:1\r\n:0\r\n:-1\r\n:0\r\n", "*4\r\n+1\r\n:0\r\n:0\r\n:0\r\n",
        "-ERR wrong type\r\n", "-LOADING\r\n"}) {
    take(*plan);
    link.reply(index++, bytes);
    ASSERT_TRUE(decision) << bytes;
    EXPECT_FALSE(decision->admitted()) << bytes;
    EXPECT_EQ(decision->refusal->why, Refusal::Why::Unreachable) << bytes;
  }
  take(*plan);
  link.reply(index++, "-NOSCRIPT\r\n");
  link.reply(index, "-NOSCRIPT\r\n");  // asked once more, not for ever
  EXPECT_FALSE(decision->admitted());
}

TEST_F(RedisStoreTest, ALimitlessCallAsksNobody) {
  take(*planOf("limits: {rules: {a: {rate: 30/m, only: {tools: [scan/*]}}}}"));
  EXPECT_TRUE(decision->admitted());
  EXPECT_TRUE(link.asked.empty());
}

TEST_F(RedisStoreTest, LookingTakesNothing) {
  const auto plan = planOf("limits: {rules: {a: {rate: 30/m}, b: {concurrent: 2}}}");
  std::optional<Result<std::vector<TakeState>>> states;
  const auto look = [&] {
    store.look(demandOf(*plan, "trust/sign"), at(0), [&](auto found) { states = std::move(found); });
  };
  look();
  EXPECT_THAT(link.asked[0].command, HasSubstr("$4\r\nlook\r\n"));
  link.reply(0, "*5\r\n:1\r\n:0\r\n:0\r\n:600000000\r\n:1\r\n");
  ASSERT_TRUE(states && *states);
  EXPECT_EQ((**states)[0].left, 20);
  EXPECT_EQ((**states)[0].fullIn, Milliseconds(20'000));
  EXPECT_EQ((**states)[1].left, 1);
  look();
  link.breaks(1);
  EXPECT_FALSE(*states);
  EXPECT_EQ(link.asked.size(), 2u);
}

TEST_F(RedisStoreTest, LookingAtACallWithoutLimitsAsksNobody) {
  const auto plan = planOf("limits: {rules: {a: {rate: 30/m, only: {tools: [scan/*]}}}}");
  bool empty = false;
  store.look(demandOf(*plan, "trust/sign"), at(0), [&](auto states) { empty = states && states->empty(); });
  EXPECT_TRUE(empty && link.asked.empty());
}

TEST_F(RedisStoreTest, ARefusalSaysWhetherPlacesAreTakenOrCallsAreTooMany) {
  const auto plan = planOf("limits: {rules: {b: {concurrent: 2}}}");
  take(*plan);
  link.reply(0, "*4\r\n:0\r\n:1\r\n:1000000\r\n:0\r\n");
  ASSERT_TRUE(decision && !decision->admitted());
  EXPECT_EQ(decision->refusal->why, Refusal::Why::Concurrency);
}

TEST_F(RedisStoreTest, DecidesWithoutAnybodyToTellThatRedisIsGone) {
  RedisStore quiet(link, fallback, {"certus", "gw2", Milliseconds(100)});
  const auto plan = planOf("limits: {rules: {a: {rate: 1/h}}}");
  quiet.take(demandOf(*plan, "trust/sign"), at(0), [this](Decision&& d) { decision = std::move(d); });
  link.breaks(0);
  ASSERT_TRUE(decision && !decision->admitted());
  EXPECT_EQ(quiet.failures(), 1u);
}

}  // namespace
}  // namespace certus::limits
