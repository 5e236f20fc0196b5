// What a listener's `tls` section means to http/, and where in the configuration a problem with its files stands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "http/server_tls.h"

namespace certus::app {

std::optional<http::ServerTls> tlsOf(const config::McpListener& listener);  // nullopt: plain HTTP
std::string listenerPath(const config::McpListener& listener);              // "listeners.mcp", "listeners.more.NAME"

// "file:line:col: listeners.mcp.tls.key_file: ..." of an error by http::Server::listen or reloadTls; what is not about one
// of the TLS files is about the port.
std::string locatedAtListener(const config::Gateway& config, const config::McpListener& listener, const Error& error);

// Of every listener's files as they are now, in the same form. Empty: each could be used.
std::vector<std::string> tlsProblems(const config::Gateway& config);

}  // namespace certus::app
