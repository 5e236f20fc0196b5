#include <atomic>
#include <future>
#include <thread>

#include <boost/asio/post.hpp>

#include "gateway/tools/snapshot.h"
#include "gateway/transport/broadcaster.h"
#include "gateway/transport/operations_handler.h"
#include "tests/unit/transport/fixture.h"

namespace certus::gateway::test {
namespace {

std::shared_ptr<const Snapshot> generation(std::uint64_t number, std::atomic<int>* freedOn = nullptr) {
  auto* snapshot = new Snapshot{number, nullptr, nullptr};
  return {snapshot, [freedOn](const Snapshot* dead) {
            if (freedOn != nullptr) *freedOn = http::IoThread::current() != nullptr ? 2 : 1;
            delete dead;
          }};
}

// Runs `run` on the io thread and waits.
template <class Run>
auto on(http::IoThread& thread, Run run) {
  std::promise<decltype(run())> result;
  boost::asio::post(thread.context(), [&] { result.set_value(run()); });
  return result.get_future().get();
}

TEST(SnapshotBoard, GivesEveryThreadTheNewGenerationWhileACallKeepsItsOwn) {
  http::IoThreads threads(2);
  SnapshotBoard board(threads, generation(1));
  threads.start();
  const SnapshotRef held = on(threads.at(0), [&] { return board.of(0); });
  board.publish(generation(2));
  for (const unsigned i : {0u, 1u}) EXPECT_EQ(on(threads.at(i), [&] { return board.of(i)->generation; }), 2u);
  EXPECT_EQ(held->generation, 1u);
  EXPECT_EQ(board.newest()->generation, 2u);
}

TEST(SnapshotBoard, FreesAnOldGenerationWhereItIsCollectedAndNeverOnAnIoThread) {
  std::atomic<int> freedOn{0};
  http::IoThreads threads(2);
  SnapshotBoard board(threads, generation(1, &freedOn));
  threads.start();
  SnapshotRef held = on(threads.at(1), [&] { return board.of(1); });
  board.publish(generation(2));
  for (const unsigned i : {0u, 1u}) on(threads.at(i), [&] { return board.of(i)->generation; });
  EXPECT_EQ(board.collect(), 1u);  // a call still has it
  on(threads.at(1), [&] { return held.reset(), 0; });
  EXPECT_EQ(freedOn, 0);
  EXPECT_EQ(board.collect(), 0u);
  EXPECT_EQ(freedOn, 1);
}

class Operations : public ::testing::Test {
 protected:
  void SetUp() override {
    auto handler = std::make_shared<OperationsHandler>(OperationsHandler::Sources{
        [] { return std::string("certus_up 1\n"); },
        [this] { return OperationsHandler::Readiness{ready, ready ? R"({"ready":true})" : R"({"ready":false,"reasons":["trust is down"]})"}; }});
    auto listening = http::Server::listen(threads, "127.0.0.1", 0, {}, handler);
    ASSERT_TRUE(listening);
    server = std::move(*listening);
    server->start();
    threads.start();
  }
  void TearDown() override {
    threads.stop();
    threads.join();
  }

  std::atomic<bool> ready{true};
  http::IoThreads threads{1};
  std::unique_ptr<http::Server> server;
};

TEST_F(Operations, ServesMetricsHealthAndReadinessWithItsReasons) {
  Peer peer(server->port());
  const Answer metrics = peer.request("GET", "/metrics", {});
  EXPECT_EQ(metrics.body, "certus_up 1\n");
  EXPECT_TRUE(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
  EXPECT_EQ(peer.request("GET", "/healthz", {}).status, 200);
  EXPECT_EQ(peer.request("GET", "/readyz", {}).status, 200);
  ready = false;
  const Answer notReady = peer.request("GET", "/readyz", {});
  EXPECT_EQ(notReady.status, 503);
  EXPECT_EQ(notReady.json()["reasons"][0], "trust is down");
  peer.sendHead("HEAD", "/metrics", {}, {});
  EXPECT_EQ(peer.readHead().header("content-length"), "12");
}

TEST_F(Operations, RefusesOtherPathsAndMethods) {
  Peer peer(server->port());
  EXPECT_EQ(peer.request("GET", "/mcp", {}).status, 404);
  const Answer posted = peer.request("POST", "/metrics", {}, "x");
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(posted.header("allow"), "GET, HEAD");
}

}  // namespace
}  // namespace certus::gateway::test
