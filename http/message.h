// HTTP/1.1 words shared by server and client: a parsed request head as views, and what an answer consists of.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace certus::http {

enum class Method : std::uint8_t { Get, Head, Post, Put, Delete, Options, Patch, Other };

struct Field {
  std::string_view name, value;  // value without surrounding whitespace
};

bool equalsIgnoreCase(std::string_view a, std::string_view b);

struct PeerCertificate;  // server.h

// The head of one request. All views point into the connection's buffer and live until the request is answered.
struct RequestHead {
  Method method = Method::Other;
  std::string_view methodText;
  std::string_view target;  // as sent, origin-form
  std::string_view path;    // target up to '?', not decoded
  std::string_view query;   // after '?', not decoded
  std::span<const Field> fields;
  std::string_view peerAddress;  // "127.0.0.1"
  bool peerIsLoopback = false;
  const PeerCertificate* certificate = nullptr;  // verified by TLS; null: none. Lives as long as the connection

  std::optional<std::string_view> find(std::string_view name) const;  // the first of that name
  std::size_t count(std::string_view name) const;
};

// A whole answer. `extra` is preformatted "Name: value\r\n" lines (may be empty), checked by the writer of them.
struct Response {
  int status = 200;
  std::string_view contentType = "application/json";
  std::string extra;
  std::string body;
};

const char* reasonPhrase(int status);  // "" for one we never send
Method parseMethod(std::string_view text);
std::string_view methodText(Method method);  // "" for Other

}  // namespace certus::http
