// The server over real sockets: one request, many on a connection, and every framing of bodies and answers.
#include "test_server.h"

namespace certus::test {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(Server, EchoesABodyAndKeepsTheConnection) {
  const TestServer site;
  RawPeer peer = site.connect();
  for (int i = 0; i < 3; ++i) {
    const std::string body = "number " + std::to_string(i);
    ASSERT_TRUE(peer.send(post("/echo", body)));
    const std::string answer = peer.readMessage();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_TRUE(contains(answer, "\r\nDate: ")) << answer;
    EXPECT_FALSE(contains(answer, "Connection: close")) << answer;
    EXPECT_EQ(bodyOf(answer), body);
  }
  EXPECT_EQ(site.server->counters().connectionsTotal, 1u);
  EXPECT_EQ(site.server->counters().requestsTotal, 3u);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  const TestServer site;
  RawPeer peer = site.connect();
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += post("/echo", "body " + std::to_string(i));
  ASSERT_TRUE(peer.send(requests));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(bodyOf(peer.readMessage()), "body " + std::to_string(i));
}

// A request that fills a read buffer to its last byte: what is behind it brings no further event.
TEST(Server, ServesWhatStandsBehindARequestThatFillsItsBuffer) {
  const TestServer site;
  for (const std::size_t size : {http::BufferPool::kBytes, 2 * http::BufferPool::kBytes}) {
    const std::size_t guess = size - 200;
    const std::string first = post("/echo", std::string(guess + size - post("/echo", std::string(guess, 'x')).size(), 'x'));
    ASSERT_EQ(first.size(), size);
    RawPeer peer = site.connect();
    ASSERT_TRUE(peer.send(first + post("/echo", "behind it")));
    EXPECT_EQ(bodyOf(peer.readMessage()), bodyOf(first));
    EXPECT_EQ(bodyOf(peer.readMessage()), "behind it");
  }
}

TEST(Server, ReadsARequestThatArrivesByteByByte) {
  const TestServer site;
  RawPeer peer = site.connect();
  for (const char c : post("/echo", "slow")) ASSERT_TRUE(peer.send({&c, 1}));
  EXPECT_EQ(bodyOf(peer.readMessage()), "slow");
}

TEST(Server, ReadsALargeBodyInOddPieces) {
  const TestServer site;
  std::string body(300'000, '.');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  const std::string request = post("/echo", body);
  RawPeer peer = site.connect();
  for (std::size_t at = 0; at < request.size(); at += 9973)
    ASSERT_TRUE(peer.send(std::string_view(request).substr(at, 9973)));
  EXPECT_EQ(bodyOf(peer.readMessage()), body);
}

TEST(Server, DecodesAChunkedBody) {
  const TestServer site;
  const std::string answer = site.ask(
      "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n5;x=1\r\npedia\r\n0\r\n\r\n");
  EXPECT_EQ(bodyOf(answer), "wikipedia");
}

TEST(Server, DecodesALargeChunkedBodyFollowedByAnotherRequest) {
  const TestServer site;
  RawPeer peer = site.connect();
  std::string request = "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n", body;
  for (int i = 0; i < 2000; ++i) {
    request += "1f\r\n0123456789abcdef0123456789abcde\r\n";
    body += "0123456789abcdef0123456789abcde";
  }
  ASSERT_TRUE(peer.send(request + "0\r\n\r\n" + post("/echo", "next")));
  EXPECT_EQ(bodyOf(peer.readMessage()), body);
  EXPECT_EQ(bodyOf(peer.readMessage()), "next");
}

TEST(Server, SendsContinueOnlyWhenTheBodyIsAwaited) {
  const TestServer site;
  RawPeer peer = site.connect();
  ASSERT_TRUE(peer.send("POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
  EXPECT_EQ(peer.readUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(peer.send("ok"));
  EXPECT_EQ(bodyOf(peer.readMessage()), "ok");
  ASSERT_TRUE(peer.send(post("/echo", "at once", "Expect: 100-continue\r\n")));
  EXPECT_EQ(bodyOf(peer.readMessage()), "at once");
}

TEST(Server, RefusesBeforeTheBodyIsSent) {
  const TestServer site;
  RawPeer peer = site.connect();
  ASSERT_TRUE(peer.send("POST /refuse HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
  const std::string answer = peer.readToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 Forbidden\r\n")) << answer;
  EXPECT_TRUE(contains(answer, "Connection: close\r\n")) << answer;
  EXPECT_TRUE(contains(answer, "X-Why: policy\r\n")) << answer;
}

TEST(Server, KeepsTheConnectionOfARefusedRequestWithAShortBody) {
  const TestServer site;
  RawPeer peer = site.connect();
  const std::string refused = post("/refuse", std::string(5000, 'x'));
  ASSERT_TRUE(peer.send(refused.substr(0, 1000)));
  EXPECT_TRUE(peer.readMessage().starts_with("HTTP/1.1 403 Forbidden\r\n"));
  ASSERT_TRUE(peer.send(refused.substr(1000) + post("/echo", "next")));
  EXPECT_EQ(bodyOf(peer.readMessage()), "next");
  EXPECT_EQ(site.handler->handled.count(), 1);
}

TEST(Server, ClosesAfterRefusingALongBodyAndTheRefusalArrives) {
  const TestServer site;
  RawPeer peer = site.connect();
  peer.send(post("/refuse", std::string(1'000'000, 'x')));  // whole or not: the server may be done before
  const std::string answer = peer.readToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 Forbidden\r\n")) << answer;
  EXPECT_TRUE(contains(answer, "Connection: close\r\n")) << answer;
}

TEST(Server, HeadIsAnsweredWithoutABody) {
  const TestServer site;
  RawPeer peer = site.connect();
  ASSERT_TRUE(
      peer.send("HEAD /large HTTP/1.1\r\nHost: t\r\n\r\nHEAD /stream HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
  const std::string answers = peer.readToEnd();
  EXPECT_TRUE(contains(answers, "Content-Length: 1048576\r\n"));
  EXPECT_TRUE(contains(answers, "Transfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(answers.ends_with("\r\n\r\n")) << answers.substr(answers.size() - 20);
  EXPECT_FALSE(contains(answers, "piece"));
}

TEST(Server, Http10ClosesUnlessAskedToStay) {
  const TestServer site;
  RawPeer brief = site.connect();
  ASSERT_TRUE(brief.send("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi"));
  const std::string answer = brief.readToEnd();
  EXPECT_TRUE(contains(answer, "Connection: close\r\n"));
  EXPECT_EQ(bodyOf(answer), "hi");
  RawPeer staying = site.connect();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(staying.send("POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi"));
    EXPECT_TRUE(contains(staying.readMessage(), "Connection: keep-alive\r\n"));
  }
}

TEST(Server, ClosesWhenTheClientAsks) {
  const TestServer site;
  RawPeer peer = site.connect();
  ASSERT_TRUE(peer.send(post("/echo", "bye", "Connection: close\r\n")));
  const std::string answer = peer.readToEnd();
  EXPECT_TRUE(contains(answer, "Connection: close\r\n"));
  EXPECT_EQ(bodyOf(answer), "bye");
}

TEST(Server, StreamsInChunksAndServesTheNextRequest) {
  const TestServer site;
  RawPeer peer = site.connect();
  ASSERT_TRUE(peer.send(post("/stream", "") + post("/echo", "after")));
  const std::string answer = peer.readMessage();
  EXPECT_TRUE(contains(answer, "Content-Type: text/event-stream\r\n"));
  EXPECT_TRUE(contains(answer, "X-Extra: yes\r\n"));
  EXPECT_EQ(bodyOf(answer), "8\r\npiece 0\n\r\n8\r\npiece 1\n\r\n8\r\npiece 2\n\r\n0\r\n\r\n");
  EXPECT_EQ(bodyOf(peer.readMessage()), "after");
}

TEST(Server, StreamsToHttp10UntilItCloses) {
  const TestServer site;
  RawPeer peer = site.connect();
  ASSERT_TRUE(peer.send("GET /stream HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(bodyOf(peer.readToEnd()), "piece 0\npiece 1\npiece 2\n");
}

TEST(Server, AStreamThatItsHandlerAbandonsEndsWithoutItsLastChunk) {
  const TestServer site;
  RawPeer peer = site.connect();
  ASSERT_TRUE(peer.send(post("/cut", "")));
  const std::string answer = peer.readToEnd();
  EXPECT_TRUE(contains(answer, "piece 2"));
  EXPECT_FALSE(answer.ends_with("0\r\n\r\n"));
}

TEST(Server, AHandlerThatForgetsOrThrowsBecomes500) {
  const TestServer site;
  EXPECT_TRUE(site.ask(post("/silent", "")).starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_TRUE(site.ask(post("/throw", "")).starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_EQ(bodyOf(site.ask(post("/echo", "alive"))), "alive");
}

TEST(Server, SendsMoreThanTheKernelTakesAtOnce) {
  const TestServer site;
  RawPeer peer = site.connect();
  std::string requests;
  for (int i = 0; i < 16; ++i) requests += post("/large", "");
  ASSERT_TRUE(peer.send(requests + post("/echo", "last")));
  ASSERT_TRUE(site.handler->handled.reaches(2));  // it fills the kernel's buffers before anything is read
  for (int i = 0; i < 16; ++i) EXPECT_EQ(bodyOf(peer.readMessage()), std::string(1 << 20, 'L'));
  EXPECT_EQ(bodyOf(peer.readMessage()), "last");
}

TEST(Server, ShowsTheHandlerFieldsAndQuery) {
  const TestServer site;
  const std::string answer = site.ask("GET /head?a=b&c HTTP/1.1\r\nHost: t\r\nX-One:  1 \r\nx-one: 2\r\n\r\n");
  EXPECT_EQ(bodyOf(answer), "Host=t\nX-One=1\nx-one=2\na=b&c");
}

TEST(Server, DealsConnectionsToTheThreadWithTheFewest) {
  const TestServer site({}, 2);
  std::vector<RawPeer> peers;
  for (int i = 0; i < 40; ++i) {
    peers.push_back(site.connect());
    ASSERT_TRUE(peers.back().send(post("/echo", std::to_string(i))));
  }
  for (int i = 0; i < 40; ++i) EXPECT_EQ(bodyOf(peers[static_cast<std::size_t>(i)].readMessage()), std::to_string(i));
  EXPECT_EQ(site.server->counters().connectionsOpen, 40u);
}

}  // namespace
}  // namespace certus::test
