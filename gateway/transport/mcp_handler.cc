#include "gateway/transport/mcp_handler.h"

#include <utility>

#include "gateway/stages/stages.h"
#include "gateway/tools/snapshot.h"
#include "gateway/transport/endpoint.h"
#include "gateway/transport/legacy_sse.h"
#include "gateway/transport/request_headers.h"
#include "gateway/transport/session_stream.h"
#include "gateway/transport/settle.h"
#include "gateway/transport/streamable_post.h"

namespace certus::gateway {
namespace {

http::Response refusal(int status, std::string_view text) {
  http::Response answer;
  answer.status = status;
  answer.body = renderError({}, -32600, text);
  return answer;
}

std::optional<http::Response> passHead(const http::RequestHead& head, const HeadPolicy& policy) {
  HeadCall call;
  call.host = head.find("Host");
  call.origin = head.find("Origin");
  call.policy = &policy;
  const auto refused = passHeadStages(call);
  if (!refused) return std::nullopt;
  const FaultCodes codes = codesOf(refused->fault, kNewestLegacy);
  http::Response answer;
  answer.status = codes.http;
  answer.body = renderError({}, codes.rpc, refused->message, refused->dataJson);
  return answer;
}

http::Response preflight(const http::RequestHead& head) {
  http::Response answer;
  answer.status = 204;
  answer.contentType = {};
  const auto none = std::string_view{};
  answer.extra =
      preflightHeaders(head.find("Origin").value_or(none), head.find("Access-Control-Request-Headers").value_or(none));
  return answer;
}

std::string_view allowedMethods(const Endpoint& endpoint, bool sessions) {
  switch (endpoint.face) {
    case Endpoint::Face::LegacyStream: return "GET";
    case Endpoint::Face::LegacyMessages: return "POST";
    case Endpoint::Face::Streamable: break;
  }
  return sessions ? "POST, GET, DELETE" : "POST";
}

bool methodFits(const Endpoint& endpoint, http::Method method) {
  using http::Method;
  switch (endpoint.face) {
    case Endpoint::Face::LegacyStream: return method == Method::Get;
    case Endpoint::Face::LegacyMessages: return method == Method::Post;
    case Endpoint::Face::Streamable: break;
  }
  return method == Method::Post || method == Method::Get || method == Method::Delete;
}

bool isJson(const http::RequestHead& head) {
  return http::equalsIgnoreCase(essenceOf(head.find("Content-Type").value_or(std::string_view{})), "application/json");
}

std::vector<std::shared_ptr<SessionHome>> makeHomes(Workers& workers, SessionRegistry& sessions, Broadcaster& broadcaster) {
  std::vector<std::shared_ptr<SessionHome>> homes;
  for (unsigned i = 0; i < workers.size(); ++i) {
    homes.push_back(std::make_shared<SessionHome>(workers, sessions, broadcaster, i));
  }
  return homes;
}

}  // namespace

McpHandler::McpHandler(Parts parts)
    : broadcaster_(parts.broadcaster),
      policy_(std::move(parts.policy)),
      options_(parts.options),
      workers_(parts.threads, parts.makePath, parts.board, options_),
      sessions_(parts.threads.size(), options_.sessionLimits),
      homes_(makeHomes(workers_, sessions_, broadcaster_)),
      parts_{options_, policy_.local, workers_, sessions_, homes_, broadcaster_} {}

McpHandler::~McpHandler() = default;

std::optional<http::Response> McpHandler::admit(const http::RequestHead& head) {
  auto answer = refusalOf(head);
  if (answer && answer->status >= 400) {
    recordRefusedHead(here(*http::IoThread::current()), answer->status);
  }
  return answer;
}

std::optional<http::Response> McpHandler::refusalOf(const http::RequestHead& head) {
  const SnapshotRef& snapshot = here(*http::IoThread::current()).snapshot();
  if (auto refused = passHead(head, policy_)) return refused;
  const auto endpoint = endpointOf(head.path);
  const bool served = endpoint && (endpoint->routePath.empty() || snapshot->catalog->route(endpoint->routePath) != nullptr);
  if (!served) {
    return refusal(404, "There is no MCP endpoint at this path. Try /mcp for all tools, or /mcp/<module> for one module's.");
  }
  if (head.method == http::Method::Options && head.find("Access-Control-Request-Method")) return preflight(head);
  if (!methodFits(*endpoint, head.method)) {
    http::Response answer = refusal(405, "This method is not served here.");
    answer.extra = "Allow: " + std::string(allowedMethods(*endpoint, options_.sessions)) + "\r\n";
    return answer;
  }
  if (head.method == http::Method::Post && !isJson(head)) {
    return refusal(415, "Send the message as Content-Type: application/json.");
  }
  return std::nullopt;
}

boost::asio::awaitable<void> McpHandler::handle(http::Exchange& exchange) {
  Worker& worker = here(exchange.thread());
  const auto endpoint = endpointOf(exchange.head().path);
  switch (endpoint->face) {
    case Endpoint::Face::LegacyStream: return serveLegacySse(parts_, worker, exchange);
    case Endpoint::Face::LegacyMessages: return serveLegacyMessage(parts_, exchange);
    case Endpoint::Face::Streamable: break;
  }
  switch (exchange.head().method) {
    case http::Method::Get: return serveSessionStream(parts_, worker, exchange);
    case http::Method::Delete: return serveSessionEnd(parts_, worker, exchange);
    default: return servePost(parts_, worker, exchange);
  }
}

void McpHandler::drain() {
  workers_.postToAll([](Worker& worker) { worker.streams()->drain(); });
}

std::size_t McpHandler::streams() const {
  std::size_t open = 0;
  for (std::size_t i = 0; i < workers_.size(); ++i) open += workers_.at(i).streams()->open();
  return open;
}

}  // namespace certus::gateway
