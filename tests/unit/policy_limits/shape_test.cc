// How limits read in YAML, and what a mistake is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/json_schema.h"
#include "policy/limits/limits_config.h"
#include "policy/limits/limits_shape.h"
#include "policy/limits/redis_url.h"

namespace certus::limits {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string problemsOf(const std::string& yaml) { return readLimits(yaml, "policy/limits.yaml").text(); }

TEST(LimitsYaml, EveryKeyReachesItsMember) {
  const auto reading = readLimits(R"(
limits:
  store: redis
  max_keys: 4096
  redis: {url: "redis://cache:6380/2", user: gateway, password_env: REDIS_PASSWORD, prefix: certus-eu, timeout_seconds: 0.25}
  tools:
    trust/sign: {cost: 5}
  resources:
    trust/log://*: {cost: 3}
  prompts:
    trust/audit: {cost: 2}
  rules:
    per-person:
      key: [subject, tool]
      rate: 30/m burst 60
      concurrent: 4
      when_unreachable: local
      only: {tools: [trust/*], resources: ['trust/log://*'], prompts: ['*/audit'], subjects: [alice], tenants: [acme], groups: [release-team]}
      except: {tools: [trust/get_*], resources: [trust/log://all], prompts: [trust/sign], subjects: [ci-bot], tenants: [ours], groups: [operators]}
)",
                                  "policy/limits.yaml");
  ASSERT_EQ(reading.text(), "");
  const LimitsConfig& limits = reading.config;
  EXPECT_EQ(limits.store, "redis");
  EXPECT_EQ(limits.maxKeys, 4096u);
  EXPECT_EQ(limits.redis.url, "redis://cache:6380/2");
  EXPECT_EQ(limits.redis.user, "gateway");
  EXPECT_EQ(limits.redis.passwordVariable, "REDIS_PASSWORD");
  EXPECT_EQ(limits.redis.prefix, "certus-eu");
  EXPECT_EQ(limits.redis.timeout, Milliseconds(250));
  ASSERT_EQ(limits.costs.size(), 3u);
  EXPECT_EQ(limits.costs[0].kind, ItemKind::Tool);
  EXPECT_EQ(limits.costs[0].pattern, "trust/sign");
  EXPECT_EQ(limits.costs[0].cost, 5u);
  EXPECT_EQ(limits.costs[1].kind, ItemKind::Resource);
  EXPECT_EQ(limits.costs[1].pattern, "trust/log://*");
  EXPECT_EQ(limits.costs[2].kind, ItemKind::Prompt);
  EXPECT_EQ(limits.costs[2].cost, 2u);
  ASSERT_EQ(limits.rules.size(), 1u);
  const RuleConfig& rule = limits.rules[0];
  EXPECT_EQ(rule.name, "per-person");
  EXPECT_THAT(rule.key, ElementsAre("subject", "tool"));
  EXPECT_EQ(rule.rate, "30/m burst 60");
  EXPECT_EQ(rule.concurrent, 4u);
  EXPECT_EQ(rule.whenUnreachable, "local");
  EXPECT_THAT(rule.only.tools, ElementsAre("trust/*"));
  EXPECT_THAT(rule.only.resources, ElementsAre("trust/log://*"));
  EXPECT_THAT(rule.only.prompts, ElementsAre("*/audit"));
  EXPECT_THAT(rule.only.groups, ElementsAre("release-team"));
  EXPECT_THAT(rule.except.resources, ElementsAre("trust/log://all"));
  EXPECT_THAT(rule.except.prompts, ElementsAre("trust/sign"));
  EXPECT_THAT(rule.except.subjects, ElementsAre("ci-bot"));
  EXPECT_THAT(rule.except.tenants, ElementsAre("ours"));
}

TEST(LimitsYaml, MistakesNameTheLineTheColumnAndTheRightForm) {
  EXPECT_THAT(
      problemsOf("limits:\n  rules:\n    mine:\n      rate: 30/min\n"),
      StartsWith("policy/limits.yaml:4:13: limits.rules.mine.rate: \"30/min\" is not a rate; write COUNT/s, /m, /h or /d"));
  EXPECT_THAT(
      problemsOf("limits:\n  rules:\n    mine:\n      key: [subjct]\n"),
      HasSubstr("4:13: limits.rules.mine.key[0]: \"subjct\" is none of subject, tenant, group, tool, service, address; did "
                "you mean subject?"));
  EXPECT_THAT(problemsOf("limits:\n  rules:\n    mine: {when_unreachable: opn}\n"), HasSubstr("did you mean open?"));
  EXPECT_THAT(problemsOf("limits:\n  rules:\n    Mine: {rate: 1/s}\n"), HasSubstr("lower-case letters"));
  EXPECT_THAT(problemsOf("limits:\n  rules:\n    mine: {rate: 1/s, rate: 2/s}\n"), HasSubstr("rate"));
  EXPECT_THAT(problemsOf("limits:\n  rules:\n    mine: {only: {tools: [sign]}}\n"), HasSubstr("write service/tool"));
  EXPECT_THAT(problemsOf("limits:\n  tools: {trust/sign: {cost: 10001}}\n"), HasSubstr("write 0 to 10000"));
  EXPECT_THAT(problemsOf("limits:\n  stroe: redis\n"), HasSubstr("did you mean store?"));
}

TEST(LimitsYaml, APasswordNeverStandsInTheFileAndIsNeverEchoed) {
  const std::string said = problemsOf("limits:\n  redis: {url: \"redis://:hunter2@cache:6379\"}\n");
  EXPECT_THAT(said, HasSubstr("password_env or password_file"));
  EXPECT_THAT(said, Not(HasSubstr("hunter2")));
  EXPECT_THAT(problemsOf("limits:\n  redis: {password: hunter2}\n"), Not(HasSubstr("hunter2")));
}

TEST(LimitsYaml, HasASchemaForEditors) {
  const std::string schema = config::jsonSchema(limitsShape());
  EXPECT_THAT(schema, HasSubstr("when_unreachable"));
  EXPECT_THAT(schema, HasSubstr("burst"));
}

TEST(RedisUrl, ReadsHostPortDatabaseAndSocket) {
  const auto plain = parseRedisUrl("redis://cache");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "cache");
  EXPECT_EQ(plain->port, 6379);
  EXPECT_EQ(plain->database, 0);
  const auto whole = parseRedisUrl("redis://[::1]:7000/3");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->host, "::1");
  EXPECT_EQ(whole->port, 7000);
  EXPECT_EQ(whole->database, 3);
  EXPECT_EQ(parseRedisUrl("unix:///run/redis.sock")->socket, "/run/redis.sock");
  EXPECT_TRUE(parseRedisUrl("redis://10.0.0.1:6379/"));
}

TEST(RedisUrl, RefusesTheRestAndShowsTheForm) {
  for (const char* text :
       {"",
        "cache",
        "http://cache",
        "rediss://cache",
        "redis://",
        "redis://:6379",
        "redis://cache:",
        "redis://cache:0",
        "redis://cache:65536",
        "redis://cache:06",
        "redis://cache:6379x",
        "redis://cache/x",
        "redis://cache/-1",
        "redis://u:p@cache",
        "redis://::1",
        "redis://[::1",
        "redis://[::1]6",
        "redis://a b",
        "unix://x",
        "unix:///"
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}) {
    EXPECT_THAT(checkRedisUrl(text).value_or("accepted"), HasSubstr("write redis://host:6379")) << text;
  }
}

TEST(RedisUrl, TakesHostsOfEveryFormAndNoOthers) {
  for (const char* right :
       {"redis://Cache-1.example.COM:1", "redis://[::1]", "redis://[2001:db8::1]:6380/3", "redis://10.0.0.1/"}) {
    EXPECT_TRUE(parseRedisUrl(right)) << right;
  }
  const std::string wrong[] = {
      "redis://a_b",    "redis://a{b",  "redis://a[b", "redis://a!b",   "redis://" + std::string(254, 'a'),
      "redis://[::1]x", "redis://[::1", "redis://::1", "redis://a:1:2", "redis://a@b"};
  for (const std::string& url : wrong) EXPECT_FALSE(parseRedisUrl(url)) << url;
  EXPECT_NE(parseRedisUrl("redis://::1").error().message.find("an IPv6 address stands in [ ]"), std::string::npos);
}

TEST(LimitsYaml, AKeyThatIsNotSaidStandsWhereItsNearestParentDoes) {
  const LimitsReading reading = readLimits("limits:\n  rules:\n    a: {rate: 1/m}\n", "l.yaml");
  EXPECT_EQ(reading.config.place("rules.a.key.nothing").line, 3);
  EXPECT_EQ(reading.config.place("redis").line, 1);
  EXPECT_EQ(LimitsConfig{}.place("redis.url").line, 0) << "of no file";
  EXPECT_NE(readLimits("limits: [", "l.yaml").text(), "");
}

}  // namespace
}  // namespace certus::limits
