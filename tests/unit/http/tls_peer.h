// A TLS client for tests, over memory: the test decides which bytes go out when. Reads as RawPeer does.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "raw_peer.h"
#include "test_authority.h"

namespace certus::test {

using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freed<SSL_free>>;

struct TlsClient {
  std::string caFile;
  std::string certificate{};  // without ".pem" and ".key"; empty: none
  int version = 0;            // TLS1_2_VERSION; 0: the newest
  std::string protocols{};    // ALPN, each with its length before it
};

class TlsPeer : public RawPeer {
 public:
  // Connects when all else is done: the server's time for the handshake runs from then.
  TlsPeer(std::uint16_t port, const TlsClient& as) : TlsPeer(newSession(as), port) {}

  SSL* session() { return session_.get(); }
  bool ended() const { return ended_; }                    // the server said close_notify
  const std::string& problem() const { return problem_; }  // OpenSSL's reason, "... alert ..." if the server sent one

  bool handshake() {
    const bool done = handshakeButSendLast();
    return flush() && done;
  }
  // Leaves the last flight of ours, "finished", unsent.
  bool handshakeButSendLast() {
    for (;;) {
      const int result = SSL_do_handshake(session_.get());
      if (result == 1) return true;
      if (SSL_get_error(session_.get(), result) != SSL_ERROR_WANT_READ) {
        problem_ = reason();
        return false;
      }
      if (!flush() || !feed()) return false;
    }
  }

  bool send(std::string_view plain) { return RawPeer::send(encrypt(plain)); }
  // What would go out, with whatever had not gone out before.
  std::string encrypt(std::string_view plain) {
    if (!plain.empty()) SSL_write(session_.get(), plain.data(), static_cast<int>(plain.size()));
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(session_.get()), &bytes);
    std::string out(bytes, static_cast<std::size_t>(std::max(size, 0L)));
    (void)BIO_reset(SSL_get_wbio(session_.get()));
    return out;
  }
  bool flush() { return RawPeer::send(encrypt({})); }
  bool sayGoodbye() {
    SSL_shutdown(session_.get());
    return flush();
  }

  bool more() override {
    for (;;) {
      char bytes[16 * 1024];
      ERR_clear_error();
      const int got = SSL_read(session_.get(), bytes, sizeof bytes);
      if (got > 0) {
        pending_.append(bytes, static_cast<std::size_t>(got));
        return true;
      }
      const int error = SSL_get_error(session_.get(), got);
      ended_ = ended_ || error == SSL_ERROR_ZERO_RETURN;
      if (error == SSL_ERROR_SSL) problem_ = reason();
      if (error != SSL_ERROR_WANT_READ || !feed()) return false;
    }
  }

 private:
  TlsPeer(Session session, std::uint16_t port) : RawPeer(RawPeer::connect(port)), session_(std::move(session)) {}

  static Session newSession(const TlsClient& as) {
    const Context context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_load_verify_locations(context.get(), as.caFile.c_str(), nullptr);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (as.version != 0) {
      SSL_CTX_set_security_level(context.get(), 0);  // or TLS 1.1 would not even be offered
      SSL_CTX_set_min_proto_version(context.get(), as.version);
      SSL_CTX_set_max_proto_version(context.get(), as.version);
    }
    if (!as.certificate.empty()) {
      SSL_CTX_use_certificate_chain_file(context.get(), (as.certificate + ".pem").c_str());
      SSL_CTX_use_PrivateKey_file(context.get(), (as.certificate + ".key").c_str(), SSL_FILETYPE_PEM);
    }
    Session session(SSL_new(context.get()));  // holds the context
    SSL_set_alpn_protos(session.get(), reinterpret_cast<const unsigned char*>(as.protocols.data()),
                        static_cast<unsigned>(as.protocols.size()));
    SSL_set_bio(session.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(session.get());
    return session;
  }

  // Ciphertext off the socket; false at its end.
  bool feed() {
    std::string plain = std::exchange(pending_, {});
    const bool got = RawPeer::more();
    const std::string arrived = std::exchange(pending_, std::move(plain));
    if (got) BIO_write(SSL_get_rbio(session_.get()), arrived.data(), static_cast<int>(arrived.size()));
    return got;
  }
  static std::string reason() {
    const char* const text = ERR_reason_error_string(ERR_peek_last_error());
    return text ? text : "";
  }

  Session session_;
  bool ended_ = false;
  std::string problem_;
};

}  // namespace certus::test
