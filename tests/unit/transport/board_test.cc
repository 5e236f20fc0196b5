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
  auto* snapshot = new Snapshot{number, nullptr, nullptr, nullptr};
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
  EXPECT_EQ(board.live(), 2u);
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
  EXPECT_EQ(board.live(), 1u);
  EXPECT_EQ(freedOn, 1);
}

class Operations : public ::testing::Test {
 protected:
  void SetUp() override {
    auto handler = std::make_shared<OperationsHandler>(OperationsHandler::Sources{
        [] { return std::string("certus_up 1\n"); },
        [this] { return OperationsHandler::Readiness{ready, ready ? R"({"ready":true})" : R"({"ready":false,"reasons":["trust is down"]})"}; },
        [this](OperationsHandler::ReloadDone done) { ++asked; std::thread([done] { done(422, R"({"outcome":"refused"})"); }).join(); }},
        HeadPolicy{{}, {"gateway.internal"}});
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

  Answer reload(const Headers& headers, std::string_view method = "POST") {
    return Peer(server->port()).request(method, "/-/reload", headers);
  }

  std::atomic<bool> ready{true};
  std::atomic<int> asked{0};
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

TEST_F(Operations, AnswersOnlyToNamesThatAreItsOwn) {
  Peer peer(server->port());
  for (const char* path : {"/metrics", "/healthz", "/readyz", "/mcp"}) {
    for (const char* host : {"evil.example", "evil.example:8098", "127.0.0.1.evil.example", "10.0.0.7:8098", ""}) {
      const Answer answer = peer.request("GET", path, {{"Host", host}});
      EXPECT_EQ(answer.status, 403) << path << ' ' << host;
      EXPECT_NE(answer.json()["error"].get<std::string>().find("listeners.operations.allowed_hosts"), std::string::npos);
    }
  }
  for (const char* host : {"localhost", "127.0.0.1:9", "[::1]:8098", "gateway.internal", "Gateway.Internal:8098"})
    EXPECT_EQ(peer.request("GET", "/metrics", {{"Host", host}}).status, 200) << host;
}

TEST_F(Operations, AReloadIsAskedForByPost) {
  const Answer answer = reload({});
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.json()["outcome"], "refused");
  EXPECT_EQ(asked, 1);
  const Answer read = reload({}, "GET");
  EXPECT_EQ(read.status, 405);
  EXPECT_EQ(read.header("allow"), "POST");
}

TEST_F(Operations, NoWebPageNoReboundNameAndNobodyBehindAProxyCausesAReload) {
  for (const Headers& headers :
       {Headers{{"Origin", "http://evil.example"}}, Headers{{"Origin", "http://127.0.0.1:8098"}}, Headers{{"Origin", "null"}},
        Headers{{"Host", "evil.example"}}, Headers{{"Host", "evil.example:8098"}}, Headers{{"X-Forwarded-For", "10.0.0.1"}},
        Headers{{"Forwarded", "for=10.0.0.1"}}, Headers{{"Via", "1.1 proxy"}}}) {
    const Answer answer = reload(headers);
    EXPECT_EQ(answer.status, 403) << headers.front().first << ": " << headers.front().second;
    EXPECT_NE(answer.json()["error"].get<std::string>().find("SIGHUP"), std::string::npos);
  }
  EXPECT_EQ(asked, 0);
}

TEST(OperationsWithoutReload, HaveNoSuchPath) {
  http::IoThreads threads(1);
  auto handler = std::make_shared<OperationsHandler>(
      OperationsHandler::Sources{[] { return std::string(); }, [] { return OperationsHandler::Readiness{}; }});
  const auto server = http::Server::listen(threads, "127.0.0.1", 0, {}, handler);
  ASSERT_TRUE(server);
  (*server)->start();
  threads.start();
  EXPECT_EQ(Peer((*server)->port()).request("POST", "/-/reload", {}).status, 404);
  threads.stop();
  threads.join();
}

}  // namespace
}  // namespace certus::gateway::test
