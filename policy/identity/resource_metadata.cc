#include "policy/identity/resource_metadata.h"

#include "base/json_write.h"
#include "policy/identity/failure.h"

namespace certus::identity {
namespace {

constexpr std::string_view kWellKnown = "/.well-known/oauth-protected-resource";

std::size_t pathStart(std::string_view url) {  // of an absolute one, as checkPublicUrl wants it
  return std::min(url.find('/', url.find("://") + 3), url.size());
}

std::string metadataUrl(const ResourceServer& server) {
  const std::size_t path = pathStart(server.publicUrl);
  return server.publicUrl.substr(0, path) + std::string(kWellKnown) + server.publicUrl.substr(path);
}

std::string jsonList(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ',';
    appendJsonString(out, item);
  }
  return out + "]";
}

std::string joined(std::span<const std::string> scopes) {
  std::string out;
  for (const std::string& scope : scopes) out += (out.empty() ? "" : " ") + scope;
  return out;
}

// Writes auth-params (RFC 9110 section 11.2). Values come from checked configuration; what could end a quoted string is left
// out.
class Challenge {
 public:
  Challenge& add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += first_ ? " " : ", ";
    first_ = false;
    text_ += std::string(name) + "=\"";
    for (const char c : value) {
      if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') text_ += c;
    }
    text_ += '"';
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_ = "Bearer";
  bool first_ = true;
};

}  // namespace

std::string_view publicOrigin(const ResourceServer& server) {
  return std::string_view(server.publicUrl).substr(0, pathStart(server.publicUrl));
}

std::vector<std::string> metadataPaths(const ResourceServer& server) {
  const std::string path = server.publicUrl.substr(pathStart(server.publicUrl));
  std::vector<std::string> out = {std::string(kWellKnown) + path};
  if (!path.empty()) out.emplace_back(kWellKnown);
  return out;
}

std::string metadataDocument(const ResourceServer& server) {
  std::string out;
  JsonObject document(out);
  document.string("resource", server.publicUrl).raw("authorization_servers", jsonList(server.authorizationServers));
  if (!server.scopes.empty()) document.raw("scopes_supported", jsonList(server.scopes));
  document.raw("bearer_methods_supported", "[\"header\"]")
      .optional("resource_name", server.name)
      .optional("resource_documentation", server.documentation)
      .end();
  return out;
}

std::string challengeMissing(const ResourceServer* server) {
  Challenge out;
  if (server) out.add("resource_metadata", metadataUrl(*server)).add("scope", joined(server->scopes));
  return out.take();
}

std::string challengeInvalid(const ResourceServer* server) {
  Challenge out;
  out.add("error", "invalid_token").add("error_description", publicText());
  if (server) out.add("resource_metadata", metadataUrl(*server)).add("scope", joined(server->scopes));
  return out.take();
}

std::string challengeScope(const ResourceServer* server, std::span<const std::string> neededScopes) {
  Challenge out;
  out.add("error", "insufficient_scope").add("scope", joined(neededScopes));
  if (server) out.add("resource_metadata", metadataUrl(*server));
  out.add("error_description", "this tool needs a token with these scopes; sign in again and grant them");
  return out.take();
}

}  // namespace certus::identity
