// The client against services that behave, and services that do not.
#include "client_run.h"
#include "scripted_origin.h"
#include "test_server.h"

namespace certus::test {
namespace {

using http::ClientFailure;
using http::Method;

Asked posting(std::string body) {
  Asked asked;
  asked.method = Method::Post;
  asked.body = std::move(body);
  return asked;
}

TEST(Client, SendsARequestAndReadsItsAnswer) {
  std::string seen;
  ScriptedOrigin origin([&](RawPeer& peer, int) {
    seen = peer.readMessage();
    peer.send(answer("{\"ok\":true}", "Retry-After: 7\r\n"));
    peer.atEnd();
  });
  ClientRun client(origin.url() + "/base/");
  Asked asked = posting("{}");
  asked.target = "/v1/verify?x=1";
  const Got got = client.ask(asked);
  EXPECT_EQ(got.failure, ClientFailure::None) << got.detail;
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.contentType, "application/json");
  EXPECT_EQ(got.retryAfter, 7u);
  EXPECT_EQ(got.body, "{\"ok\":true}");
  EXPECT_EQ(seen, "POST /base/v1/verify?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(origin.port()) +
                      "\r\nContent-Type: application/json\r\nContent-Length: 2\r\nX-Extra: 1\r\n\r\n{}");
}

TEST(Client, ReusesOneConnection) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    while (!peer.readMessage().empty()) peer.send(answer("{}"));
  });
  ClientRun client(origin.url());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.ask().status, 200);
  EXPECT_EQ(origin.connections(), 1);
}

TEST(Client, DoesNotReuseAConnectionThatTheServiceCloses) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    peer.readMessage();
    peer.send(answer("{}", "Connection: close\r\n"));
    peer.atEnd();
  });
  ClientRun client(origin.url());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.ask(posting("{}")).failure, ClientFailure::None);
  EXPECT_EQ(origin.connections(), 3);
}

TEST(Client, NoticesThatAnIdleConnectionWasClosed) {
  Tally closed;
  ScriptedOrigin origin([&](RawPeer& peer, int) {
    peer.readMessage();
    peer.send(answer("{}"));
    peer.closeHeard();
    closed.add();
  });
  ClientRun client(origin.url());
  for (int i = 1; i <= 3; ++i) {
    const Got got = client.ask(posting("{}"));  // not idempotent: a blind retry is not allowed
    EXPECT_EQ(got.failure, ClientFailure::None) << got.detail;
    ASSERT_TRUE(closed.reaches(i));
  }
}

// Serves one request well, then closes on the next without a byte of an answer.
void breakOnSecond(RawPeer& peer, int number, std::atomic<int>& requests) {
  peer.readMessage();
  ++requests;
  peer.send(answer("{}"));
  if (number > 0) {
    peer.atEnd();
    return;
  }
  if (!peer.readMessage().empty()) ++requests;
}

TEST(Client, RepeatsAnIdempotentRequestOnceWhenAReusedConnectionBreaks) {
  std::atomic<int> requests{0};
  ScriptedOrigin origin([&](RawPeer& peer, int number) { breakOnSecond(peer, number, requests); });
  ClientRun client(origin.url());
  EXPECT_EQ(client.ask().status, 200);
  Asked repeatable = posting("{}");
  repeatable.idempotent = true;
  EXPECT_EQ(client.ask(repeatable).status, 200);
  EXPECT_EQ(requests, 3);
  EXPECT_EQ(origin.connections(), 2);
}

TEST(Client, DoesNotRepeatWhatIsNotIdempotent) {
  std::atomic<int> requests{0};
  ScriptedOrigin origin([&](RawPeer& peer, int number) { breakOnSecond(peer, number, requests); });
  ClientRun client(origin.url());
  EXPECT_EQ(client.ask().status, 200);
  const Got got = client.ask(posting("{}"));
  EXPECT_EQ(got.failure, ClientFailure::Broken);
  EXPECT_EQ(requests, 2);
  EXPECT_EQ(origin.connections(), 1);
}

TEST(Client, DoesNotRepeatOnAFreshConnection) {
  ScriptedOrigin origin([](RawPeer& peer, int) { peer.readMessage(); });
  ClientRun client(origin.url());
  EXPECT_EQ(client.ask().failure, ClientFailure::Broken);
  EXPECT_EQ(origin.connections(), 1);
}

TEST(Client, NeverFollowsARedirect) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    peer.readMessage();
    peer.send("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    peer.atEnd();
  });
  ClientRun client(origin.url());
  EXPECT_EQ(client.ask().status, 302);
  EXPECT_EQ(origin.connections(), 1);
}

TEST(Client, SkipsInterimAnswers) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    peer.readMessage();
    peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + answer("final"));
    peer.atEnd();
  });
  ClientRun client(origin.url());
  const Got got = client.ask(posting("{}"));
  EXPECT_EQ(got.status, 200) << got.detail;
  EXPECT_EQ(got.body, "final");
}

TEST(Client, ReadsChunkedAnswersAndReusesTheConnection) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    while (!peer.readMessage().empty())
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  });
  ClientRun client(origin.url());
  EXPECT_EQ(client.ask().body, "abcde");
  EXPECT_EQ(client.ask().body, "abcde");
  EXPECT_EQ(origin.connections(), 1);
}

TEST(Client, ReadsAnAnswerThatEndsWithTheConnection) {
  const std::string large(100'000, 'z');
  ScriptedOrigin origin([&](RawPeer& peer, int) {
    peer.readMessage();
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain; a-long-parameter=to-be-moved\r\n\r\n" + large);
  });
  ClientRun client(origin.url());
  const Got got = client.ask();
  EXPECT_EQ(got.failure, ClientFailure::None) << got.detail;
  EXPECT_EQ(got.body, large);
  EXPECT_EQ(got.contentType, "text/plain; a-long-parameter=to-be-moved");
}

TEST(Client, AHeadAnswerHasNoBody) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    while (!peer.readMessage().empty()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
  });
  ClientRun client(origin.url());
  Asked head;
  head.method = Method::Head;
  EXPECT_EQ(client.ask(head).failure, ClientFailure::None);
  EXPECT_EQ(client.ask(head).status, 200);
  EXPECT_EQ(origin.connections(), 1);
}

struct Misbehaviour {
  const char* intent;
  std::string bytes;
  ClientFailure failure;
};
void PrintTo(const Misbehaviour& row, std::ostream* out) { *out << row.intent; }

class ClientRefuses : public testing::TestWithParam<Misbehaviour> {};

TEST_P(ClientRefuses, WithTheRightFailure) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    peer.readMessage();
    peer.send(GetParam().bytes);
  });
  http::ClientLimits limits = unhurried();
  limits.maxResponseBytes = 1000;
  limits.maxHeadBytes = 2000;
  ClientRun client(origin.url(), limits);
  const Got got = client.ask(posting("{}"));
  EXPECT_EQ(got.failure, GetParam().failure) << got.detail;
  EXPECT_EQ(got.body, "");
}

std::string ok(std::string_view rest) { return "HTTP/1.1 200 OK\r\n" + std::string(rest); }

INSTANTIATE_TEST_SUITE_P(
    Answers, ClientRefuses,
    testing::Values(
        Misbehaviour{"nothing", "", ClientFailure::Broken},
        Misbehaviour{"half a head", "HTTP/1.1 200", ClientFailure::Broken},
        Misbehaviour{"half a body", ok("Content-Length: 9\r\n\r\nhalf"), ClientFailure::Broken},
        Misbehaviour{"half a chunk", ok("Transfer-Encoding: chunked\r\n\r\n9\r\nhalf"), ClientFailure::Broken},
        Misbehaviour{"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n", ClientFailure::Broken},
        Misbehaviour{"an upgrade nobody asked for", "HTTP/1.1 101 Switching Protocols\r\n\r\n", ClientFailure::Broken},
        Misbehaviour{"length and chunked", ok("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                     ClientFailure::Broken},
        Misbehaviour{"two lengths", ok("Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), ClientFailure::Broken},
        Misbehaviour{"an unknown encoding", ok("Transfer-Encoding: gzip\r\n\r\nabcd"), ClientFailure::Broken},
        Misbehaviour{"an announced body over the cap", ok("Content-Length: 1001\r\n\r\n"), ClientFailure::TooLarge},
        Misbehaviour{"a chunked body over the cap",
                     ok("Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n"),
                     ClientFailure::TooLarge},
        Misbehaviour{"an endless body over the cap", ok("\r\n" + std::string(1001, 'x')), ClientFailure::TooLarge},
        Misbehaviour{"a head over the cap", ok("X: " + std::string(3000, 'x') + "\r\n\r\n"), ClientFailure::Broken}));

TEST(Client, ABodyOfExactlyTheCapIsWhole) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    peer.readMessage();
    peer.send(answer(std::string(1000, 'x')));
    peer.atEnd();
  });
  http::ClientLimits limits = unhurried();
  limits.maxResponseBytes = 1000;
  ClientRun client(origin.url(), limits);
  EXPECT_EQ(client.ask().body.size(), 1000u);
}

TEST(Client, AnAnswerBeforeTheWholeRequestIsTaken) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    peer.readUntil("\r\n\r\n");
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
    peer.finishSending();
    peer.readToEnd();
  });
  ClientRun client(origin.url());
  EXPECT_EQ(client.ask(posting(std::string(8 << 20, 'x'))).status, 413);
}

}  // namespace
}  // namespace certus::test
