#include "config/rules.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <arpa/inet.h>

namespace certus::config {
namespace {

bool isAlnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

template <class Allowed>
bool consistsOf(std::string_view text, std::size_t most, Allowed allowed) {
  return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), allowed);
}

bool isPort(std::string_view text) {
  if (!consistsOf(text, 5, isDigit) || text[0] == '0') return false;
  return std::stoi(std::string(text)) <= 65535;
}

// host or [v6], with an optional port; what may stand after "scheme://".
bool isAuthority(std::string_view text) {
  std::string_view host = text, port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    in6_addr unused{};
    if (inet_pton(AF_INET6, std::string(text.substr(1, end - 1)).c_str(), &unused) != 1) return false;
    host = {};
    port = text.substr(end + 1);
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (!port.empty() && (port[0] != ':' || !isPort(port.substr(1)))) return false;
  if (text.starts_with('[')) return true;
  return consistsOf(host, 253, [](char c) { return isAlnum(c) || c == '-' || c == '.' || c == '_'; }) && host[0] != '.' &&
         host[0] != '-';
}

std::optional<std::string_view> afterScheme(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.starts_with(scheme)) return text.substr(scheme.size());
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> checkAddress(std::string_view text) {
  const std::string address(text);
  in6_addr unused{};
  if (inet_pton(AF_INET, address.c_str(), &unused) == 1 || inet_pton(AF_INET6, address.c_str(), &unused) == 1) return std::nullopt;
  return "\"" + address.substr(0, 60) + "\" is not an IP address; write for example 127.0.0.1, ::1 or 0.0.0.0";
}

std::optional<std::string> checkLoopbackAddress(std::string_view text) {
  if (auto wrong = checkAddress(text)) return wrong;
  const std::string address(text);
  in_addr v4{};
  in6_addr v6{};
  const bool is4 = inet_pton(AF_INET, address.c_str(), &v4) == 1;
  const bool is6 = inet_pton(AF_INET6, address.c_str(), &v6) == 1;
  if (is4 && (ntohl(v4.s_addr) >> 24) == 127) return std::nullopt;
  if (is6 && IN6_IS_ADDR_LOOPBACK(&v6)) return std::nullopt;
  return address + " is not a loopback address; write 127.0.0.1 or ::1";
}

std::optional<std::string> checkOrigin(std::string_view text) {
  const auto rest = afterScheme(text);
  if (rest && isAuthority(*rest)) return std::nullopt;
  return "not an origin; write scheme, host and port only, for example https://app.example.com:8443";
}

std::optional<std::string> checkHost(std::string_view text) {
  if (isAuthority(text)) return std::nullopt;
  return "not a host; write name or name:port, for example gateway.example.com:8097";
}

std::optional<std::string> checkServiceUrl(std::string_view text) {
  const auto rest = afterScheme(text);
  if (!rest) return "not a service's address; write http://host:port or https://host:port, with a base path if it has one";
  const std::string_view authority = rest->substr(0, rest->find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) {
    return "user name or password inside the URL; leave them out and name a source instead, "
           "credential: {env: NAME_OF_A_VARIABLE} or credential: {file: /path/to/file}";
  }
  if (rest->find_first_of("?#") != std::string_view::npos)
    return "a service's address has no query and no fragment; write http://host:port/base";
  const std::string_view path = rest->substr(authority.size());
  const bool plainPath = std::all_of(path.begin(), path.end(), [](char c) {
    return isAlnum(c) || std::string_view("/-._~%!$&'()*+,;=:@").find(c) != std::string_view::npos;
  });
  if (!isAuthority(authority) || !plainPath)
    return "host, port or path is malformed; write for example http://127.0.0.1:8057";
  return std::nullopt;
}

std::optional<std::string> checkSha256(std::string_view text) {
  if (text.size() == 64 &&
      std::all_of(text.begin(), text.end(), [](char c) { return isDigit(c) || (c >= 'a' && c <= 'f'); }))
    return std::nullopt;
  return "not a SHA-256 digest; write 64 lower-case hex digits, as `sha256sum FILE` prints them";
}

std::optional<std::string> checkName(std::string_view text) {
  if (consistsOf(text, 32, [](char c) { return isDigit(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '-'; }) &&
      text[0] >= 'a')
    return std::nullopt;
  return "not a name; write up to 32 lower-case letters, digits, - and _, a letter first";
}

std::optional<std::string> checkToolName(std::string_view text) {
  if (consistsOf(text, 64, [](char c) { return isAlnum(c) || c == '_' || c == '-'; })) return std::nullopt;
  return "not a tool name; write up to 64 letters, digits, - and _, without the prefix, for example verify";
}

std::optional<std::string> checkPrefix(std::string_view text) {
  if (text.empty() || consistsOf(text, 32, [](char c) { return isAlnum(c) || c == '_' || c == '-'; })) return std::nullopt;
  return "not a prefix; write up to 32 letters, digits, - and _ (for example trust_), or \"\" for none";
}

std::optional<std::string> checkHeaderName(std::string_view text) {
  if (consistsOf(text, 64, [](char c) { return isAlnum(c) || c == '-'; })) return std::nullopt;
  return "not a header name; write for example Authorization or X-API-Key";
}

std::optional<std::string> checkScheme(std::string_view text) {
  if (text.empty() || consistsOf(text, 32, [](char c) { return isAlnum(c) || c == '-'; })) return std::nullopt;
  return "not an authentication scheme; write Bearer, or \"\" to send the bare value";
}

std::optional<std::string> checkVariable(std::string_view text) {
  if (consistsOf(text, 128, [](char c) { return isAlnum(c) || c == '_'; }) && !isDigit(text[0])) return std::nullopt;
  return "not the name of an environment variable; write the name only (for example TRUST_TOKEN), never the value";
}

std::optional<std::string> checkPath(std::string_view text) {
  if (text.empty()) return "an empty path; write one, or remove the line";
  if (text[0] == '~') return "~ is not expanded here; write an absolute path, or one relative to this file";
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return "a control character in a path";
  return std::nullopt;
}

std::optional<std::string> checkIdentity(std::string_view text) {
  if (!text.empty() && text.size() <= 254 &&
      std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; })) {
    return std::nullopt;
  }
  return "not an identity; write one word such as alice@example.com";
}

bool namesSecret(std::string_view key) {
  std::string word;
  for (const char c : key) word += c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  static constexpr std::array<std::string_view, 9> kEndings = {"token",   "secret", "password",    "passwd", "passphrase",
                                                               "api_key", "apikey", "private_key", "bearer"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) { return word.ends_with(ending); });
}

}  // namespace certus::config
