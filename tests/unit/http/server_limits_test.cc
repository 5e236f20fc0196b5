// What the server refuses to hold, and for how long it waits. Limits are small here; nothing sleeps.
#include "test_server.h"

namespace certus::test {
namespace {

http::ServerLimits quick() {
  http::ServerLimits limits;
  limits.headTimeout = limits.bodyTimeout = limits.writeTimeout = Milliseconds(150);
  limits.maxHeadBytes = 2048;
  limits.maxBodyBytes = 10'000;
  return limits;
}

http::ServerLimits quickWhenIdle() {
  http::ServerLimits limits = quick();
  limits.idleTimeout = Milliseconds(150);
  return limits;
}

void expectRefusal(const std::string& answer, std::string_view statusLine) {
  EXPECT_TRUE(answer.starts_with(statusLine)) << answer;
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("Content-Type: application/json\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(bodyOf(answer).starts_with("{\"error\":\"")) << answer;
}

std::string refusalOf(const TestServer& site, std::string_view bytes) {
  RawPeer peer = site.connect();
  EXPECT_TRUE(peer.send(bytes));
  return peer.readToEnd();
}

// A connection whose first request was answered. An idle timeout may pass before it is sent: then another is made.
RawPeer answered(const TestServer& site, std::string_view requests, std::string_view first) {
  for (int tries = 0; tries < 100; ++tries) {
    RawPeer peer = site.connect();
    const std::string answer = peer.send(requests) ? peer.readMessage() : std::string();
    if (answer.empty()) continue;
    EXPECT_EQ(bodyOf(answer), first);
    return peer;
  }
  ADD_FAILURE() << "never answered";
  return site.connect();
}

TEST(ServerLimits, AHeadOverTheCapIs431) {
  const TestServer site(quick());
  expectRefusal(refusalOf(site, "GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(5000, 'x')), "HTTP/1.1 431 ");
}

TEST(ServerLimits, ABodyOverTheCapIs413WhetherAnnouncedOrChunked) {
  const TestServer site(quick());
  expectRefusal(refusalOf(site, post("/echo", std::string(20'000, 'x'))), "HTTP/1.1 413 Content Too Large\r\n");
  std::string chunked = "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 30; ++i) chunked += "200\r\n" + std::string(512, 'x') + "\r\n";
  expectRefusal(refusalOf(site, chunked), "HTTP/1.1 413 Content Too Large\r\n");
  EXPECT_EQ(site.handler->handled.count(), 0);
}

TEST(ServerLimits, AMalformedRequestIs400AndCounted) {
  const TestServer site(quick());
  expectRefusal(
      refusalOf(site, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      "HTTP/1.1 400 Bad Request\r\n");
  expectRefusal(refusalOf(site, "\x16\x03\x01 this is TLS\r\n\r\n"), "HTTP/1.1 400 Bad Request\r\n");
  EXPECT_EQ(site.server->counters().badRequestsTotal, 2u);
}

TEST(ServerLimits, AHeadThatTricklesIs408) {
  const TestServer site(quick());
  RawPeer peer = site.connect();
  ASSERT_TRUE(peer.send("GET / HT"));
  bool open = true;
  for (int i = 0; i < 100 && open; ++i) {  // bytes keep coming, and buy no time
    open = peer.send("T");
    pollfd entry{peer.descriptor(), POLLIN, 0};
    if (::poll(&entry, 1, 20) == 1) break;
  }
  expectRefusal(peer.readToEnd(), "HTTP/1.1 408 Request Timeout\r\n");
}

TEST(ServerLimits, ABodyThatStopsIs408) {
  const TestServer site(quick());
  expectRefusal(refusalOf(site, "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nhalf"),
                "HTTP/1.1 408 Request Timeout\r\n");
}

TEST(ServerLimits, AnIdleConnectionIsClosedWithoutAWord) {
  const TestServer site(quickWhenIdle());
  RawPeer fresh = site.connect();
  EXPECT_TRUE(fresh.atEnd());
  RawPeer used = answered(site, post("/echo", "once"), "once");
  EXPECT_TRUE(used.atEnd());
}

TEST(ServerLimits, AReaderThatStopsReadingIsClosed) {
  const TestServer site(quick());
  RawPeer peer = site.connect();
  const int small = 4096;
  ::setsockopt(peer.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  std::string many;
  for (int i = 0; i < 12; ++i) many += post("/large", "");
  ASSERT_TRUE(peer.send(many));
  pollfd entry{peer.descriptor(), POLLHUP | POLLERR, 0};  // not read: the kernels' buffers fill, then the server gives up
  EXPECT_EQ(::poll(&entry, 1, 60'000), 1);
  EXPECT_LT(peer.readToEnd().size(), 12u << 20);
}

TEST(ServerLimits, TooManyConnectionsAre503) {
  http::ServerLimits limits;
  limits.maxConnections = 2;
  const TestServer site(limits);
  RawPeer first = site.connect(), second = site.connect();
  ASSERT_TRUE(first.send(post("/echo", "1")) && second.send(post("/echo", "2")));
  EXPECT_EQ(bodyOf(first.readMessage()), "1");
  EXPECT_EQ(bodyOf(second.readMessage()), "2");
  RawPeer third = site.connect();
  expectRefusal(third.readToEnd(), "HTTP/1.1 503 Service Unavailable\r\n");
  EXPECT_EQ(site.server->counters().refusedTotal, 1u);
  EXPECT_EQ(site.server->counters().connectionsOpen, 2u);
}

TEST(ServerLimits, AHandlerMayTakeLongerThanEveryTimeout) {
  TestServer site(quickWhenIdle());
  RawPeer peer = answered(site, post("/echo", "first") + post("/hold", "patience"), "first");
  ASSERT_TRUE(site.handler->held.reaches(1));
  RawPeer other = site.connect();
  EXPECT_TRUE(other.atEnd());  // its idle timeout has passed, so ours would have
  site.handler->release(site.threads);
  EXPECT_EQ(bodyOf(peer.readMessage()), "patience");
}

}  // namespace
}  // namespace certus::test
