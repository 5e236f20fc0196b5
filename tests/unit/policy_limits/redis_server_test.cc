// The Redis store against a real server: the script's arithmetic, leases, failures, and several gateways at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <thread>

#include "policy/limits/redis_script.h"
#include "tests/unit/policy_limits/redis_client.h"
#include "tests/unit/policy_limits/redis_server.h"

namespace certus::limits {
namespace {

std::unique_ptr<const LimitPlan> sharedPlan(const std::string& yaml) {
  return planOf(std::string("limits: {store: redis,") + yaml.substr(std::string("limits: {").size()));
}

struct LimitsInRedis : ::testing::Test {
  void SetUp() override {
    if (!RedisServer::installed()) GTEST_SKIP() << "SKIP: peer-redis-server: redis-server is not installed";
    server.emplace();
    client.emplace(onPort(server->port()));
  }
  std::optional<RedisServer> server;
  std::optional<RedisClient> client;
};

TEST_F(LimitsInRedis, RefusesTheCallAfterTheLastTokenAndSaysWhenToComeAgain) {
  const auto plan = sharedPlan("limits: {tools: {trust/sign: {cost: 2}}, rules: {r: {rate: 6/h}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client->take(demand).admitted()) << i;
  const Decision refused = client->take(demand);
  ASSERT_FALSE(refused.admitted());
  EXPECT_EQ(refused.refusal->why, Refusal::Why::Rate);
  EXPECT_GT(refused.refusal->retryAfter, Milliseconds(1'100'000));
  EXPECT_LE(refused.refusal->retryAfter, Milliseconds(1'200'000));
}

TEST_F(LimitsInRedis, ARefusedCallTakesNothing) {
  const auto plan =
      sharedPlan("limits: {rules: {all: {rate: 100/d}, places: {concurrent: 2}, mine: {rate: 1/d, key: [subject]}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  EXPECT_TRUE(client->take(demand).admitted());
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(client->take(demand).admitted());
  const auto states = client->look(demandOf(*plan, "trust/sign", {.subject = "bob"}));
  EXPECT_EQ(states[0].left, 99);
  EXPECT_EQ(states[1].left, 2);  // the one place came back with its decision
  EXPECT_EQ(states[2].left, 1);
}

TEST_F(LimitsInRedis, KeysThatOweNothingExpire) {
  const auto plan = sharedPlan("limits: {rules: {r: {rate: 20/s, key: [subject]}}}");
  EXPECT_TRUE(client->take(demandOf(*plan, "trust/sign")).admitted());
  client->runUntil([&] { return client->command({"DBSIZE"}).integer == 0; });
}

TEST_F(LimitsInRedis, AValueThatIsNotOursCountsAsUsedUp) {
  const auto plan = sharedPlan("limits: {rules: {r: {rate: 5/h}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  const std::string key = "{certus}:rate:r:" + toHex(demand.takes()[0].key);
  for (const char* value : {"garbage", "-5 1", "1e300 0", "999999999999999999999 99999999999999999999"}) {
    client->command({"SET", key, value});
    EXPECT_FALSE(client->take(demand).admitted()) << value;
  }
  client->command({"DEL", key});
  client->command({"LPUSH", key, "x"});  // another type: the script fails, and the rule is closed then
  EXPECT_EQ(client->take(demand).refusal->why, Refusal::Why::Unreachable);
  client->command({"DEL", key});
  EXPECT_TRUE(client->take(demand).admitted());
}

TEST_F(LimitsInRedis, PlacesAreSharedByGatewaysAndComeBack) {
  const auto plan = sharedPlan("limits: {rules: {r: {concurrent: 2}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  RedisClient other(onPort(server->port()), "other");
  Decision first = client->take(demand), second = other.take(demand);
  EXPECT_TRUE(first.admitted() && second.admitted());
  EXPECT_EQ(client->take(demand).refusal->why, Refusal::Why::Concurrency);
  second.lease.giveBack();
  client->runUntil([&] { return other.look(demand)[0].left == 1; });
  EXPECT_TRUE(client->take(demand).admitted());
}

TEST_F(LimitsInRedis, LeasesOfACrashedProcessEndByThemselves) {
  const auto plan = sharedPlan("limits: {rules: {r: {concurrent: 1}}}");
  Demand demand = demandOf(*plan, "trust/sign");
  demand.leaseLife = Milliseconds(4'000);
  Decision held;
  {
    RedisClient crashed(onPort(server->port()), "crashed");
    held = crashed.take(demand);
    ASSERT_TRUE(held.admitted());
    crashed.connection().close();  // nothing that it gives back arrives any more
    held.lease.giveBack();
  }
  EXPECT_FALSE(client->take(demand).admitted());
  std::optional<Decision> next;
  client->runUntil([&] { return (next = client->take(demand))->admitted(); });
}

TEST_F(LimitsInRedis, AFlushedScriptIsSentAnew) {
  const auto plan = sharedPlan("limits: {rules: {r: {rate: 5/h}}}");
  for (int i = 0; i < 5; ++i) {
    client->command({"SCRIPT", "FLUSH"});
    EXPECT_TRUE(client->take(demandOf(*plan, "trust/sign")).admitted());
  }
  EXPECT_EQ(client->command({"SCRIPT", "EXISTS", decideScriptSha1()}).items.at(0).integer, 1);
}

TEST_F(LimitsInRedis, ASilentServerIsGivenUpInTimeAndFoundAgain) {
  const auto plan = sharedPlan("limits: {rules: {r: {rate: 100/h, when_unreachable: closed}}}");
  RedisClient hasty(onPort(server->port()), "hasty", Milliseconds(200));
  const Demand demand = demandOf(*plan, "trust/sign");
  hasty.runUntil([&] { return hasty.take(demand).admitted(); });
  server->freeze();
  EXPECT_EQ(hasty.take(demand).refusal->why, Refusal::Why::Unreachable);
  server->thaw();
  hasty.runUntil([&] { return hasty.take(demand).admitted(); });
}

TEST_F(LimitsInRedis, AKilledServerIsFoundAgainAfterItsRestart) {
  const auto plan = sharedPlan("limits: {rules: {r: {rate: 3/h, when_unreachable: local}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  EXPECT_TRUE(client->take(demand).admitted());
  const std::uint16_t port = server->port();
  server->kill();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client->take(demand).admitted()) << i;  // counted here meanwhile
  EXPECT_FALSE(client->take(demand).admitted());
  server.emplace(std::vector<std::string>{}, port);
  client->runUntil([&] { return client->take(demand).admitted(); });
}

TEST_F(LimitsInRedis, PasswordDatabaseAndSocket) {
  const auto plan = sharedPlan("limits: {rules: {r: {rate: 3/h}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  RedisServer locked({"--requirepass", "hunter2"});
  auto options = onPort(locked.port());
  EXPECT_EQ(RedisClient(options).take(demand).refusal->why, Refusal::Why::Unreachable);
  options.password = "hunter2";
  options.url.database = 3;
  RedisClient known(options);
  EXPECT_TRUE(known.take(demand).admitted());
  EXPECT_EQ(known.command({"DBSIZE"}).integer, 1);
  known.command({"SELECT", "0"});
  EXPECT_EQ(known.command({"DBSIZE"}).integer, 0);
  options.url = parseRedisUrl("unix://" + locked.socket()).value();
  EXPECT_TRUE(RedisClient(options).take(demand).admitted());
}

// ---- 64 callers in one and in two processes

struct LoadResult {
  long long admitted = 0, refused = 0, other = 0, first = 0, last = 0, overflowed = 0;
};

FILE* startLoad(std::uint16_t port, int threads, int calls) {
  const auto program = std::filesystem::canonical("/proc/self/exe").parent_path() / "limits_redis_load";
  const std::string command =
      program.string() + " " + std::to_string(port) + " " + std::to_string(threads) + " " + std::to_string(calls);
  return ::popen(command.c_str(), "r");
}

void expectOneBurst(std::uint16_t port, int processes) {
  const int calls = std::getenv("CERTUS_LONG") != nullptr ? 10'000 : 300;
  std::vector<FILE*> running;
  for (int i = 0; i < processes; ++i) running.push_back(startLoad(port, 64 / processes, calls));
  LoadResult all;
  long long latestFirst = 0, earliestLast = 0, overflowed = std::numeric_limits<long long>::max();
  for (FILE* process : running) {
    LoadResult one;
    ASSERT_EQ(std::fscanf(process, "%lld %lld %lld %lld %lld %lld", &one.admitted, &one.refused, &one.other, &one.first,
                          &one.last, &one.overflowed),
              6);
    ASSERT_EQ(::pclose(process), 0);
    all.admitted += one.admitted;
    all.refused += one.refused;
    all.other += one.other;
    all.first = all.first == 0 ? one.first : std::min(all.first, one.first);
    all.last = std::max(all.last, one.last);
    latestFirst = std::max(latestFirst, one.first);
    earliestLast = earliestLast == 0 ? one.last : std::min(earliestLast, one.last);
    overflowed = std::min(overflowed, one.overflowed);  // only while none of them asks
  }
  const double outer = static_cast<double>(all.last - all.first) / 1e9,
               inner = static_cast<double>(earliestLast - latestFirst) / 1e9;
  std::printf("%d process(es), 64 callers x %d calls in %.2f s against 100/s: %lld admitted, the rule allows %.1f\n",
              processes, calls, outer, all.admitted, 100 + 100 * outer);
  EXPECT_EQ(all.admitted + all.refused, 64LL * calls);
  EXPECT_EQ(all.other, 0);
  EXPECT_LE(static_cast<double>(all.admitted), 100 + 100 * outer);
  EXPECT_GE(static_cast<double>(all.admitted + overflowed), 100 * inner);  // within one burst
}

TEST_F(LimitsInRedis, SixtyFourCallersOfOneProcessAreAdmittedWhatTheRuleAllows) { expectOneBurst(server->port(), 1); }
TEST_F(LimitsInRedis, SixtyFourCallersOfTwoProcessesAreAdmittedWhatTheRuleAllows) { expectOneBurst(server->port(), 2); }

}  // namespace
}  // namespace certus::limits
