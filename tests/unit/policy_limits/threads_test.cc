// One table and many threads: nothing is admitted twice, nothing is lost, and one step is one step.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "tests/unit/policy_limits/limits_testing.h"
#include "tests/unit/policy_limits/standstill.h"

namespace certus::limits {
namespace {

template <class Work>
void onThreads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

TEST(LocalStoreThreads, SixtyFourCallersAreAdmittedWhatTheRuleAllowsWithinOneBurst) {
  const int calls = std::getenv("CERTUS_LONG") != nullptr ? 100'000 : 10'000;
  const auto plan = planOf("limits: {rules: {r: {rate: 100/s}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  LocalStore store(1'024);
  std::atomic<std::int64_t> admitted{0};
  Standstill standstill;
  const SteadyTime start = std::chrono::steady_clock::now();
  onThreads(64, [&](int) {
    for (int i = 0; i < calls; ++i) {
      if (store.take(demand, std::chrono::steady_clock::now()).admitted()) admitted.fetch_add(1, std::memory_order_relaxed);
      standstill.asked();
    }
  });
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double allowed = 100 + 100 * seconds;
  std::printf("64 threads x %d calls in %.2f s against 100/s: %lld admitted, the rule allows %.1f\n", calls, seconds,
              static_cast<long long>(admitted.load()), allowed);
  EXPECT_LE(static_cast<double>(admitted), allowed);
  EXPECT_GE(static_cast<double>(admitted), allowed - 100 - 100 * standstill.secondsBeyondOne());
}

TEST(LocalStoreThreads, KeysOfOneCallAreTakenInOneStep) {
  // Everybody shares `all`; each thread's own limit admits half as often as it asks. What `all` counts must be exactly what
  // was admitted, though most calls were refused by another limit.
  const auto plan = planOf(
      "limits: {rules: {all: {rate: 100000/d}, own: {key: [subject], rate: 500/d}, pairs: {key: [tenant], rate: 700/d}}}");
  LocalStore store(1'024);
  std::atomic<std::int64_t> admitted{0};
  onThreads(8, [&](int thread) {
    const std::string subject = "s" + std::to_string(thread), tenant = "t" + std::to_string(thread / 2);
    const Demand demand = demandOf(*plan, "trust/sign", {.subject = subject, .tenant = tenant});
    for (int i = 0; i < 2'000; ++i) admitted += store.take(demand, at(0)).admitted();
  });
  EXPECT_EQ(admitted, 4 * 700);
  EXPECT_EQ(store.look(demandOf(*plan, "trust/sign"), at(0))[0].left, 100'000 - 4 * 700);
}

TEST(LocalStoreThreads, NeverMoreUnderWayThanTheCap) {
  const auto plan = planOf("limits: {rules: {r: {concurrent: 3}, each: {concurrent: 2, key: [subject]}}}");
  LocalStore store(1'024);
  std::atomic<int> running{0}, most{0};
  std::atomic<std::int64_t> admitted{0};
  onThreads(8, [&](int thread) {
    const std::string subject = "s" + std::to_string(thread % 2);
    const Demand demand = demandOf(*plan, "trust/sign", {.subject = subject});
    for (int i = 0; i < 5'000; ++i) {
      Decision decision = store.take(demand, at(0));
      if (!decision.admitted()) continue;
      const int now = ++running;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      ++admitted;
      if (i % 3 == 0) std::this_thread::yield();
      --running;
    }
  });
  EXPECT_GT(admitted, 0);
  EXPECT_LE(most, 3);
  for (const TakeState& state : store.look(demandOf(*plan, "trust/sign", {.subject = "s0"}), at(0)))
    EXPECT_EQ(state.left, state.of);
}

TEST(LocalStoreThreads, NewKeysFromAllSidesStayWithinTheTable) {
  const auto plan = planOf("limits: {rules: {r: {rate: 1/h, key: [subject]}}}");
  LocalStore store(1'024);
  onThreads(8, [&](int thread) {
    for (int i = 0; i < 3'000; ++i) {
      const std::string subject = std::to_string(thread) + "-" + std::to_string(i);
      EXPECT_TRUE(store.take(demandOf(*plan, "trust/sign", {.subject = subject}), at(0)).admitted());
    }
  });
  EXPECT_GE(store.forgottenEarly(), 24'000u - store.capacity());
}

}  // namespace
}  // namespace certus::limits
