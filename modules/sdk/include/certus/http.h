// What a tool asks a service, and what came back. Services are names from the gateway's configuration, never URLs.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certus/abi.h"
#include "certus/json.h"

namespace certus {

enum class Method : std::uint32_t {
  Get = CERTUS_GET, Post = CERTUS_POST, Put = CERTUS_PUT, Delete = CERTUS_DELETE, Patch = CERTUS_PATCH
};

struct HttpRequest {
  std::string service;
  Method method = Method::Get;
  std::string path;         // "/v1/verify?x=1", percent-encoded (see encode, query)
  std::string body = {};    // sent as application/json unless contentType is set
  std::string contentType = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  // never Authorization, Host, ...: the host owns those
  bool idempotent = false;  // may be sent twice after a broken connection; GET always may
  bool expectJson = true;   // an answer that is not JSON arrives as a failure
  std::uint32_t timeoutMs = 0;  // 0: what the service and the call's deadline allow
};

// One answer, valid only inside the callback that receives it.
class Reply {
 public:
  explicit Reply(const certus_http_response& raw) : raw_(&raw) {}

  certus_http_failure failure() const { return static_cast<certus_http_failure>(raw_->failure); }
  bool arrived() const { return raw_->failure == CERTUS_HTTP_OK; }  // whole, whatever the status
  bool ok() const { return arrived() && raw_->status >= 200 && raw_->status < 300; }
  std::uint32_t status() const { return raw_->status; }
  std::uint32_t retryAfterSeconds() const { return raw_->retry_after_s; }
  std::string_view body() const { return view(raw_->body); }
  std::string_view contentType() const { return view(raw_->content_type); }
  // For a person: names the service and what failed; no URL, no secret. Set on every failure.
  std::string_view explanation() const { return view(raw_->explanation); }
  // Throws on malformed text, which cannot be when expectJson was set and arrived() holds.
  Json json() const { return Json::parse(body()); }

 private:
  const certus_http_response* raw_;
};

// Percent-encodes everything but RFC 3986's unreserved characters: for one path segment or one query value.
inline std::string encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (char each : text) {
    const auto byte = static_cast<unsigned char>(each);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                       each == '-' || each == '.' || each == '_' || each == '~';
    if (plain) {
      out += each;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

// "?a=1&b=x%20y", or "" when nothing has a value. Pairs with an empty value are left out.
inline std::string query(std::initializer_list<std::pair<std::string_view, std::string>> parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    out += out.empty() ? '?' : '&';
    out += encode(name);
    out += '=';
    out += encode(value);
  }
  return out;
}

}  // namespace certus
