// TLS 1.2 with forward secrecy and authenticated encryption (RFC 9325), and TLS 1.3. Nothing is resumed: a handshake is rare
// beside the calls on its connection, and a client's certificate is then always checked against the authorities of today.
#include "http/server_tls_context.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "http/pem_files.h"

namespace certus::http {
namespace {

constexpr long kMaxClientChainBytes = 32 * 1024;
constexpr int kMaxClientChain = 6;  // certificates between a client's own and an authority
constexpr const char* kTls12Ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

struct Loaded {
  TlsContext context;
  WallTime ends;
};

tl::unexpected<Error> refuse(const std::string& path, const std::string& problem) {
  return fail(ErrorCode::InvalidArgument, path + ": " + problem);
}

// RFC 7301: the one protocol we speak; a client that offers none is taken at its word.
int chooseProtocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                   unsigned int offeredSize, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, size, kOurs, sizeof kOurs - 1, offered, offeredSize) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

TlsContext emptyContext() {
  TlsContext made(SSL_CTX_new(TLS_server_method()));
  if (!made) return made;
  SSL_CTX* const context = made.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_security_level(context, 2);
  SSL_CTX_set_cipher_list(context, kTls12Ciphers);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_alpn_select_cb(context, chooseProtocol, nullptr);
  return made;
}

Result<void> checkCertificate(const ServerTls& files, X509* own, EVP_PKEY* key) {
  const std::string& path = files.certificateFile;
  ERR_clear_error();
  if (X509_check_private_key(own, key) != 1) {
    ERR_clear_error();
    return refuse(files.keyFile, "is not the key of the certificate in " + path +
                                     "; the first certificate of that file counts, and both files have to be replaced "
                                     "together");
  }
  const WallTime now = std::chrono::system_clock::now();
  const WallTime begins = wallTime(X509_get0_notBefore(own)), ends = wallTime(X509_get0_notAfter(own));
  if (ends <= now) return refuse(path, "the certificate expired on " + dayOf(ends) + "; renew it");
  if (begins > now) return refuse(path, "the certificate is not valid before " + dayOf(begins) + "; is the clock right?");
  if (X509_check_purpose(own, X509_PURPOSE_SSL_SERVER, 0) != 1)
    return refuse(path, "the certificate is not one of a server: its key usage leaves out serverAuth or signatures");
  return {};
}

Result<WallTime> useCertificate(SSL_CTX* context, const ServerTls& files) {
  const auto chain = readCertificates(files.certificateFile);
  if (!chain) return tl::make_unexpected(chain.error());
  const auto key = readPrivateKey(files.keyFile);
  if (!key) return tl::make_unexpected(key.error());
  X509* const own = chain->front().get();
  if (const auto good = checkCertificate(files, own, key->get()); !good) return tl::make_unexpected(good.error());
  bool used = SSL_CTX_use_certificate(context, own) == 1 && SSL_CTX_use_PrivateKey(context, key->get()) == 1;
  for (std::size_t i = 1; i < chain->size(); ++i) used = used && SSL_CTX_add1_chain_cert(context, (*chain)[i].get()) == 1;
  if (!used) return refuse(files.certificateFile, "the certificate cannot be used: " + lastTlsReason());
  return wallTime(X509_get0_notAfter(own));
}

Result<void> useClientAuthorities(SSL_CTX* context, const std::string& path) {
  if (path.empty()) return {};
  const auto authorities = readCertificates(path);
  if (!authorities) return tl::make_unexpected(authorities.error());
  const WallTime now = std::chrono::system_clock::now();
  const auto over = [&](const Certificate& each) { return wallTime(X509_get0_notAfter(each.get())) <= now; };
  if (std::all_of(authorities->begin(), authorities->end(), over))
    return refuse(path, "every authority in it has expired, so no client could be believed");
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const Certificate& each : *authorities) {
    if (X509_STORE_add_cert(store, each.get()) != 1 || SSL_CTX_add_client_CA(context, each.get()) != 1)
      return refuse(path, "an authority cannot be used: " + lastTlsReason());
  }
  // An authority below a root is believed alone too: the file says who is, not what stands above them.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_verify_depth(context, kMaxClientChain);
  SSL_CTX_set_max_cert_list(context, kMaxClientChainBytes);
  return {};
}

Result<Loaded> loadContext(const ServerTls& files) {
  Loaded out{emptyContext(), {}};
  if (!out.context) return fail(ErrorCode::Internal, "TLS cannot be set up", lastTlsReason());
  const auto ends = useCertificate(out.context.get(), files);
  if (!ends) return tl::make_unexpected(ends.error());
  out.ends = *ends;
  if (const auto used = useClientAuthorities(out.context.get(), files.clientCaFile); !used)
    return tl::make_unexpected(used.error());
  return out;
}

}  // namespace

Result<WallTime> checkTls(const ServerTls& files) {
  return loadContext(files).map([](const Loaded& loaded) { return loaded.ends; });
}

Result<std::unique_ptr<ServerTlsContext>> ServerTlsContext::load(ServerTls files) {
  auto first = loadContext(files);
  if (!first) return tl::make_unexpected(first.error());
  return std::unique_ptr<ServerTlsContext>(new ServerTlsContext(std::move(files), std::move(first->context)));
}

Result<void> ServerTlsContext::reload() {
  const std::lock_guard one(reading_);
  auto next = loadContext(files_);
  if (!next) return tl::make_unexpected(next.error());
  const std::lock_guard lock(mutex_);
  current_ = std::move(next->context);
  return {};
}

Tls ServerTlsContext::newSession() const {
  const std::lock_guard lock(mutex_);
  return Tls(SSL_new(current_.get()));
}

}  // namespace certus::http
