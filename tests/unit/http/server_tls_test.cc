// What a client of an https listener can rely on, however its bytes are cut.
#include <thread>

#include "tls_site.h"

namespace certus::test {
namespace {

class ServerTls : public TlsSite {};

constexpr const char* kOffer = "\x02h2\x08http/1.1";

std::string protocolOf(TlsPeer& peer) {
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(peer.session(), &chosen, &size);
  return std::string(reinterpret_cast<const char*>(chosen), size);
}

TEST_F(ServerTls, AnswersInTls12AndTls13AndChoosesHttp11) {
  const TestServer site({}, 1, files());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsPeer peer(site.server->port(), {authority.path("ca.pem"), "", version, kOffer});
    ASSERT_TRUE(peer.handshake()) << peer.problem();
    EXPECT_EQ(SSL_version(peer.session()), version);
    EXPECT_EQ(protocolOf(peer), "http/1.1");
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(peer.send(post("/echo", "kept alive")));
      EXPECT_EQ(bodyOf(peer.readMessage()), "kept alive");
    }
  }
  EXPECT_EQ(site.server->counters().ended(http::HandshakeResult::Ok), 2u);
  EXPECT_EQ(site.server->counters().connectionsTotal, 2u);
}

TEST_F(ServerTls, RefusesTls11AndClientsThatSpeakHttp2Alone) {
  const TestServer site({}, 1, files());
  TlsPeer old(site.server->port(), {authority.path("ca.pem"), "", TLS1_1_VERSION});
  EXPECT_FALSE(old.handshake());
  EXPECT_NE(old.problem().find("alert protocol version"), std::string::npos) << old.problem();
  TlsPeer other(site.server->port(), {authority.path("ca.pem"), "", 0, "\x02h2"});
  EXPECT_FALSE(other.handshake());
  EXPECT_NE(other.problem().find("alert no application protocol"), std::string::npos) << other.problem();
  EXPECT_TRUE(becomes(site, [](const auto& counters) { return counters.ended(http::HandshakeResult::Protocol) == 2; }));
}

TEST_F(ServerTls, ResumesNoSession) {
  const TestServer site({}, 1, files());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsClient client{authority.path("ca.pem"), "", version};
    TlsPeer first(site.server->port(), client);
    ASSERT_TRUE(first.handshake());
    ASSERT_TRUE(first.send(post("/echo", "a ticket would come now")));
    first.readMessage();
    SSL_SESSION* const session = SSL_get0_session(first.session());
    EXPECT_EQ(SSL_SESSION_is_resumable(session), 0);
    TlsPeer second(site.server->port(), client);
    SSL_set_session(second.session(), session);
    ASSERT_TRUE(second.handshake());
    EXPECT_EQ(SSL_session_reused(second.session()), 0);
  }
}

TEST_F(ServerTls, ARequestThatComesWithTheHandshakesLastBytesIsAnswered) {
  const TestServer site({}, 1, files());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsPeer peer(site.server->port(), {authority.path("ca.pem"), "", version});
    ASSERT_TRUE(peer.handshakeButSendLast());
    ASSERT_TRUE(peer.send(post("/echo", "at once")));  // in one segment with what is left of the handshake
    EXPECT_EQ(bodyOf(peer.readMessage()), "at once");
  }
}

TEST_F(ServerTls, BytesThatArriveOneByOneAreUnderstood) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshakeButSendLast());
  const std::string bytes = peer.encrypt(post("/echo", "dripping"));
  for (const char byte : bytes) ASSERT_TRUE(peer.RawPeer::send({&byte, 1}));
  EXPECT_EQ(bodyOf(peer.readMessage()), "dripping");
}

TEST_F(ServerTls, EachByteInARecordOfItsOwnIsUnderstood) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  const std::string request = post("/echo", "grains") + post("/echo", "of sand");
  std::string records;
  for (const char byte : request) records += peer.encrypt({&byte, 1});
  ASSERT_TRUE(peer.RawPeer::send(records));
  EXPECT_EQ(bodyOf(peer.readMessage()), "grains");
  EXPECT_EQ(bodyOf(peer.readMessage()), "of sand");
}

TEST_F(ServerTls, PipelinedRequestsAreAllAnsweredInOrder) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  constexpr int kRequests = 1'000;  // more than any buffer or record holds
  std::string all;
  for (int i = 0; i < kRequests; ++i) all += post("/echo", std::to_string(i));
  ASSERT_TRUE(peer.send(all));
  for (int i = 0; i < kRequests; ++i) ASSERT_EQ(bodyOf(peer.readMessage()), std::to_string(i));
}

TEST_F(ServerTls, LargeBodiesGoBothWaysWhole) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  std::string body(3 << 20, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i * 7 % 23);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(peer.send(post("/echo", body)));
    EXPECT_EQ(bodyOf(peer.readMessage()), body);
  }
}

TEST_F(ServerTls, AReaderThatIsSlowGetsEverythingInTheEnd) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  std::string all;
  for (int i = 0; i < 16; ++i) all += post("/large", "") + post("/echo", "between " + std::to_string(i));
  ASSERT_TRUE(peer.send(all));
  ASSERT_TRUE(site.handler->handled.reaches(3));  // far more is written than the kernel takes unread
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(bodyOf(peer.readMessage()).size(), std::size_t{1} << 20);
    EXPECT_EQ(bodyOf(peer.readMessage()), "between " + std::to_string(i));
  }
}

TEST_F(ServerTls, StreamsReachTheirReaderPieceByPiece) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(peer.send(post("/stream", "")));
    const std::string answer = peer.readMessage();
    EXPECT_NE(answer.find("Content-Type: text/event-stream"), std::string::npos);
    EXPECT_NE(answer.find("8\r\npiece 2\n\r\n0\r\n"), std::string::npos) << answer;
  }
}

TEST_F(ServerTls, ContinuesForWhoExpectsIt) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  const std::string request = post("/echo", "asked first", "Expect: 100-continue\r\n");
  const std::size_t head = request.find("\r\n\r\n") + 4;
  ASSERT_TRUE(peer.send(request.substr(0, head)));
  EXPECT_EQ(peer.readUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(peer.send(request.substr(head)));
  EXPECT_EQ(bodyOf(peer.readMessage()), "asked first");
}

TEST_F(ServerTls, KeysMayBeUpdatedAtAnyTime) {
  const TestServer site({}, 1, files());
  TlsPeer peer(site.server->port(), trusting());
  ASSERT_TRUE(peer.handshake());
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(SSL_key_update(peer.session(), SSL_KEY_UPDATE_REQUESTED), 1);
    ASSERT_EQ(SSL_do_handshake(peer.session()), 1);
    if (i % 10 == 0) {
      ASSERT_TRUE(peer.flush());  // alone: no data comes with it
    }
    ASSERT_TRUE(peer.send(post("/echo", "under new keys")));
    ASSERT_EQ(bodyOf(peer.readMessage()), "under new keys");
  }
}

TEST_F(ServerTls, WhoSpeaksPlainHttpIsToldSo) {
  const TestServer site({}, 1, files());
  const std::string answer = site.ask(post("/echo", "secret"));
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 400");
  EXPECT_NE(answer.find("this port speaks https; write https:// in the URL"), std::string::npos) << answer;
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(site.handler->admitted.count(), 0);
}

TEST_F(ServerTls, APlainListenerHasNothingToReloadAndShowsNoCertificate) {
  const TestServer site;
  EXPECT_TRUE(site.server->reloadTls().has_value());
  EXPECT_EQ(bodyOf(site.ask(post("/who", ""))), "nobody");
}

TEST_F(ServerTls, ManyClientsOnTwoThreadsWhileCertificatesChange) {
  TestServer site({}, 2, askingClients());
  authority.issue("client", "DNS:client");
  std::vector<std::thread> clients;
  std::atomic<int> good{0};
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&, i] {
      for (int round = 0; round < 10; ++round) {
        TlsPeer peer(site.server->port(), i % 2 == 0 ? trusting() : as("client", authority));
        if (!peer.handshake() || !peer.send(post("/who", ""))) continue;
        const std::string who = bodyOf(peer.readMessage());
        if (i % 2 == 0 ? who == "nobody" : who.starts_with("CN=client\n")) ++good;
      }
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(site.server->reloadTls().has_value());
  for (std::thread& each : clients) each.join();
  EXPECT_EQ(good, 40);
}

}  // namespace
}  // namespace certus::test
