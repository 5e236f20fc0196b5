// The files of an https listener: what is refused, in which words, and what a reload changes.
#include <fstream>

#include "tls_site.h"

namespace certus::test {
namespace {

namespace fs = std::filesystem;

class ServerTlsFiles : public TlsSite {
 protected:
  static std::string problemOf(const http::ServerTls& tls) {
    const auto checked = http::checkTls(tls);
    return checked ? "accepted" : checked.error().message;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(authority.path(name)) << text;
    fs::permissions(authority.path(name), fs::perms(0600));
  }
  std::string read(const std::string& name) const {
    std::ifstream file(authority.path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void replace(const std::string& from, const std::string& to) const {
    for (const char* kind : {".pem", ".key"})
      fs::copy_file(authority.path(from + kind), authority.path(to + kind), fs::copy_options::overwrite_existing);
  }
  std::string nameSeenBy(const TestServer& site) const {
    TlsPeer peer(site.server->port(), trusting());
    if (!peer.handshake()) return peer.problem();
    char name[64] = "";
    X509* const shown = SSL_get0_peer_certificate(peer.session());
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
    return name;
  }
};

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(ServerTlsFiles, GoodFilesSayWhenTheirCertificateEnds) {
  const auto ends = http::checkTls(askingClients());
  ASSERT_TRUE(ends.has_value()) << ends.error().message;
  const auto left = *ends - std::chrono::system_clock::now();
  EXPECT_GT(left, std::chrono::minutes(50));
  EXPECT_LE(left, std::chrono::minutes(60));
}

TEST_F(ServerTlsFiles, EveryProblemNamesItsFileFirst) {
  authority.issue("other", "DNS:localhost");
  authority.issue("old", "DNS:localhost", {-7200, -3600, ""});
  authority.issue("early", "DNS:localhost", {3600, 7200, ""});
  authority.issue("client", "DNS:localhost", {-60, 3600, "clientAuth"});
  const auto expect = [&](http::ServerTls tls, const std::string& file, const char* problem) {
    const std::string said = problemOf(tls);
    EXPECT_EQ(said.substr(0, file.size() + 2), file + ": ");
    EXPECT_SAYS(said, problem);
  };
  const http::ServerTls good = files();
  expect({"/nowhere/a.pem", good.keyFile, ""}, "/nowhere/a.pem", "No such file");
  expect({good.certificateFile, "/nowhere/a.key", ""}, "/nowhere/a.key", "No such file");
  expect({authority.path("."), good.keyFile, ""}, authority.path("."), "not a regular file");
  expect({good.certificateFile, good.keyFile, "/nowhere/ca.pem"}, "/nowhere/ca.pem", "No such file");
  expect({good.certificateFile, files("other").keyFile, ""}, files("other").keyFile, "is not the key of the certificate in");
  expect(files("old"), files("old").certificateFile, "expired on 20");
  expect(files("early"), files("early").certificateFile, "not valid before 20");
  expect(files("client"), files("client").certificateFile, "not one of a server");
  expect({good.keyFile, good.keyFile, ""}, good.keyFile, "holds no certificate in PEM");
  expect({good.certificateFile, good.certificateFile, ""}, good.certificateFile, "can be read by others");
  expect({good.certificateFile, good.keyFile, good.keyFile}, good.keyFile, "holds no certificate in PEM");
  expect({good.certificateFile, good.keyFile, files("old").certificateFile}, files("old").certificateFile,
         "every authority in it has expired");
}

TEST_F(ServerTlsFiles, DamagedFilesAreToldFromEmptyAndEncryptedOnes) {
  const http::ServerTls good = files();
  const auto certificateSaying = [&](const std::string& text) {
    write("odd.pem", text);
    return problemOf({authority.path("odd.pem"), good.keyFile, ""});
  };
  const auto keySaying = [&](const std::string& text) {
    write("odd.key", text);
    return problemOf({good.certificateFile, authority.path("odd.key"), ""});
  };
  const std::string certificate = read("server.pem"), key = read("server.key");
  EXPECT_SAYS(certificateSaying(""), "holds no certificate");
  EXPECT_SAYS(certificateSaying("\x30\x82\x01"), "openssl x509 -inform der");
  EXPECT_SAYS(certificateSaying(certificate.substr(0, certificate.size() / 2)), "certificate number 1 in it is damaged");
  EXPECT_SAYS(certificateSaying(certificate + certificate.substr(0, 200)), "certificate number 2 in it is damaged");
  EXPECT_SAYS(certificateSaying(std::string(2 << 20, '\n')), "larger than 1 MiB");
  EXPECT_SAYS(keySaying(""), "holds no private key");
  EXPECT_SAYS(keySaying(key.substr(0, key.size() / 2)), "the key is damaged");
  EXPECT_SAYS(keySaying("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n"),
              "is encrypted");
  EXPECT_EQ(certificateSaying("a comment before\n" + certificate), "accepted");
}

TEST_F(ServerTlsFiles, AKeyThatOthersMayReadIsRefused) {
  fs::permissions(files().keyFile, fs::perms(0604));
  EXPECT_SAYS(problemOf(files()), "`chmod 600` it");
  fs::permissions(files().keyFile, fs::perms(0660));
  EXPECT_SAYS(problemOf(files()), "`chmod 600` it");
  fs::permissions(files().keyFile, fs::perms(0400));
  EXPECT_EQ(problemOf(files()), "accepted");
}

TEST_F(ServerTlsFiles, AServerWithBadFilesIsNotMade) {
  http::IoThreads threads(1);
  const auto made = http::Server::listen(threads, "127.0.0.1", 0, {}, std::make_shared<TableHandler>(), files("missing"));
  ASSERT_FALSE(made.has_value());
  EXPECT_SAYS(made.error().message, "missing.pem: cannot be read");
}

TEST_F(ServerTlsFiles, AReloadShowsTheNewCertificateToNewConnectionsAndOpenOnesGoOn) {
  const TestServer site({}, 1, files());
  TlsPeer open(site.server->port(), trusting());
  ASSERT_TRUE(open.handshake());
  authority.issue("renewed", "DNS:localhost");
  replace("renewed", "server");
  EXPECT_EQ(nameSeenBy(site), "server");  // nothing is read until it is asked for
  ASSERT_TRUE(site.server->reloadTls().has_value());
  EXPECT_EQ(nameSeenBy(site), "renewed");
  ASSERT_TRUE(open.send(post("/echo", "as before")));
  EXPECT_EQ(bodyOf(open.readMessage()), "as before");
}

TEST_F(ServerTlsFiles, AReloadOfBadFilesKeepsTheCertificateAndSaysWhatIsWrong) {
  const TestServer site({}, 1, files());
  authority.issue("renewed", "DNS:localhost");
  authority.issue("old", "DNS:localhost", {-7200, -3600, ""});
  const auto refused = [&](const char* problem) {
    const auto reloaded = site.server->reloadTls();
    ASSERT_FALSE(reloaded.has_value());
    EXPECT_SAYS(reloaded.error().message, problem);
    EXPECT_EQ(nameSeenBy(site), "server");
  };
  const std::string own = read("server.pem");
  write("server.pem", read("renewed.pem"));
  refused("is not the key of the certificate");
  write("server.pem", own.substr(0, 100));
  refused("is damaged");
  replace("old", "server");
  refused("expired on");
  replace("renewed", "server");
  ASSERT_TRUE(site.server->reloadTls().has_value());
  EXPECT_EQ(nameSeenBy(site), "renewed");
}

}  // namespace
}  // namespace certus::test
