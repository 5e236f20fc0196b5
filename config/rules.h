// The forms that texts of the configuration must have: addresses, URLs, names, digests. Nothing is looked up or opened.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace certus::config {

// Each says what is wrong and the right form, or nullopt (the type is config::Check).
std::optional<std::string> checkAddress(std::string_view text);  // an IP address
std::optional<std::string> checkLoopbackAddress(std::string_view text);
std::optional<std::string> checkOrigin(std::string_view text);      // "https://app.example.com:8443"
std::optional<std::string> checkHost(std::string_view text);        // "gateway.example.com[:port]"
std::optional<std::string> checkServiceUrl(std::string_view text);  // "http(s)://host[:port][/base]"
std::optional<std::string> checkSha256(std::string_view text);
std::optional<std::string> checkName(std::string_view text);  // of a module or a service
std::optional<std::string> checkToolName(std::string_view text);
std::optional<std::string> checkPrefix(std::string_view text);
std::optional<std::string> checkHeaderName(std::string_view text);
std::optional<std::string> checkScheme(std::string_view text);
std::optional<std::string> checkVariable(std::string_view text);
std::optional<std::string> checkPath(std::string_view text);
std::optional<std::string> checkIdentity(std::string_view text);

// A key under which people put secrets: "token", "client_secret", "password", ... but not "token_file".
bool namesSecret(std::string_view key);

}  // namespace certus::config
