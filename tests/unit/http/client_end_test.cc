// How exchanges end early: refused, out of time, cancelled, with their client or their threads gone.
#include "client_run.h"
#include "scripted_origin.h"
#include "test_server.h"

namespace certus::test {
namespace {

using http::ClientFailure;

TEST(ClientEnd, NobodyListens) {
  const DeadPort port;
  ClientRun client(port.url());
  const Got got = client.ask();
  EXPECT_EQ(got.failure, ClientFailure::Refused);
  EXPECT_NE(got.detail.find("refused"), std::string::npos) << got.detail;
}

TEST(ClientEnd, AHostNameThatDoesNotResolve) {
  ClientRun client("http://" + std::string(64, 'a') + ".example");  // no label is that long: no name server is asked
  const Got got = client.ask();
  EXPECT_EQ(got.failure, ClientFailure::Refused);
  EXPECT_EQ(got.detail, "the host name does not resolve");
}

TEST(ClientEnd, AHostNameResolvesAndIsRemembered) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    peer.readMessage();
    peer.send(answer("{}", "Connection: close\r\n"));
  });
  ClientRun client("http://localhost:" + std::to_string(origin.port()));
  EXPECT_EQ(client.ask().failure, ClientFailure::None);
  EXPECT_EQ(client.ask().failure, ClientFailure::None);
}

TEST(ClientEnd, ASilentServiceIsATimeout) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    peer.readMessage();
    peer.atEnd();
  });
  ClientRun client(origin.url());
  Asked brief;
  brief.within = Milliseconds(150);
  const auto begun = std::chrono::steady_clock::now();
  const Got got = client.ask(brief);
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_EQ(got.failure, ClientFailure::Timeout);
  EXPECT_GE(took, Milliseconds(140));
  EXPECT_LT(took, Milliseconds(30'000));
}

TEST(ClientEnd, AnAnswerThatTricklesIsATimeout) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    peer.readMessage();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    pollfd entry{peer.descriptor(), POLLIN, 0};
    while (peer.send("x") && ::poll(&entry, 1, 10) == 0) {
    }
  });
  ClientRun client(origin.url());
  Asked brief;
  brief.within = Milliseconds(150);
  EXPECT_EQ(client.ask(brief).failure, ClientFailure::Timeout);
}

TEST(ClientEnd, AServiceThatDoesNotReadIsATimeout) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    pollfd entry{peer.descriptor(), POLLHUP | POLLERR, 0};
    ::poll(&entry, 1, 60'000);
  });
  ClientRun client(origin.url());
  Asked large;
  large.method = http::Method::Post;
  large.body.assign(32 << 20, 'x');
  large.within = Milliseconds(300);
  EXPECT_EQ(client.ask(large).failure, ClientFailure::Timeout);
}

TEST(ClientEnd, ADeadlineThatHasPassedIsATimeoutWithoutAConnection) {
  ScriptedOrigin origin([](RawPeer&, int) {});
  ClientRun client(origin.url());
  Asked late;
  late.within = Milliseconds(-1'000);
  EXPECT_EQ(client.ask(late).failure, ClientFailure::Timeout);
  EXPECT_EQ(origin.connections(), 0);
}

TEST(ClientEnd, ConnectingHasATimeoutOfItsOwn) {
  // A listener whose queue is full answers no further SYN.
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size);
  const RawPeer only = RawPeer::connect(ntohs(at.sin_port));
  ASSERT_TRUE(only.connected());
  http::ClientLimits limits;
  limits.connectTimeout = Milliseconds(200);
  ClientRun client("http://127.0.0.1:" + std::to_string(ntohs(at.sin_port)), limits);
  Asked patient;
  patient.within = Milliseconds(60'000);
  EXPECT_EQ(client.ask(patient).failure, ClientFailure::Timeout);
  ::close(listener);
}

TEST(ClientEnd, CancelClosesTheConnection) {
  Tally asked, closed;
  ScriptedOrigin origin([&](RawPeer& peer, int) {
    peer.readMessage();
    asked.add();
    if (peer.atEnd()) closed.add();
  });
  ClientRun client(origin.url());
  auto running = client.begin({});
  ASSERT_TRUE(asked.reaches(1));
  client.cancelLast();
  EXPECT_EQ(running.get().failure, ClientFailure::Cancelled);
  EXPECT_TRUE(closed.reaches(1));
  client.cancelLast();  // after the end: nothing happens
}

TEST(ClientEnd, ManyAtOnceShareThePoolAndItsCap) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    while (!peer.readMessage().empty()) peer.send(answer("{}"));
  });
  http::ClientLimits limits = unhurried();
  limits.maxIdlePerThread = 4;
  ClientRun client(origin.url(), limits);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::future<Got>> running;
    for (int i = 0; i < 20; ++i) running.push_back(client.begin({}));
    for (auto& each : running) EXPECT_EQ(each.get().status, 200);
  }
  EXPECT_LE(origin.connections(), 20 + 16 + 16);
  EXPECT_GE(origin.connections(), 20);
}

TEST(ClientEnd, StoppingTheThreadsMidExchangeLeaksNothing) {
  Tally asked;
  ScriptedOrigin origin([&](RawPeer& peer, int) {
    peer.readMessage();
    asked.add();
    peer.atEnd();
  });
  std::future<Got> abandoned;
  {
    ClientRun client(origin.url());
    abandoned = client.begin({});
    ASSERT_TRUE(asked.reaches(1));
  }
  EXPECT_THROW(abandoned.get(), std::future_error);
}

TEST(ClientEnd, AnIdleConnectionIsClosedAfterItsTime) {
  Tally closed;
  ScriptedOrigin origin([&](RawPeer& peer, int) {
    peer.readMessage();
    peer.send(answer("{}"));
    if (peer.atEnd()) closed.add();
  });
  http::ClientLimits limits = unhurried();
  limits.idleTimeout = Milliseconds(150);
  ClientRun client(origin.url(), limits);
  EXPECT_EQ(client.ask().status, 200);
  EXPECT_TRUE(closed.reaches(1));
}

}  // namespace
}  // namespace certus::test
