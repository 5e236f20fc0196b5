// Keys over https: whose word about the issuer is believed.
#include <csignal>

#include <gmock/gmock.h>

#include "key_world.h"
#include "tests/unit/http/scripted_origin.h"
#include "tests/unit/http/test_authority.h"

namespace certus::gateway::test {
namespace {

using certus::test::answer;
using certus::test::Freed;
using certus::test::RawPeer;
using certus::test::ScriptedOrigin;
using certus::test::TestAuthority;
using testing::HasSubstr;

using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freed<SSL_free>>;

class KeysOverTls : public testing::Test {
 protected:
  KeysOverTls() {
    ::signal(SIGPIPE, SIG_IGN);  // of the blocking test service
    authority_.issue("issuer", "DNS:localhost");
    context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate_chain_file(context_.get(), authority_.path("issuer.pem").c_str());
    SSL_CTX_use_PrivateKey_file(context_.get(), authority_.path("issuer.key").c_str(), SSL_FILETYPE_PEM);
  }

  void serve(RawPeer& peer) {
    const Session session(SSL_new(context_.get()));
    SSL_set_fd(session.get(), peer.descriptor());
    char request[4096];
    if (SSL_accept(session.get()) != 1 || SSL_read(session.get(), request, sizeof request) <= 0) return;
    const std::string reply = answer(keySetOf("one"));
    SSL_write(session.get(), reply.data(), static_cast<int>(reply.size()));
    SSL_shutdown(session.get());
  }

  identity::Issuer issuer(const std::string& host, const std::string& caFile) const {
    identity::Issuer out = issuerAt("https://" + host + ":" + std::to_string(origin_.port()) + "/keys");
    out.jwksCaFile = caFile;
    return out;
  }
  KeyFetch fetchFrom(const identity::Issuer& of) {
    RingWorld world;
    const auto keys = world.ring->keysOf(of);
    EXPECT_TRUE(keys.has_value()) << keys.error().message;
    world.ring->warm();
    return world.told(1);
  }

  TestAuthority authority_;
  Context context_;
  ScriptedOrigin origin_{[this](RawPeer& peer, int) { serve(peer); }};
};

TEST_F(KeysOverTls, AConfiguredAuthorityIsBelieved) {
  const KeyFetch fetch = fetchFrom(issuer("localhost", authority_.path("ca.pem")));
  EXPECT_EQ(labelOf(fetch.result), "ok") << fetch.text;
}

TEST_F(KeysOverTls, AnyOtherIsNotAndTheLogSaysWhatToSet) {
  const TestAuthority stranger;
  for (const std::string& ca : {std::string(), stranger.path("ca.pem")}) {
    const KeyFetch fetch = fetchFrom(issuer("localhost", ca));
    EXPECT_EQ(labelOf(fetch.result), "tls");
    EXPECT_THAT(fetch.text, HasSubstr("certificate refused"));
    EXPECT_THAT(fetch.text, HasSubstr("jwks_ca_file"));
  }
}

TEST_F(KeysOverTls, ACertificateOfAnotherNameIsRefused) {
  EXPECT_EQ(labelOf(fetchFrom(issuer("127.0.0.1", authority_.path("ca.pem"))).result), "tls");
}

TEST_F(KeysOverTls, ACaFileThatCannotBeReadIsAnErrorAtLoad) {
  RingWorld world;
  const auto keys = world.ring->keysOf(issuer("localhost", "/no/such/ca.pem"));
  ASSERT_FALSE(keys.has_value());
  EXPECT_THAT(keys.error().message, HasSubstr("identity.issuers.company.jwks_ca_file"));
  EXPECT_THAT(keys.error().message, HasSubstr("/no/such/ca.pem"));
}

TEST_F(KeysOverTls, ARenewedAuthorityNeedsNoRestart) {
  const TestAuthority stranger;
  const std::string file = stranger.path("in-use.pem");
  std::filesystem::copy_file(stranger.path("ca.pem"), file);
  RingWorld world;
  const auto keys = *world.ring->keysOf(issuer("localhost", file));
  world.ring->warm();
  EXPECT_EQ(labelOf(world.told(1).result), "tls");
  std::filesystem::copy_file(authority_.path("ca.pem"), file, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(asking(*keys, "one", now() + std::chrono::seconds(61)), "pending");
  EXPECT_EQ(labelOf(world.told(2).result), "ok");
}

}  // namespace
}  // namespace certus::gateway::test
