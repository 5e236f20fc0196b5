// What a decision about limits costs, in nanoseconds and beside a SHA-256 of 64 bytes by OpenSSL in the same run; with a
// redis-server installed also a decision there beside a PING on the same connection. Asserts nothing.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <thread>

#include <openssl/sha.h>

#include "tests/unit/policy_limits/redis_client.h"
#include "tests/unit/policy_limits/redis_server.h"

namespace {

using namespace certus;
using namespace certus::limits;

constexpr const char* kOne = "limits: {max_keys: 262144, rules: {r: {rate: 1000000/s, key: [subject]}}}";
constexpr const char* kThree =
    "limits: {rules: {r: {rate: 1000000/s, key: [subject]}, t: {rate: 1000000/s, key: [subject, tool]}, all: {key: "
    "[tenant], concurrent: 1000}}}";

double nanosecondsEach(int times, const std::function<void(int)>& work) {
  std::vector<double> rounds;
  for (int round = 0; round < 5; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) work(i);
    rounds.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / times);
  }
  std::sort(rounds.begin(), rounds.end());
  return rounds[2];
}

void line(const char* what, double nanoseconds, double beside) {
  std::printf("%-58s %9.0f ns  %6.2f\n", what, nanoseconds, nanoseconds / beside);
}

std::vector<std::string> callers(int count) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) out.push_back("caller-" + std::to_string(i) + "@example.com");
  return out;
}

// Key, table and lease: all that a call pays.
double decisions(const LimitPlan& plan, LocalStore& store, const std::vector<std::string>& names, int times) {
  const ItemLimits& tool = *plan.item(ItemKind::Tool, "trust/sign");
  std::size_t next = 0;
  return nanosecondsEach(times, [&](int) {
    Demand demand;
    plan.demandOf(tool, {names[next], "acme", "10.0.0.1", {}}, demand);
    next = next + 1 == names.size() ? 0 : next + 1;
    (void)store.take(demand, std::chrono::steady_clock::now());
  });
}

double onTwoThreads(const LimitPlan& plan, LocalStore& store, const std::vector<std::string>& names) {
  double each[2];
  std::thread other([&] { each[1] = decisions(plan, store, names, 200'000); });
  each[0] = decisions(plan, store, names, 200'000);
  other.join();
  return (each[0] + each[1]) / 2;
}

void inRedis() {
  if (!RedisServer::installed()) return (void)std::printf("redis-server is not installed: its lines are left out\n");
  const RedisServer server;
  RedisClient client(onPort(server.port()));
  const double ping = nanosecondsEach(2'000, [&](int) { client.command({"PING"}); });
  line("redis: PING, one at a time", ping, ping);
  const auto decide = [&](const char* what, const char* yaml) {
    const auto plan = planOf("limits: {store: redis," + std::string(yaml).substr(9));
    line(what, nanosecondsEach(2'000, [&](int) { (void)client.take(demandOf(*plan, "trust/sign")); }), ping);
  };
  decide("redis: a decision with one limit", kOne);
  decide("redis: a decision with three limits and a lease", kThree);
}

}  // namespace

int main() {
  unsigned char digest[SHA256_DIGEST_LENGTH], block[64] = {};
  const double sha = nanosecondsEach(200'000, [&](int i) {
    block[0] = static_cast<unsigned char>(i);
    SHA256(block, sizeof block, digest);
  });
  std::printf("%-58s %9s     beside the first of its kind\n", "", "");
  line("SHA-256 of 64 bytes (OpenSSL)", sha, sha);
  const auto one = planOf(kOne), three = planOf(kThree);
  LocalStore store(one->maxKeys());
  line("local: one limit, one caller", decisions(*one, store, callers(1), 200'000), sha);
  line("local: one limit, 10,000 callers", decisions(*one, store, callers(10'000), 200'000), sha);
  line("local: three limits with a lease, one caller", decisions(*three, store, callers(1), 200'000), sha);
  line("local: three limits with a lease, 10,000 callers", decisions(*three, store, callers(10'000), 200'000), sha);
  line("local: one limit, two threads, one caller", onTwoThreads(*one, store, callers(1)), sha);
  line("local: one limit, two threads, 10,000 callers", onTwoThreads(*one, store, callers(10'000)), sha);
  inRedis();
  return 0;
}
