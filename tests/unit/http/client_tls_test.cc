// https: whose certificate is believed, whose is not, and the client's own.
#include <csignal>

#include "client_run.h"
#include "scripted_origin.h"
#include "test_authority.h"

namespace certus::test {
namespace {

using http::ClientFailure;

using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freed<SSL_free>>;

class ClientTls : public testing::Test {
 protected:
  ClientTls() {
    ::signal(SIGPIPE, SIG_IGN);  // of the blocking test service
    authority_.issue("localhost", "DNS:localhost");
    authority_.issue("address", "IP:127.0.0.1");
    authority_.issue("other", "DNS:other.example");
    authority_.issue("client", "DNS:client");
  }

  // Answers every request with "secure " and the name in the client's certificate.
  std::unique_ptr<ScriptedOrigin> serve(const std::string& name, int verify = SSL_VERIFY_NONE) {
    context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate_chain_file(context_.get(), authority_.path(name + ".pem").c_str());
    SSL_CTX_use_PrivateKey_file(context_.get(), authority_.path(name + ".key").c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_load_verify_locations(context_.get(), authority_.path("ca.pem").c_str(), nullptr);
    SSL_CTX_set_verify(context_.get(), verify, nullptr);
    return std::make_unique<ScriptedOrigin>([context = context_.get()](RawPeer& peer, int) {
      const Session session(SSL_new(context));
      SSL_set_fd(session.get(), peer.descriptor());
      if (SSL_accept(session.get()) != 1) return;
      char request[4096];
      while (SSL_read(session.get(), request, sizeof request) > 0) {
        const std::string reply = answer("secure " + peerName(session.get()) + std::string(50'000, '.'));
        SSL_write(session.get(), reply.data(), static_cast<int>(reply.size()));
      }
    });
  }

  static std::string peerName(SSL* session) {
    const Certificate certificate(SSL_get1_peer_certificate(session));
    if (!certificate) return "nobody";
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
    return name;
  }

  static std::string url(const ScriptedOrigin& origin, const std::string& host) {
    return "https://" + host + ":" + std::to_string(origin.port());
  }

  http::TlsFiles trusting() const { return {authority_.path("ca.pem"), "", ""}; }

  TestAuthority authority_;
  Context context_;
};

TEST_F(ClientTls, BelievesTheConfiguredAuthorityAndReusesTheConnection) {
  const auto origin = serve("localhost");
  ClientRun client(url(*origin, "localhost"), unhurried(), trusting());
  for (int i = 0; i < 3; ++i) {
    const Got got = client.ask();
    EXPECT_EQ(got.failure, ClientFailure::None) << got.detail;
    EXPECT_EQ(got.body.substr(0, 14), "secure nobody.");
    EXPECT_EQ(got.body.size(), 50'013u);
  }
  EXPECT_EQ(origin->connections(), 1);
}

TEST_F(ClientTls, ChecksAnAddressAgainstTheCertificatesAddresses) {
  const auto origin = serve("address");
  ClientRun client(url(*origin, "127.0.0.1"), unhurried(), trusting());
  EXPECT_EQ(client.ask().failure, ClientFailure::None);
}

TEST_F(ClientTls, RefusesAnAuthorityThatIsNotConfigured) {
  const TestAuthority stranger;
  const auto origin = serve("localhost");
  ClientRun client(url(*origin, "localhost"), unhurried(), {stranger.path("ca.pem"), "", ""});
  const Got got = client.ask();
  EXPECT_EQ(got.failure, ClientFailure::Tls);
  EXPECT_NE(got.detail.find("certificate refused"), std::string::npos) << got.detail;
  ClientRun withSystemRoots(url(*origin, "localhost"));
  EXPECT_EQ(withSystemRoots.ask().failure, ClientFailure::Tls);
}

TEST_F(ClientTls, RefusesACertificateForAnotherName) {
  const auto origin = serve("other");
  ClientRun client(url(*origin, "localhost"), unhurried(), trusting());
  const Got got = client.ask();
  EXPECT_EQ(got.failure, ClientFailure::Tls);
  EXPECT_NE(got.detail.find("hostname mismatch"), std::string::npos) << got.detail;
}

TEST_F(ClientTls, ShowsItsOwnCertificate) {
  const auto origin = serve("localhost", SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
  ClientRun client(url(*origin, "localhost"), unhurried(),
                   {authority_.path("ca.pem"), authority_.path("client.pem"), authority_.path("client.key")});
  EXPECT_EQ(client.ask().body.substr(0, 14), "secure client.");
  ClientRun without(url(*origin, "localhost"), unhurried(), trusting());
  EXPECT_NE(without.ask().failure, ClientFailure::None);
}

TEST_F(ClientTls, APlainServiceIsATlsFailure) {
  ScriptedOrigin plain([](RawPeer& peer, int) {
    peer.more();
    peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  });
  ClientRun client(url(plain, "localhost"), unhurried(), trusting());
  EXPECT_EQ(client.ask().failure, ClientFailure::Tls);
}

TEST_F(ClientTls, AHandshakeThatStallsIsATimeout) {
  ScriptedOrigin silent([](RawPeer& peer, int) { peer.readToEnd(); });
  http::ClientLimits limits;
  limits.connectTimeout = Milliseconds(200);
  ClientRun client(url(silent, "localhost"), limits, trusting());
  EXPECT_EQ(client.ask().failure, ClientFailure::Timeout);
}

TEST_F(ClientTls, SendsALargeBody) {
  const auto origin = serve("localhost");
  ClientRun client(url(*origin, "localhost"), unhurried(), trusting());
  Asked large;
  large.method = http::Method::Post;
  large.body.assign(3 << 20, 'x');
  EXPECT_EQ(client.ask(large).failure, ClientFailure::None);
}

TEST_F(ClientTls, FilesThatCannotBeReadAreNamedWhenTheClientIsMade) {
  http::IoThreads threads(1);
  const http::Origin origin = *http::parseOrigin("https://localhost");
  const auto failing = [&](const http::TlsFiles& files) {
    const auto made = http::Client::create(threads.at(0), origin, files, {});
    EXPECT_FALSE(made.has_value());
    return made ? std::string() : made.error().message;
  };
  EXPECT_NE(failing({"missing-ca.pem", "", ""}).find("missing-ca.pem"), std::string::npos);
  EXPECT_NE(failing({"", "missing-cert.pem", "missing.key"}).find("missing-cert.pem"), std::string::npos);
  EXPECT_NE(failing({"", authority_.path("client.pem"), authority_.path("other.key")}).find("other.key"), std::string::npos);
  EXPECT_NE(failing({"", authority_.path("client.pem"), ""}).find("key file"), std::string::npos);
}

}  // namespace
}  // namespace certus::test
