// What this gateway tells OAuth clients as a resource server (RFC 9728, RFC 6750): texts made of the configuration, never of
// a request. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace certus::identity {

// A scope whose tokens are good for some tools, as the authorization server makes them (`allowed_tools`).
struct ToolScope {
  std::string scope;
  std::vector<std::string> tools;  // globs over service/name
};

struct ResourceServer {
  std::string publicUrl;                          // exactly what users configure, "https://gateway.example.com/mcp"
  std::vector<std::string> authorizationServers;  // issuers, at least one
  std::vector<std::string> scopes;                // what a client should ask for first
  std::vector<ToolScope> toolScopes;              // what it needs beside them, by tool
  std::string name, documentation;                // or empty
};

// Scheme and authority of the public URL, "https://gateway.example.com".
std::string_view publicOrigin(const ResourceServer& server);

// Of the document: after the host, before the resource's path (RFC 9728 section 3.1), and the root form where the path is
// not empty. Paths only: "/.well-known/oauth-protected-resource/mcp".
std::vector<std::string> metadataPaths(const ResourceServer& server);

std::string metadataDocument(const ResourceServer& server);  // JSON

// Values of WWW-Authenticate. Without a resource server (static tokens only) they name no metadata.
std::string challengeMissing(const ResourceServer* server);  // 401, nothing presented
std::string challengeInvalid(const ResourceServer* server);  // 401, whatever the reason
std::string challengeScope(const ResourceServer* server, std::span<const std::string> neededScopes);  // 403, all of them

}  // namespace certus::identity
