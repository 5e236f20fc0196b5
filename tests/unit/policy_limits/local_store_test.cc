// The table of this process: what passes, what is refused, what is forgotten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy_limits/limits_testing.h"

namespace certus::limits {
namespace {

TEST(LocalStore, RefusesTheCallAfterTheLastTokenAndSaysWhenToComeAgain) {
  const auto plan = planOf("limits: {rules: {r: {rate: 5/s burst 10}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  LocalStore store(1'024);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(store.take(demand, at(0)).admitted()) << i;
  const Decision refused = store.take(demand, at(0));
  ASSERT_FALSE(refused.admitted());
  EXPECT_EQ(refused.refusal->why, Refusal::Why::Rate);
  EXPECT_EQ(refused.refusal->rule->name, "r");
  EXPECT_EQ(refused.refusal->retryAfter, Milliseconds(200));
  EXPECT_FALSE(store.take(demand, at(0.199)).admitted());
  EXPECT_TRUE(store.take(demand, at(0.2)).admitted());
  EXPECT_FALSE(store.take(demand, at(0.2)).admitted());
}

TEST(LocalStore, OverAnHourAdmitsWhatTheRuleSaysToTheCall) {
  const auto plan = planOf("limits: {rules: {r: {rate: 7/s burst 3}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  LocalStore store(1'024);
  int admitted = 0;
  for (int tick = 0; tick <= 3'600'000; tick += 13) admitted += store.take(demand, at(tick / 1000.0)).admitted();
  EXPECT_NEAR(admitted, 7 * 3600 + 3, 1);
}

TEST(LocalStore, ACostlyCallCountsMore) {
  const auto plan = planOf("limits: {tools: {trust/sign: {cost: 4}}, rules: {r: {rate: 10/s}}}");
  LocalStore store(1'024);
  EXPECT_TRUE(store.take(demandOf(*plan, "trust/sign"), at(0)).admitted());
  EXPECT_TRUE(store.take(demandOf(*plan, "trust/sign"), at(0)).admitted());
  EXPECT_FALSE(store.take(demandOf(*plan, "trust/sign"), at(0)).admitted());
  EXPECT_TRUE(store.take(demandOf(*plan, "trust/verify"), at(0)).admitted());
}

TEST(LocalStore, ARefusedCallTakesNothingFromItsOtherLimits) {
  const auto plan = planOf(R"(
limits:
  rules:
    all: {rate: 10/h}
    places: {key: [subject], concurrent: 3}
    mine: {key: [subject], rate: 1/h}
)");
  LocalStore store(1'024);
  const Demand alice = demandOf(*plan, "trust/sign"), bob = demandOf(*plan, "trust/sign", {.subject = "bob"});
  ASSERT_TRUE(store.take(alice, at(0)).admitted());
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(store.take(alice, at(1)).admitted());
  const auto states = store.look(bob, at(0));
  EXPECT_EQ(states[0].left, 9);
  const auto own = store.look(alice, at(1));
  EXPECT_EQ(own[1].left, 3);
  EXPECT_EQ(own[2].left, 0);
  EXPECT_EQ(own[2].fullIn, Milliseconds(3'599'000));
}

TEST(LocalStore, TheLongestWaitIsTheOneThatIsTold) {
  const auto plan = planOf("limits: {rules: {short: {rate: 1/s}, long: {rate: 1/h}, middle: {rate: 1/m}}}");
  LocalStore store(1'024);
  const Demand demand = demandOf(*plan, "trust/sign");
  ASSERT_TRUE(store.take(demand, at(0)).admitted());
  const Decision refused = store.take(demand, at(0));
  EXPECT_EQ(refused.refusal->rule->name, "long");
  EXPECT_EQ(refused.refusal->retryAfter, Milliseconds(3'600'000));
}

TEST(LocalStore, PlacesComeBackWithTheirLeaseOnEveryPath) {
  const auto plan = planOf("limits: {rules: {r: {concurrent: 2, key: [subject]}}}");
  const Demand demand = demandOf(*plan, "trust/sign");
  LocalStore store(1'024);
  Decision first = store.take(demand, at(0)), second = store.take(demand, at(0));
  EXPECT_EQ(first.lease.size(), 1u);
  const Decision third = store.take(demand, at(0));
  ASSERT_FALSE(third.admitted());
  EXPECT_EQ(third.refusal->why, Refusal::Why::Concurrency);
  EXPECT_EQ(third.refusal->retryAfter, Milliseconds(1'000));
  first.lease.giveBack();
  first.lease.giveBack();  // once
  Lease moved = std::move(second.lease);
  EXPECT_EQ(store.look(demand, at(0))[0].left, 1);
  moved = store.take(demand, at(0)).lease;  // taken before the old one goes
  EXPECT_EQ(store.look(demand, at(0))[0].left, 1);
  { const Lease dies = std::move(moved); }
  EXPECT_EQ(store.look(demand, at(0))[0].left, 2);
  EXPECT_TRUE(store.take(demandOf(*plan, "trust/sign", {.subject = "bob"}), at(0)).admitted());
}

TEST(LocalStore, ALimitlessCallPasses) {
  const auto plan = planOf("limits: {rules: {r: {rate: 1/s, only: {tools: [scan/*]}}}}");
  LocalStore store(1'024);
  const Demand demand = demandOf(*plan, "trust/sign");
  EXPECT_TRUE(demand.empty());
  EXPECT_TRUE(store.take(demand, at(0)).admitted());
  EXPECT_TRUE(store.look(demand, at(0)).empty());
}

TEST(LocalStore, AMillionIdleCallersLeaveNoTraceAndNoGrowth) {
  const auto plan = planOf("limits: {rules: {r: {rate: 10/s, key: [subject]}}}");
  LocalStore store(1'024);
  EXPECT_EQ(store.capacity(), 1'024u);
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string name = "caller-" + std::to_string(i);
    ASSERT_TRUE(store.take(demandOf(*plan, "trust/sign", {.subject = name}), at(i)).admitted());
  }
  EXPECT_EQ(store.forgottenEarly(), 0u);  // each had paid back before the next came
}

TEST(LocalStore, AFloodOfNewCallersForgetsThemAndNotTheOneAtItsLimit) {
  const auto plan = planOf("limits: {rules: {r: {rate: 60/m, key: [subject]}}}");
  LocalStore store(1'024);
  const Demand heavy = demandOf(*plan, "trust/sign");
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(store.take(heavy, at(0)).admitted());
  for (int i = 0; i < 20'000; ++i) {
    const std::string name = "caller-" + std::to_string(i);
    EXPECT_TRUE(store.take(demandOf(*plan, "trust/sign", {.subject = name}), at(0)).admitted());
  }
  EXPECT_GT(store.forgottenEarly(), 18'000u);
  EXPECT_FALSE(store.take(heavy, at(0)).admitted());
}

TEST(LocalStore, LeasesAreNeverForgottenAndAFullTableRefuses) {
  const auto plan = planOf("limits: {rules: {r: {concurrent: 1, key: [subject]}}}");
  LocalStore store(1'024);
  std::vector<Lease> held;
  bool full = false;
  for (int i = 0; i < 20'000; ++i) {
    const std::string name = "caller-" + std::to_string(i);
    Decision decision = store.take(demandOf(*plan, "trust/sign", {.subject = name}), at(0));
    if (decision.admitted()) {
      held.push_back(std::move(decision.lease));
    } else {
      ASSERT_EQ(decision.refusal->why, Refusal::Why::TableFull);
      full = true;
    }
  }
  EXPECT_TRUE(full);
  EXPECT_EQ(held.size(), store.capacity());
  held.clear();
  EXPECT_TRUE(store.take(demandOf(*plan, "trust/sign", {.subject = "late"}), at(0)).admitted());
}

TEST(LocalStore, OneCallIsOneStepEvenWhereItsKeysMeetInOneSet) {
  std::string yaml = "limits: {rules: {";
  for (int i = 0; i < 32; ++i) yaml += "r" + std::to_string(i) + ": {rate: 2/h},";
  const auto plan = planOf(yaml + "}}");
  LocalStore store(1'024);
  const Demand demand = demandOf(*plan, "trust/sign");
  ASSERT_EQ(demand.size(), 32u);
  EXPECT_TRUE(store.take(demand, at(0)).admitted());
  EXPECT_TRUE(store.take(demand, at(0)).admitted());
  EXPECT_FALSE(store.take(demand, at(0)).admitted());
  for (const TakeState& state : store.look(demand, at(0))) EXPECT_EQ(state.left, 0);
}

TEST(LocalStore, KeysThatShareHalfTheirBitsAreTwoKeys) {
  const auto plan = planOf("limits: {rules: {r: {concurrent: 1}}}");
  const auto take = [&](std::uint64_t high) {
    Demand demand;
    demand.add({&plan->rules()[0], {7, high << 40 | 3}, 1, kNoGroup, Take::Kind::Lease});
    return demand;
  };
  LocalStore store(1'024);
  const Decision one = store.take(take(1), at(0)), other = store.take(take(2), at(0));
  EXPECT_TRUE(one.admitted() && other.admitted());
  EXPECT_FALSE(store.take(take(1), at(0)).admitted());
}

TEST(LocalStore, GivingBackWhatWasNeverTakenIsHarmless) {
  LocalStore store(1'024);
  const Key unknown = {1, 2};
  store.giveBack({&unknown, 1}, 0);
  const auto plan = planOf("limits: {rules: {r: {concurrent: 1}}}");
  EXPECT_TRUE(store.take(demandOf(*plan, "trust/sign"), at(0)).admitted());
}

TEST(Lease, MovedOntoItselfKeepsItsPlaces) {
  const auto plan = planOf("limits: {rules: {a: {concurrent: 1}}}");
  LocalStore store(1'024);
  const Demand demand = demandOf(*plan, "trust/sign");
  Lease held = store.take(demand, at(0)).lease;
  Lease& same = held;
  held = std::move(same);
  EXPECT_EQ(held.size(), 1u);
  EXPECT_FALSE(store.take(demand, at(0)).admitted());
}

}  // namespace
}  // namespace certus::limits
