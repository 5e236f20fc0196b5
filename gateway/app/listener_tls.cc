#include "gateway/app/listener_tls.h"

namespace certus::app {
namespace {

const char* keyOf(const config::TlsListener& tls, const Error& error) {
  const auto isAbout = [&](const std::string& file) { return !file.empty() && error.message.starts_with(file + ": "); };
  if (isAbout(tls.certificateFile)) return ".tls.certificate_file";
  if (isAbout(tls.keyFile)) return ".tls.key_file";
  if (isAbout(tls.clientCaFile)) return ".tls.client_ca_file";
  return ".port";
}

}  // namespace

std::optional<http::ServerTls> tlsOf(const config::McpListener& listener) {
  if (listener.tls.certificateFile.empty()) return std::nullopt;
  return http::ServerTls{listener.tls.certificateFile, listener.tls.keyFile, listener.tls.clientCaFile};
}

std::string listenerPath(const config::McpListener& listener) {
  return listener.name == "mcp" ? "listeners.mcp" : "listeners.more." + listener.name;
}

std::string locatedAtListener(const config::Gateway& config, const config::McpListener& listener, const Error& error) {
  const std::string path = listenerPath(listener) + keyOf(listener.tls, error);
  return config.where(path) + ": " + path + ": " + error.message;
}

std::vector<std::string> tlsProblems(const config::Gateway& config) {
  std::vector<std::string> out;
  const auto look = [&](const config::McpListener& listener) {
    const auto tls = tlsOf(listener);
    if (!tls) return;
    if (const auto usable = http::checkTls(*tls); !usable)
      out.push_back(locatedAtListener(config, listener, usable.error()));
  };
  look(config.mcp);
  for (const config::McpListener& listener : config.more) look(listener);
  return out;
}

}  // namespace certus::app
