#include <gtest/gtest.h>

#include "policy/identity/failure_limiter.h"
#include "policy/identity/trusted_proxies.h"
#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

Address address(const char* text) { return *parseAddress(text); }

std::string clientOf(const TrustedProxies& proxies, const char* peer, std::vector<std::string_view> lines) {
  return showAddress(proxies.clientOf(address(peer), lines));
}

TEST(Network, ContainsItsAddressesOnly) {
  EXPECT_TRUE(parseNetwork("10.0.0.0/8")->contains(address("10.255.0.1")));
  EXPECT_FALSE(parseNetwork("10.0.0.0/8")->contains(address("11.0.0.1")));
  EXPECT_TRUE(parseNetwork("10.0.0.0/8")->contains(address("::ffff:10.1.1.1"))) << "mapped";
  EXPECT_TRUE(parseNetwork("192.0.2.128/25")->contains(address("192.0.2.129")));
  EXPECT_FALSE(parseNetwork("192.0.2.128/25")->contains(address("192.0.2.127")));
  EXPECT_TRUE(parseNetwork("fd00::/8")->contains(address("fdff::1")));
  EXPECT_TRUE(parseNetwork("192.0.2.1")->contains(address("192.0.2.1")));
  for (const char* wrong :
       {"", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0/8", "fd00::/129", "host/8", "10.0.0.0/-1"}) {
    EXPECT_FALSE(parseNetwork(wrong)) << wrong;
  }
  EXPECT_FALSE(parseAddress(std::string_view("10.0.0.1\0x", 10)));
}

TEST(Address, OfWhoIsCountedIsAV6Network) {
  EXPECT_EQ(showHolder(address("192.0.2.7")), "192.0.2.7");
  EXPECT_EQ(showHolder(address("::ffff:192.0.2.7")), "192.0.2.7");
  EXPECT_EQ(showHolder(address("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::/64");
  EXPECT_EQ(holderOf(address("2001:db8:1:2::1")), holderOf(address("2001:db8:1:2:ffff::9")));
  EXPECT_NE(holderOf(address("2001:db8:1:2::1")), holderOf(address("2001:db8:1:3::1")));
}

TEST(TrustedProxies, AreTheOnlyOnesWhoseWordCounts) {
  const TrustedProxies proxies({*parseNetwork("10.0.0.0/8"), *parseNetwork("fd00::/8")}, ForwardedHeader::XForwardedFor);
  EXPECT_EQ(clientOf(proxies, "203.0.113.9", {"198.51.100.1"}), "203.0.113.9") << "a stranger says so";
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"198.51.100.1"}), "198.51.100.1");
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"1.1.1.1, 198.51.100.1, 10.0.0.2"}), "198.51.100.1")
      << "what a client forged is left of it";
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"1.1.1.1", "198.51.100.1"}), "198.51.100.1") << "two lines are one list";
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"10.0.0.3, 10.0.0.2"}), "10.0.0.3") << "everybody is a proxy";
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"198.51.100.1:4711"}), "198.51.100.1");
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"[2001:db8::7]:80"}), "2001:db8::7");
  EXPECT_EQ(clientOf(proxies, "fd00::1", {"2001:db8::7"}), "2001:db8::7");
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(clientOf(TrustedProxies(), "10.0.0.1", {"198.51.100.1"}), "10.0.0.1");
}

TEST(TrustedProxies, StandForClientsThatTheyDoNotName) {
  const TrustedProxies proxies({*parseNetwork("10.0.0.0/8")}, ForwardedHeader::XForwardedFor);
  for (const char* line : {"unknown", "", "1.1.1.1,", "198.51.100.1 1.1.1.1", "198.51.100.1:x", "[2001:db8::7", "1.2.3"}) {
    EXPECT_EQ(clientOf(proxies, "10.0.0.1", {line}), "10.0.0.1") << line;
  }
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"garbage, 10.0.0.2"}), "10.0.0.2");
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {std::string(5000, '1')}), "10.0.0.1");
  std::string many = "198.51.100.1";
  for (int i = 0; i < 100; ++i) many += ",10.0.0.2";
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {many}), "10.0.0.2") << "no endless chains";
}

TEST(TrustedProxies, ReadForwardedToo) {
  const TrustedProxies proxies({*parseNetwork("10.0.0.0/8")}, ForwardedHeader::Forwarded);
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"for=198.51.100.1;proto=https;by=10.0.0.1"}), "198.51.100.1");
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"For=\"[2001:db8::7]:4711\""}), "2001:db8::7");
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"for=1.1.1.1, for=198.51.100.1;proto=http, for=10.0.0.2"}), "198.51.100.1");
  for (const char* line :
       {"for=_hidden", "for=unknown", "proto=https", "for=198.51.100.1;for=1.1.1.1", "198.51.100.1", "for=\"a,b\""}) {
    EXPECT_EQ(clientOf(proxies, "10.0.0.1", {line}), "10.0.0.1") << line;
  }
}

TEST(FailureLimiter, StopsAnAddressAfterItsBurstAndForgivesWithTime) {
  FailureLimiter limiter({.burst = 5, .recovery = Milliseconds{2'000}}, 42);
  const Address guesser = address("203.0.113.9");
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(limiter.allows(guesser, at(1000).steady)) << i;
    limiter.failed(guesser, at(1000).steady);
  }
  EXPECT_FALSE(limiter.allows(guesser, at(1000).steady));
  EXPECT_EQ(limiter.wait(guesser, at(1000).steady), Milliseconds{2'000});
  EXPECT_TRUE(limiter.allows(address("203.0.113.10"), at(1000).steady)) << "another one";
  EXPECT_TRUE(limiter.allows(guesser, at(1002).steady));
  limiter.failed(guesser, at(1002).steady);
  EXPECT_FALSE(limiter.allows(guesser, at(1002).steady)) << "one was forgiven, not all";
  for (int i = 0; i < 1000; ++i) limiter.failed(guesser, at(1002).steady);
  EXPECT_TRUE(limiter.allows(guesser, at(1004).steady)) << "a flood is not remembered for ever";
}

TEST(FailureLimiter, TakesAnIpv6CustomerAsOne) {
  FailureLimiter limiter({.burst = 2, .recovery = Milliseconds{60'000}}, 7);
  limiter.failed(address("2001:db8::1"), at(1000).steady);
  limiter.failed(address("2001:db8::2"), at(1000).steady);
  EXPECT_FALSE(limiter.allows(address("2001:db8::3"), at(1000).steady));
  EXPECT_TRUE(limiter.allows(address("2001:db8:0:1::3"), at(1000).steady));
}

TEST(FailureLimiter, ForgetsTheLeastGuiltyWhenItIsFull) {
  FailureLimiter limiter({.burst = 3, .recovery = Milliseconds{60'000}}, 7, 8);  // eight addresses in all
  const Address guesser = address("203.0.113.9");
  for (int i = 0; i < 3; ++i) limiter.failed(guesser, at(1000).steady);
  for (int i = 0; i < 200; ++i) limiter.failed(address(("198.51.100." + std::to_string(i)).c_str()), at(1000).steady);
  EXPECT_FALSE(limiter.allows(guesser, at(1000).steady));
}

TEST(TrustedProxies, ReadAddressesOnlyWhereTheyAreWhole) {
  const TrustedProxies proxies({*parseNetwork("10.0.0.0/8")}, ForwardedHeader::XForwardedFor);
  EXPECT_EQ(proxies.header(), ForwardedHeader::XForwardedFor);
  for (const char* line : {"\t198.51.100.1\t ", "198.51.100.1 ", "198.51.100.1:80"}) {
    EXPECT_EQ(clientOf(proxies, "10.0.0.1", {line}), "198.51.100.1") << line;
  }
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"[2001:db8::7]"}), "2001:db8::7");
  for (const char* line :
       {"198.51.100.1:", "198.51.100.1:123456", "198.51.100.1:1/", "[2001:db8::7]x", "[2001:db8::7]:x", " \t"}) {
    EXPECT_EQ(clientOf(proxies, "10.0.0.1", {line}), "10.0.0.1") << line;
  }
}

TEST(TrustedProxies, ReadOneParameterOfForwardedAndItsQuotes) {
  const TrustedProxies proxies({*parseNetwork("10.0.0.0/8")}, ForwardedHeader::Forwarded);
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"FOR=198.51.100.1;by=x;xor=1;fur=2;fox=3"}), "198.51.100.1");
  for (const char* line : {"for=\"", "for=\"198.51.100.1", "for=198.51.100.1\"", "for="}) {
    EXPECT_EQ(clientOf(proxies, "10.0.0.1", {line}), "10.0.0.1") << line;
  }
}

}  // namespace
}  // namespace certus::identity
