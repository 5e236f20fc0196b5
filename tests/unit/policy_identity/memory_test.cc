// Signatures and keys while OpenSSL gets no more memory: never accepted for it, and as good as before once there is some
// again. A program of its own, because OpenSSL takes other allocators only before its first allocation.
#include <cstdlib>

#include <gtest/gtest.h>

#include <openssl/crypto.h>

#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

constexpr int kPlenty = 1 << 30;
int left = kPlenty;    // allocations that are granted
bool refused = false;  // one was not

void* take(std::size_t size, const char*, int) {
  if (left-- > 0) return std::malloc(size);
  refused = true;
  return nullptr;
}

void* takeMore(void* old, std::size_t size, const char*, int) {
  if (left-- > 0) return std::realloc(old, size);
  refused = true;
  return nullptr;
}

void giveBack(void* memory, const char*, int) { std::free(memory); }

const bool ours = CRYPTO_set_mem_functions(take, takeMore, giveBack) == 1;

// Calls `attempt` with 0, 1, 2 ... allocations granted, until it needed no more than it got.
template <class Attempt>
int withEveryShortage(const Attempt& attempt) {
  for (int granted = 0; granted < 100'000; ++granted) {
    left = granted;
    refused = false;
    attempt();
    left = kPlenty;
    if (!refused) return granted;
  }
  ADD_FAILURE() << "it never had enough";
  return 0;
}

TEST(Memory, IsTakenThroughThisTest) { ASSERT_TRUE(ours); }

TEST(Memory, ShortageNeverMakesAKeyThatItIsNot) {
  for (const auto& [name, algorithm] : kAlgorithms) {
    const Json jwk = keyFor(std::string(name)).jwk("a");
    ASSERT_TRUE(PublicKey::fromJwk(jwk));
    const int needed = withEveryShortage([&] {
      const auto key = PublicKey::fromJwk(jwk);
      EXPECT_TRUE(key || refused) << name << ": " << key.error().message;
    });
    EXPECT_GT(needed, 0) << name;
    EXPECT_TRUE(PublicKey::fromJwk(jwk)) << name;
  }
}

TEST(Memory, ShortageNeverAcceptsASignature) {
  const std::string bytes = "header.payload", others = "header.payloae";
  for (const auto& [name, algorithm] : kAlgorithms) {
    const auto key = PublicKey::fromJwk(keyFor(std::string(name)).jwk("a"));
    ASSERT_TRUE(key);
    const std::string signature = keyFor(std::string(name)).sign(std::string(name), bytes);
    ASSERT_TRUE(key->verify(algorithm, bytes, signature)) << name;
    const int needed =
        withEveryShortage([&, used = algorithm] { EXPECT_TRUE(key->verify(used, bytes, signature) || refused); });
    EXPECT_GT(needed, 0) << name;
    withEveryShortage([&, used = algorithm] { EXPECT_FALSE(key->verify(used, others, signature)); });
    EXPECT_TRUE(key->verify(algorithm, bytes, signature)) << name << ": there is memory again";
  }
}

}  // namespace
}  // namespace certus::identity
