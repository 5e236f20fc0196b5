#include "gateway/transport/oauth_faces.h"

#include <algorithm>
#include <utility>

#include "base/json_write.h"
#include "gateway/mcp/dispatcher.h"
#include "gateway/stages/origin.h"

namespace certus::gateway {
namespace {

using identity::Failure;

constexpr std::string_view kWellKnown = "/.well-known/";
constexpr std::string_view kPublic = "Access-Control-Allow-Origin: *\r\n";  // nothing in it is anybody's secret
constexpr int kInvalidRequest = -32600;
constexpr std::chrono::seconds kKeysRetry{5};

// ---- /.well-known/ ----

http::Response wellKnown(int status, std::string body) {
  http::Response answer;
  answer.status = status;
  answer.extra =
      std::string(kPublic) + (status == 200 ? "Cache-Control: public, max-age=300\r\n" : "Cache-Control: no-store\r\n");
  answer.body = std::move(body);
  return answer;
}

http::Response publicPreflight() {
  http::Response answer;
  answer.status = 204;
  answer.contentType = {};
  answer.extra = std::string(kPublic) +
                 "Access-Control-Allow-Methods: GET\r\nAccess-Control-Allow-Headers: *, authorization\r\n"
                 "Access-Control-Max-Age: 600\r\n";
  return answer;
}

http::Response failed(int status, std::string_view error, std::string_view description) {
  std::string body;
  JsonObject(body).string("error", error).string("error_description", description).end();
  return wellKnown(status, std::move(body));
}

http::Response notHere(OAuthResource resource) {
  if (resource == nullptr) {
    return failed(
        404, "not_found",
        "There is no OAuth on this listener. Send the token that you were given as Authorization: Bearer <token>.");
  }
  return failed(404, "not_found",
                "The gateway is a protected resource, no authorization server. Which one it trusts stands at " +
                    identity::metadataPaths(*resource).front() + ".");
}

// ---- refusals ----

http::Response refusal(const http::RequestHead& head, int status, std::string_view text) {
  http::Response answer;
  answer.status = status;
  answer.extra = "Cache-Control: no-store\r\n";
  if (const auto origin = head.find("Origin")) answer.extra += corsHeaders(*origin);
  answer.body = renderError({}, kInvalidRequest, text);
  return answer;
}

void challenge(http::Response& answer, const std::string& value) { answer.extra += "WWW-Authenticate: " + value + "\r\n"; }

http::Response later(const http::RequestHead& head, int status, std::string_view text, Milliseconds wait) {
  const auto seconds = std::to_string(std::max<std::int64_t>(1, (wait.count() + 999) / 1000));
  http::Response answer = refusal(head, status, std::string(text) + " Try again in " + seconds + " s.");
  answer.extra += "Retry-After: " + seconds + "\r\n";
  return answer;
}

http::Response nothingPresented(const http::RequestHead& head, OAuthResource resource) {
  http::Response answer = refusal(
      head, 401,
      resource != nullptr ? "Who calls? Sign in (WWW-Authenticate names where), or send a token that you were given as "
                            "Authorization: Bearer <token>."
                          : "Who calls? Send the token that you were given as Authorization: Bearer <token>.");
  challenge(answer, identity::challengeMissing(resource));
  return answer;
}

}  // namespace

std::optional<http::Response> metadataFor(const http::RequestHead& head, OAuthResource resource) {
  if (head.path.find(kWellKnown) == std::string_view::npos) return std::nullopt;
  if (head.method == http::Method::Options) return publicPreflight();
  if (resource == nullptr) return notHere(resource);
  const auto paths = identity::metadataPaths(*resource);
  if (std::find(paths.begin(), paths.end(), head.path) == paths.end()) return notHere(resource);
  if (head.method == http::Method::Get || head.method == http::Method::Head) {
    return wellKnown(200, identity::metadataDocument(*resource));
  }
  http::Response answer = failed(405, "method_not_allowed", "Ask with GET.");
  answer.extra += "Allow: GET, HEAD, OPTIONS\r\n";
  return answer;
}

http::Response authenticationRefused(const http::RequestHead& head, OAuthResource resource, Failure failure,
                                     Milliseconds wait) {
  switch (failure) {
    case Failure::NoCredential: return nothingPresented(head, resource);
    case Failure::Limited: return later(head, 429, "Too many credentials from this address were refused.", wait);
    case Failure::KeysUnavailable:
      return later(head, 503,
                   "The keys that your token would be verified with cannot be had at the moment; signing in again would not "
                   "help.",
                   kKeysRetry);
    default: break;
  }
  http::Response answer = refusal(head, 401, identity::publicText());
  challenge(answer, identity::challengeInvalid(resource));
  return answer;
}

}  // namespace certus::gateway
