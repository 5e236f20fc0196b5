// A server that speaks https, with an authority that its clients trust and one that it asks clients for.
#pragma once

#include "test_authority.h"
#include "test_server.h"
#include "tls_peer.h"

namespace certus::test {

class TlsSite : public testing::Test {
 protected:
  TlsSite() { authority.issue("server", "DNS:localhost"); }

  http::ServerTls files(const std::string& name = "server") const {
    return {authority.path(name + ".pem"), authority.path(name + ".key"), ""};
  }
  http::ServerTls askingClients() const {
    http::ServerTls out = files();
    out.clientCaFile = authority.path("ca.pem");
    return out;
  }
  TlsClient trusting() const { return {authority.path("ca.pem")}; }
  TlsClient as(const std::string& name, const TestAuthority& of) const { return {authority.path("ca.pem"), of.path(name)}; }

  TestAuthority authority;
};

// The server's counters, once they are as they should be; they are read from another thread than counts them.
template <class True>
bool becomes(const TestServer& site, True isTrue) {
  for (int i = 0; i < 12'000; ++i) {
    if (isTrue(site.server->counters())) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace certus::test
