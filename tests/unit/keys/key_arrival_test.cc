// Requests that wait for keys: who is woken, when a wait is over without them, and a token that waits for its key.
#include <atomic>
#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "key_world.h"

namespace certus::gateway::test {
namespace {

using namespace std::chrono_literals;

struct Waits {
  std::atomic<int> begun{0}, over{0};
};

boost::asio::awaitable<void> waitOnce(KeyArrival& arrival, http::IoThread& thread, std::uint64_t seen, SteadyTime until,
                                      Waits& waits) {
  ++waits.begun;
  co_await arrival.wait(thread, seen, until);
  ++waits.over;
}

bool reaches(const std::atomic<int>& count, int wanted) {
  const SteadyTime end = now() + 60s;
  while (count < wanted && now() < end) std::this_thread::yield();
  return count >= wanted;
}

class Arrivals : public testing::Test {
 protected:
  Arrivals() { threads_.start(); }
  ~Arrivals() override { threads_.stop(); }

  void begin(std::size_t thread, std::uint64_t seen, SteadyTime until) {
    http::IoThread& on = threads_.at(thread);
    boost::asio::post(on.context(), [this, &on, seen, until] {
      boost::asio::co_spawn(on.context(), waitOnce(arrival_, on, seen, until, waits_), boost::asio::detached);
    });
  }
  void settle(std::size_t thread) {  // everything posted before has run
    std::promise<void> ran;
    boost::asio::post(threads_.at(thread).context(), [&ran] { ran.set_value(); });
    ran.get_future().wait();
  }

  Waits waits_;
  http::IoThreads threads_{2};
  KeyArrival arrival_{threads_};
};

TEST_F(Arrivals, AReportWakesEverybodyOnEveryThread) {
  for (std::size_t i = 0; i < 200; ++i) begin(i % 2, arrival_.count(), now() + 1h);
  ASSERT_TRUE(reaches(waits_.begun, 200));
  settle(0);
  settle(1);
  EXPECT_EQ(waits_.over, 0);
  arrival_.reported();
  EXPECT_TRUE(reaches(waits_.over, 200));
}

TEST_F(Arrivals, AReportBetweenAskingAndWaitingIsNotMissed) {
  const std::uint64_t seen = arrival_.count();
  arrival_.reported();
  begin(0, seen, now() + 1h);
  EXPECT_TRUE(reaches(waits_.over, 1));
}

TEST_F(Arrivals, ReportsWhileWaitsBeginWakeAll) {
  for (std::size_t i = 0; i < 2'000; ++i) {
    begin(i % 2, arrival_.count(), now() + 1h);
    if (i % 10 == 9) arrival_.reported();
  }
  arrival_.reported();
  EXPECT_TRUE(reaches(waits_.over, 2'000));
}

TEST_F(Arrivals, AWaitEndsAtItsTime) {
  begin(0, arrival_.count(), now() + 20ms);
  begin(1, arrival_.count(), now() - 1s);
  EXPECT_TRUE(reaches(waits_.over, 2));
}

TEST_F(Arrivals, SaysWhenAThousandWait) {
  const auto hasRoom = [this] {
    std::promise<bool> said;
    boost::asio::post(threads_.at(0).context(), [&] { said.set_value(arrival_.hasRoom(threads_.at(0))); });
    return said.get_future().get();
  };
  EXPECT_TRUE(hasRoom());
  for (int i = 0; i < 1'000; ++i) begin(0, arrival_.count(), now() + 1h);
  ASSERT_TRUE(reaches(waits_.begun, 1'000));
  settle(0);
  EXPECT_FALSE(hasRoom());
  EXPECT_EQ(waits_.over, 0);
  arrival_.reported();
  EXPECT_TRUE(reaches(waits_.over, 1'000));
  EXPECT_TRUE(hasRoom());
}

// What a transport does with AwaitKeys.
boost::asio::awaitable<void> authenticate(KeyRing& ring, const identity::BearerVerifier& verifier, http::IoThread& thread,
                                          const std::string& token, std::promise<std::string>& said) {
  const SteadyTime until = now() + 60s;
  for (;;) {
    const std::uint64_t seen = ring.arrival().count();
    const identity::Moment moment{identity::at(identity::kNow).wall, now()};
    const identity::Outcome outcome = verifier.verify(token, moment);
    if (!std::holds_alternative<identity::AwaitKeys>(outcome) || now() >= until) {
      said.set_value(identity::said(outcome));
      co_return;
    }
    co_await ring.arrival().wait(thread, seen, until);
  }
}

TEST(WaitingForKeys, ATokensKeyIsFetchedAndTheCallGoesOn) {
  const identity::IssuingWorld issuing;
  KeyServer server(identity::keySet().dump());
  RingWorld world;
  identity::Issuer settings = issuing.settings;
  settings.jwksFile.clear();
  settings.jwksUrl = server.url();
  const auto keys = world.ring->keysOf(settings);
  ASSERT_TRUE(keys.has_value());
  const identity::BearerVerifier verifier({{settings, *keys}}, nullptr);
  const std::string token = issuing.good("ES256");
  std::vector<std::promise<std::string>> said(20);
  for (std::size_t i = 0; i < said.size(); ++i) {
    http::IoThread& thread = world.threads.at(i % 2);
    boost::asio::post(thread.context(), [&, i] {
      boost::asio::co_spawn(thread.context(), authenticate(*world.ring, verifier, thread, token, said[i]),
                            boost::asio::detached);
    });
  }
  for (auto& each : said) EXPECT_TRUE(each.get_future().get().starts_with("ok:"));
  EXPECT_EQ(server.asked().size(), 1u);
}

}  // namespace
}  // namespace certus::gateway::test
