#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>

namespace certus::http {
namespace {

std::string lastError() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown error";
  char text[256];
  ERR_error_string_n(code, text, sizeof text);
  return text;
}

TlsStep stepOf(SSL* tls, int result, std::size_t bytes) {
  if (result > 0) return {TlsStep::Kind::Done, bytes};
  switch (SSL_get_error(tls, result)) {
    case SSL_ERROR_WANT_READ: return {TlsStep::Kind::WantRead, 0};
    case SSL_ERROR_WANT_WRITE: return {TlsStep::Kind::WantWrite, 0};
    case SSL_ERROR_ZERO_RETURN: return {TlsStep::Kind::End, 0};
    default: return {TlsStep::Kind::Failed, 0};
  }
}

}  // namespace

Result<TlsContext> clientContext(const TlsFiles& files) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(ErrorCode::Internal, "TLS cannot be set up", lastError());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (files.caFile.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
  } else if (SSL_CTX_load_verify_locations(context.get(), files.caFile.c_str(), nullptr) != 1) {
    return fail(ErrorCode::InvalidArgument, "the CA file " + files.caFile + " cannot be read as PEM certificates",
                lastError());
  }
  if (files.certificateFile.empty() != files.keyFile.empty()) {
    return fail(ErrorCode::InvalidArgument, "a client certificate needs both its certificate file and its key file");
  }
  if (files.certificateFile.empty()) return context;
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificateFile.c_str()) != 1) {
    return fail(ErrorCode::InvalidArgument,
                "the certificate file " + files.certificateFile + " cannot be read as a PEM chain", lastError());
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.keyFile.c_str(), SSL_FILETYPE_PEM) != 1) {
    return fail(ErrorCode::InvalidArgument,
                "the key file " + files.keyFile + " cannot be read, or is not the certificate's key", lastError());
  }
  return context;
}

Tls clientTls(SSL_CTX* context, const std::string& host, int descriptor) {
  Tls tls(SSL_new(context));
  if (!tls) return tls;
  boost::system::error_code notAnAddress;
  const auto address = boost::asio::ip::make_address(host, notAnAddress);
  X509_VERIFY_PARAM* const expected = SSL_get0_param(tls.get());
  if (!notAnAddress) {
    X509_VERIFY_PARAM_set1_ip_asc(expected, address.to_string().c_str());
  } else {
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size());
    SSL_set_tlsext_host_name(tls.get(), host.c_str());
  }
  SSL_set_fd(tls.get(), descriptor);
  SSL_set_connect_state(tls.get());
  return tls;
}

TlsStep tlsHandshake(SSL* tls) {
  ERR_clear_error();
  return stepOf(tls, SSL_do_handshake(tls), 0);
}

HandshakeResult handshakeFailure(const SSL* tls) {
  if (SSL_get_verify_result(tls) != X509_V_OK) return HandshakeResult::Certificate;
  const unsigned long error = ERR_peek_error();
  if (error == 0) return HandshakeResult::Gone;  // the socket's failure, not the protocol's
  const int reason = ERR_GET_REASON(error);
  if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) return HandshakeResult::Gone;
  return reason > SSL_AD_REASON_OFFSET ? HandshakeResult::Alert : HandshakeResult::Protocol;
}

TlsStep tlsRead(SSL* tls, char* to, std::size_t room) {
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(tls, to, room, &got);
  return stepOf(tls, result, got);
}

TlsStep tlsWrite(SSL* tls, std::string_view bytes) {
  ERR_clear_error();
  std::size_t sent = 0;
  const int result = SSL_write_ex(tls, bytes.data(), bytes.size(), &sent);
  return stepOf(tls, result, sent);
}

std::string tlsError(SSL* tls) {
  const long verified = SSL_get_verify_result(tls);
  if (verified != X509_V_OK) return std::string("certificate refused: ") + X509_verify_cert_error_string(verified);
  return lastError();
}

}  // namespace certus::http
