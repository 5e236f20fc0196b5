// Callers in one process against one rule of 100/s in Redis: limits_redis_load PORT THREADS CALLS
// Prints "ADMITTED REFUSED OTHER FIRST_NS LAST_NS OVERFLOWED": times of the machine's steady clock; tokens that a machine
// which stood still left in the full bucket.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <unistd.h>

#include "tests/unit/policy_limits/redis_client.h"
#include "tests/unit/policy_limits/standstill.h"

namespace {

using namespace certus;
using namespace certus::limits;

std::atomic<std::int64_t> admitted{0}, refused{0}, other{0};
Standstill standstill;

void callAll(std::uint16_t port, const Demand& demand, int thread, int calls) {
  RedisClient client(onPort(port), std::to_string(::getpid()) + "-" + std::to_string(thread));
  for (int i = 0; i < calls; ++i) {
    const Decision decision = client.take(demand);
    standstill.asked();
    if (decision.admitted()) {
      ++admitted;
    } else {
      ++(decision.refusal->why == Refusal::Why::Rate ? refused : other);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return std::fprintf(stderr, "see the first lines of redis_load.cc\n"), 2;
  const auto port = static_cast<std::uint16_t>(std::atoi(arguments[1]));
  const int threads = std::atoi(arguments[2]), calls = std::atoi(arguments[3]);
  const auto plan = planOf("limits: {store: redis, rules: {load: {rate: 100/s, key: [subject]}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  const auto now = [] { return static_cast<long long>(std::chrono::steady_clock::now().time_since_epoch().count()); };
  const long long first = now();
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back([&, i] { callAll(port, demand, i, calls); });
  for (std::thread& thread : running) thread.join();
  std::printf("%lld %lld %lld %lld %lld %.0f\n", static_cast<long long>(admitted), static_cast<long long>(refused),
              static_cast<long long>(other), first, now(), 100 * standstill.secondsBeyondOne());
  return 0;
}
