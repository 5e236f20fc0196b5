// How things end: peers that vanish, drains, busy ports, threads that stop.
#include <signal.h>

#include "http/port_owner.h"
#include "test_server.h"

namespace certus::test {
namespace {

TEST(ServerEnd, TheHandlerLearnsThatItsPeerClosed) {
  const TestServer site;
  RawPeer peer = site.connect();
  ASSERT_TRUE(peer.send(post("/watch", "x")));
  ASSERT_TRUE(site.handler->held.reaches(1));
  peer.close();
  EXPECT_TRUE(site.handler->disconnected.reaches(1));
}

TEST(ServerEnd, TheHandlerLearnsThatItsPeerReset) {
  const TestServer site;
  RawPeer peer = site.connect();
  ASSERT_TRUE(peer.send(post("/watch", "x") + post("/echo", "pipelined behind it")));
  ASSERT_TRUE(site.handler->held.reaches(1));
  peer.reset();
  EXPECT_TRUE(site.handler->disconnected.reaches(1));
}

TEST(ServerEnd, APeerThatStaysIsNotReportedAndIsAnswered) {
  TestServer site;
  RawPeer peer = site.connect(), other = site.connect();
  ASSERT_TRUE(peer.send(post("/watch", "here")));
  ASSERT_TRUE(other.send(post("/watch", "gone")));
  ASSERT_TRUE(site.handler->held.reaches(2));
  other.close();
  ASSERT_TRUE(site.handler->disconnected.reaches(1));  // so the check has run for both
  site.handler->release(site.threads);
  EXPECT_EQ(bodyOf(peer.readMessage()), "here");
  EXPECT_EQ(site.handler->disconnected.count(), 1);
}

TEST(ServerEnd, DrainAnswersWhatWasReadAndClosesWhatIsIdle) {
  TestServer site;
  RawPeer idle = site.connect(), busy = site.connect();
  ASSERT_TRUE(idle.send(post("/echo", "warm")));
  EXPECT_EQ(bodyOf(idle.readMessage()), "warm");
  ASSERT_TRUE(busy.send(post("/hold", "last words")));
  ASSERT_TRUE(site.handler->held.reaches(1));
  Tally drained;
  site.server->drain([&] { drained.add(); });
  EXPECT_TRUE(idle.atEnd());
  EXPECT_EQ(drained.count(), 0);
  site.handler->release(site.threads);
  const std::string answer = busy.readToEnd();
  EXPECT_EQ(bodyOf(answer), "last words");
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(drained.reaches(1));
  const auto listener = http::portOwner(site.server->port());  // none, or already another program
  EXPECT_TRUE(!listener || listener->pid != ::getpid());
  EXPECT_EQ(site.server->counters().connectionsOpen, 0u);
}

TEST(ServerEnd, DrainWaitsForAStreamsHandler) {
  TestServer site;
  RawPeer peer = site.connect();
  ASSERT_TRUE(peer.send(post("/watch", "")));
  ASSERT_TRUE(site.handler->held.reaches(1));
  Tally drained;
  site.server->drain([&] { drained.add(); });
  peer.close();  // the handler ends when it hears of it
  EXPECT_TRUE(drained.reaches(1));
  EXPECT_EQ(site.handler->disconnected.count(), 1);
}

TEST(ServerEnd, DrainOfAnIdleServerIsDoneAtOnceAndTwiceIsHarmless) {
  TestServer site({}, 2);
  Tally drained;
  site.server->drain([&] { drained.add(); });
  site.server->drain([&] { drained.add(); });
  EXPECT_TRUE(drained.reaches(2));
  site.server->drain([&] { drained.add(); });
  EXPECT_TRUE(drained.reaches(3));
}

TEST(ServerEnd, ABusyPortNamesItsHolder) {
  TestServer site;
  http::IoThreads threads(1);
  const auto second = http::Server::listen(threads, "127.0.0.1", site.server->port(), {}, site.handler);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::AlreadyExists);
  const std::string& message = second.error().message;
  EXPECT_NE(message.find("(pid " + std::to_string(::getpid()) + ")"), std::string::npos) << message;
  EXPECT_NE(message.find("http_test"), std::string::npos) << message;
  EXPECT_NE(message.find("configure another port"), std::string::npos) << message;
}

TEST(ServerEnd, APortIsFreeAgainOnceItsServerIsGone) {
  http::IoThreads threads(1);
  threads.start();
  const auto handler = std::make_shared<TableHandler>();
  bool again = false;
  for (int tries = 0; tries < 20 && !again; ++tries) {  // another program may be quicker to take it
    auto first = http::Server::listen(threads, "127.0.0.1", 0, {}, handler);
    ASSERT_TRUE(first.has_value());
    (*first)->start();
    const std::uint16_t port = (*first)->port();
    first->reset();
    const auto second = http::Server::listen(threads, "127.0.0.1", port, {}, handler);
    again = second.has_value();
    const std::string problem = again ? "" : second.error().message;
    EXPECT_EQ(problem.find("(pid " + std::to_string(::getpid()) + ")"), std::string::npos) << problem;
  }
  EXPECT_TRUE(again);
}

TEST(ServerEnd, AnAddressThatIsNoneIsRefusedInWords) {
  http::IoThreads threads(1);
  const auto bad = http::Server::listen(threads, "example.com", 0, {}, std::make_shared<TableHandler>());
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().code, ErrorCode::InvalidArgument);
  const auto foreign = http::Server::listen(threads, "192.0.2.1", 0, {}, std::make_shared<TableHandler>());
  ASSERT_FALSE(foreign.has_value());
  EXPECT_EQ(foreign.error().code, ErrorCode::Unavailable);
}

TEST(ServerEnd, StoppingTheThreadsMidRequestLeaksNothing) {
  TestServer site({}, 2);  // what ASan and TSan look at
  std::vector<RawPeer> peers;
  for (int i = 0; i < 6; ++i) {
    peers.push_back(site.connect());
    ASSERT_TRUE(peers.back().send(i % 2 == 0 ? post("/hold", "never answered") : "POST /echo HTTP/1.1\r\nHost"));
  }
  EXPECT_TRUE(site.handler->held.reaches(3));
}

TEST(ServerEnd, ServesOnIpv6) {
  http::IoThreads threads(1);
  auto made = http::Server::listen(threads, "::1", 0, {}, std::make_shared<TableHandler>());
  if (!made) {
    EXPECT_EQ(made.error().code, ErrorCode::Unavailable) << made.error().message;  // a machine without IPv6
    return;
  }
  (*made)->start();
  threads.start();
  const int fd = ::socket(AF_INET6, SOCK_STREAM, 0);
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons((*made)->port());
  to.sin6_addr = in6addr_loopback;
  ASSERT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  RawPeer peer(fd);
  ASSERT_TRUE(peer.send(post("/echo", "six")));
  EXPECT_EQ(bodyOf(peer.readMessage()), "six");
}

}  // namespace
}  // namespace certus::test
