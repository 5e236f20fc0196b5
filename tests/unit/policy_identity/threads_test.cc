// What is shared by all threads of a process stays whole when they meet.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "policy/identity/failure_limiter.h"
#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

TEST(Threads, VerifyTheSameTokensWhileKeysChange) {
  IssuingWorld world;
  std::vector<std::string> tokens;
  for (const auto& [name, algorithm] : kAlgorithms) tokens.push_back(world.good(std::string(name)));
  BearerVerifier small({{world.settings, world.keys}}, world.revocations, 16, 1 << 20);  // evicts all the time
  const std::string keys = keySet().dump();
  std::atomic<int> accepted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        for (const std::string& token : tokens)
          accepted += said(small.verify(token, at(kNow))) == "ok:alice@example.com" ? 1 : 0;
      }
    });
  }
  for (int i = 0; i < 20; ++i)
    (void)world.keys->fetched(keys + std::string(static_cast<std::size_t>(i % 2), ' '), at(kNow).steady);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted.load(), 3 * 50 * static_cast<int>(tokens.size())) << "every set had every key";
}

TEST(Threads, CountFailuresOfOneAddressTogether) {
  FailureLimiter limiter({.burst = 1000, .recovery = Milliseconds{1'000}}, 3, 64);
  const Address address = *parseAddress("203.0.113.9");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 250; ++i) limiter.failed(address, at(1000).steady);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(limiter.allows(address, at(1000).steady));
  EXPECT_TRUE(limiter.allows(address, at(1001).steady)) << "none was counted twice";
}

TEST(Principal, OfTheLocalUserIsTwoTexts) {
  const Principal local{"alice", "local\nalice"};
  EXPECT_EQ(local.method, Method::Local);
  EXPECT_FALSE(local.allowedTools);
}

}  // namespace
}  // namespace certus::identity
