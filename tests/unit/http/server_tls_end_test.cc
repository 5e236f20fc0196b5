// How https connections end: handshakes that never finish, close_notify, peers that vanish, drains.
#include <optional>
#include <thread>

#include "tls_site.h"

namespace certus::test {
namespace {

class ServerTlsEnd : public TlsSite {};

TEST_F(ServerTlsEnd, AHandshakeThatStallsEndsAtItsDeadline) {
  http::ServerLimits limits;
  limits.headTimeout = Milliseconds(200);
  const TestServer site(limits, 1, files());
  RawPeer silent = site.connect(), begun = site.connect();
  ASSERT_TRUE(begun.send("\x16\x03\x01\x02"));
  std::optional<TlsPeer> unfinished;
  bool toTheLast = false;
  unsigned tries = 0;
  for (; tries < 100 && !toTheLast; ++tries) {  // the deadline may pass before it has got there
    unfinished.emplace(site.server->port(), trusting());
    toTheLast = unfinished->handshakeButSendLast();
  }
  ASSERT_TRUE(toTheLast);
  EXPECT_TRUE(silent.atEnd());
  EXPECT_TRUE(begun.atEnd());
  EXPECT_TRUE(unfinished->atEnd());
  EXPECT_TRUE(becomes(site, [tries](const auto& counters) {
    return counters.connectionsOpen == 0 && counters.ended(http::HandshakeResult::Timeout) == 2 + tries;
  }));
}

TEST_F(ServerTlsEnd, AFinishedHandshakeIsNotHeldToTheDeadline) {
  http::ServerLimits limits;
  limits.headTimeout = Milliseconds(200);
  const TestServer site(limits, 1, files());
  std::optional<TlsPeer> idle;
  // Again if the deadline passes before it has finished.
  for (unsigned tries = 1; tries < 100 && site.server->counters().ended(http::HandshakeResult::Ok) == 0; ++tries) {
    idle.emplace(site.server->port(), trusting());
    idle->handshake();
    ASSERT_TRUE(becomes(site, [tries](const auto& counters) {
      return counters.ended(http::HandshakeResult::Ok) + counters.ended(http::HandshakeResult::Timeout) == tries;
    }));
  }
  RawPeer later = site.connect();
  EXPECT_TRUE(later.atEnd());  // so the deadline of the first has passed too
  ASSERT_TRUE(idle->send(post("/echo", "still here")));
  EXPECT_EQ(bodyOf(idle->readMessage()), "still here");
}

TEST_F(ServerTlsEnd, OneHandshakeMoreThanTheCapEndsTheOldest) {
  http::ServerLimits limits;
  limits.maxHandshakes = 2;
  const TestServer site(limits, 1, files());
  RawPeer first = site.connect(), second = site.connect();
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake()) << peer.problem();
  EXPECT_TRUE(first.atEnd());
  ASSERT_TRUE(peer.send(post("/echo", "let in")));
  EXPECT_EQ(bodyOf(peer.readMessage()), "let in");
  EXPECT_EQ(site.server->counters().ended(http::HandshakeResult::Timeout), 1u);
  EXPECT_EQ(site.server->counters().connectionsOpen, 2u);  // the second is within the cap
}

TEST_F(ServerTlsEnd, NoiseIsAFailedHandshake) {
  const TestServer site({}, 1, files());
  RawPeer noise = site.connect();
  ASSERT_TRUE(noise.send(std::string("\x16\x03\x01\xff\xff") + std::string(100, 'x')));
  noise.finishSending();
  noise.readToEnd();
  RawPeer binary = site.connect();
  ASSERT_TRUE(binary.send(std::string(64, '\0')));
  EXPECT_NE(binary.readToEnd().find("400 Bad Request"), std::string::npos);
  EXPECT_TRUE(becomes(site, [](const auto& counters) {
    return counters.ended(http::HandshakeResult::Protocol) == 1 && counters.ended(http::HandshakeResult::PlainHttp) == 1;
  }));
  EXPECT_EQ(site.handler->admitted.count(), 0);
}

TEST_F(ServerTlsEnd, WhoLeavesOrDoesNotBelieveTheCertificateIsCountedAsThat) {
  const TestServer site({}, 1, files());
  RawPeer silent = site.connect();
  silent.finishSending();
  silent.readToEnd();
  RawPeer begun = site.connect();
  ASSERT_TRUE(begun.send("\x16\x03\x01\x02"));
  begun.finishSending();
  begun.readToEnd();
  EXPECT_TRUE(becomes(site, [](const auto& counters) { return counters.ended(http::HandshakeResult::Gone) == 2; }));
  TestAuthority other("Other CA");
  TlsPeer doubting(site.server->port(), {other.path("ca.pem")});
  EXPECT_FALSE(doubting.handshake());
  EXPECT_TRUE(becomes(site, [](const auto& counters) { return counters.ended(http::HandshakeResult::Alert) == 1; }));
}

TEST_F(ServerTlsEnd, BytesThatWereTamperedWithEndTheConnection) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  std::string bytes = peer.encrypt(post("/echo", "altered"));
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  ASSERT_TRUE(peer.RawPeer::send(bytes));
  EXPECT_FALSE(peer.more());
  EXPECT_NE(peer.problem().find("alert bad record mac"), std::string::npos) << peer.problem();
  EXPECT_EQ(site.handler->admitted.count(), 0);
}

TEST_F(ServerTlsEnd, TheClientsGoodbyeEndsAnIdleConnectionAndIsAnswered) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  ASSERT_TRUE(peer.send(post("/echo", "last")));
  EXPECT_EQ(bodyOf(peer.readMessage()), "last");
  ASSERT_TRUE(peer.sayGoodbye());
  EXPECT_FALSE(peer.more());
  EXPECT_TRUE(peer.ended());
  EXPECT_TRUE(becomes(site, [](const auto& counters) { return counters.connectionsOpen == 0; }));
}

TEST_F(ServerTlsEnd, ARequestWithAGoodbyeRightBehindItIsAnsweredAndThenClosed) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  std::string bytes = peer.encrypt(post("/echo", "and no more"));
  SSL_shutdown(peer.session());
  bytes += peer.encrypt({});
  ASSERT_TRUE(peer.RawPeer::send(bytes));
  EXPECT_EQ(bodyOf(peer.readMessage()), "and no more");
  EXPECT_TRUE(becomes(site, [](const auto& counters) { return counters.connectionsOpen == 0; }));
}

TEST_F(ServerTlsEnd, AWholeAnswerIsClosedWithAGoodbyeAndACutOneIsNot) {
  const TestServer site({}, 1, files());
  TlsPeer whole(site.server->port(), trusting());
  ASSERT_TRUE(whole.handshake());
  ASSERT_TRUE(whole.send(post("/echo", "whole", "Connection: close\r\n")));
  EXPECT_EQ(bodyOf(whole.readToEnd()), "whole");
  EXPECT_TRUE(whole.ended());
  TlsPeer cut(site.server->port(), trusting());
  ASSERT_TRUE(cut.handshake());
  ASSERT_TRUE(cut.send(post("/cut", "")));
  EXPECT_NE(cut.readToEnd().find("piece 2"), std::string::npos);
  EXPECT_FALSE(cut.ended());
}

TEST_F(ServerTlsEnd, ARefusalReachesWhoStillSendsALongBody) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  peer.send(post("/refuse", std::string(3 << 20, 'x')));  // whole or not: the server may be done before
  const std::string answer = peer.readToEnd();
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 403");
  EXPECT_TRUE(peer.ended());
}

TEST_F(ServerTlsEnd, TheHandlerLearnsThatItsPeerVanished) {
  const TestServer site({}, 1, files());
  for (int i = 1; i <= 2; ++i) {
    TlsPeer peer(site.server->port(), trusting());
    ASSERT_TRUE(peer.handshake());
    ASSERT_TRUE(peer.send(post("/watch", "x")));
    ASSERT_TRUE(site.handler->held.reaches(i));
    if (i == 1) peer.reset();
    peer.close();
    EXPECT_TRUE(site.handler->disconnected.reaches(i));
  }
}

TEST_F(ServerTlsEnd, PeersThatVanishInTheHandshakeOrMidAnswerLeaveNothingBehind) {
  const TestServer site({}, 1, files());
  for (int i = 0; i < 4; ++i) {
    TlsPeer early(site.server->port(), trusting());
    ASSERT_TRUE(early.handshakeButSendLast());
    TlsPeer late(site.server->port(), trusting());
    ASSERT_TRUE(late.handshake());
    ASSERT_TRUE(late.send(post("/large", "") + post("/large", "") + post("/large", "") + post("/large", "")));
    ASSERT_TRUE(late.more());
    if (i % 2 == 0) early.reset(), late.reset();
  }
  EXPECT_TRUE(becomes(site, [](const auto& counters) { return counters.connectionsOpen == 0; }));
}

TEST_F(ServerTlsEnd, AReaderThatStopsReadingIsGivenUp) {
  http::ServerLimits limits;
  limits.writeTimeout = Milliseconds(200);
  const TestServer site(limits, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  std::string all;
  for (int i = 0; i < 32; ++i) all += post("/large", "");
  ASSERT_TRUE(peer.send(all));
  EXPECT_TRUE(
      becomes(site, [](const auto& counters) { return counters.connectionsTotal == 1 && counters.connectionsOpen == 0; }));
}

TEST_F(ServerTlsEnd, DrainAnswersWhatWasReadAndEndsWhatIsIdleOrInAHandshake) {
  TestServer site({}, 1, files());
  TlsPeer idle(site.server->port(), trusting()), busy(site.server->port(), trusting());
  ASSERT_TRUE(idle.handshake() && busy.handshake());
  ASSERT_TRUE(idle.send(post("/echo", "warm")));
  EXPECT_EQ(bodyOf(idle.readMessage()), "warm");
  ASSERT_TRUE(busy.send(post("/hold", "last words")));
  ASSERT_TRUE(site.handler->held.reaches(1));
  RawPeer silent = site.connect();
  TlsPeer unfinished(site.server->port(), trusting());
  ASSERT_TRUE(unfinished.handshakeButSendLast());
  Tally drained;
  site.server->drain([&] { drained.add(); });
  EXPECT_FALSE(idle.more());
  EXPECT_TRUE(idle.ended());
  EXPECT_TRUE(silent.atEnd());
  EXPECT_FALSE(unfinished.more());
  EXPECT_EQ(drained.count(), 0);
  site.handler->release(site.threads);
  EXPECT_EQ(bodyOf(busy.readToEnd()), "last words");
  EXPECT_TRUE(busy.ended());
  EXPECT_TRUE(drained.reaches(1));
}

TEST_F(ServerTlsEnd, StoppingTheThreadsMidHandshakeAndMidRequestLeaksNothing) {
  TestServer site({}, 2, files());  // what ASan looks at
  std::vector<std::unique_ptr<TlsPeer>> peers;
  for (int i = 0; i < 6; ++i) {
    peers.push_back(std::make_unique<TlsPeer>(site.server->port(), trusting()));
    ASSERT_TRUE(i % 2 == 0 ? peers.back()->handshake() : peers.back()->handshakeButSendLast());
    EXPECT_TRUE(i % 2 != 0 || peers.back()->send(post("/hold", "never answered")));
  }
  EXPECT_TRUE(site.handler->held.reaches(3));
}

}  // namespace
}  // namespace certus::test
