// Client certificates: whose is believed, and what the handler learns of it.
#include "tls_site.h"

namespace certus::test {
namespace {

class ServerTlsCertificate : public TlsSite {
 protected:
  // The answer to "who am I", or the reason for which there was none.
  std::string whoIs(const TestServer& site, const TlsClient& client) const {
    TlsPeer peer(site.server->port(), client);
    peer.handshake();  // in TLS 1.3 the client is done before its certificate is read
    peer.send(post("/who", ""));
    const std::string answer = bodyOf(peer.readMessage());
    return answer.empty() ? peer.problem() : answer;
  }
};

TEST_F(ServerTlsCertificate, NamesFingerprintAndValidityReachTheHandlerOnEveryRequest) {
  authority.issue("ci", "DNS:ci.example,URI:spiffe://example.org/ci,email:ci@example.org,IP:192.0.2.1", {-60, 840, ""});
  FILE* const file = std::fopen(authority.path("ci.pem").c_str(), "r");
  const Certificate certificate(PEM_read_X509(file, nullptr, nullptr, nullptr));
  std::fclose(file);
  unsigned char digest[32];
  X509_digest(certificate.get(), EVP_sha256(), digest, nullptr);
  std::string hex;
  for (const unsigned char byte : digest) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", byte);
    hex += pair;
  }
  const TestServer site({}, 1, askingClients());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client = as("ci", authority);
    client.version = version;
    TlsPeer peer(site.server->port(), client);
    ASSERT_TRUE(peer.handshake()) << peer.problem();
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(peer.send(post("/who", "")));
      EXPECT_EQ(bodyOf(peer.readMessage()),
                "CN=ci\n" + hex + "\nuri spiffe://example.org/ci\ndns ci.example\nemail ci@example.org\n900");
    }
  }
}

TEST_F(ServerTlsCertificate, AClientWithoutOneIsServedAsNobody) {
  const TestServer asking({}, 1, askingClients());
  EXPECT_EQ(whoIs(asking, trusting()), "nobody");
}

TEST_F(ServerTlsCertificate, AListenerThatDoesNotAskLearnsNone) {
  authority.issue("ci", "DNS:ci.example");
  const TestServer site({}, 1, files());
  EXPECT_EQ(whoIs(site, as("ci", authority)), "nobody");
}

TEST_F(ServerTlsCertificate, ABadOneFailsTheHandshakeAndTheClientReadsWhy) {
  TestAuthority stranger("Other CA");
  stranger.issue("ci", "DNS:ci.example");
  authority.issue("old", "DNS:ci.example", {-7200, -3600, ""});
  authority.issue("early", "DNS:ci.example", {3600, 7200, ""});
  authority.issue("server-only", "DNS:ci.example", {-60, 3600, "serverAuth"});
  const TestServer site({}, 1, askingClients());
  const auto refused = [&](const TlsClient& client, const char* reason) {
    const std::string said = whoIs(site, client);
    EXPECT_NE(said.find(reason), std::string::npos) << said;
  };
  refused(as("ci", stranger), "alert unknown ca");
  refused(as("old", authority), "alert certificate expired");
  refused(as("early", authority), "alert bad certificate");
  refused(as("server-only", authority), "alert unsupported certificate");
  EXPECT_TRUE(becomes(site, [](const auto& counters) { return counters.ended(http::HandshakeResult::Certificate) == 4; }));
  EXPECT_EQ(site.handler->admitted.count(), 0);
}

TEST_F(ServerTlsCertificate, AReloadedAuthorityDecidesForNewConnectionsAndOpenOnesGoOn) {
  TestAuthority next("Next CA");
  next.issue("ci", "DNS:next.example");
  authority.issue("ci", "DNS:ci.example");
  http::ServerTls tls = files();
  tls.clientCaFile = authority.path("clients.pem");
  std::filesystem::copy_file(authority.path("ca.pem"), tls.clientCaFile);
  const TestServer site({}, 1, tls);
  TlsPeer open(site.server->port(), as("ci", authority));
  ASSERT_TRUE(open.handshake());
  std::filesystem::copy_file(next.path("ca.pem"), tls.clientCaFile, std::filesystem::copy_options::overwrite_existing);
  ASSERT_TRUE(site.server->reloadTls().has_value());
  EXPECT_NE(whoIs(site, as("ci", authority)).find("alert unknown ca"), std::string::npos);
  EXPECT_NE(whoIs(site, as("ci", next)).find("dns next.example"), std::string::npos);
  ASSERT_TRUE(open.send(post("/who", "")));
  EXPECT_NE(bodyOf(open.readMessage()).find("dns ci.example"), std::string::npos);
}

}  // namespace
}  // namespace certus::test
