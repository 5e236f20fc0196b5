#include "gateway/transport/mcp_handler.h"

#include <algorithm>
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

constexpr Milliseconds kKeyPatience{12'000};  // a fetch gives up before

http::Response refusal(int status, std::string_view text) {
  http::Response answer;
  answer.status = status;
  answer.body = renderError({}, -32600, text);
  return answer;
}

bool isForwarded(const http::RequestHead& head) {
  for (const http::Field& field : head.fields) {
    constexpr std::string_view kPrefix = "X-Forwarded-";
    if (http::equalsIgnoreCase(field.name.substr(0, kPrefix.size()), kPrefix)) return true;
    for (const std::string_view name :
         {"Forwarded", "Via", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"}) {
      if (http::equalsIgnoreCase(field.name, name)) return true;
    }
  }
  return false;
}

HeadCall headCallOf(const http::RequestHead& head, const HeadPolicy& policy, const Access* access) {
  HeadCall call;
  call.host = head.find("Host");
  call.origin = head.find("Origin");
  call.policy = &policy;
  call.open = access == nullptr;
  call.forwarded = call.open && isForwarded(head);
  if (access != nullptr && access->resource() != nullptr) call.publicOrigin = identity::publicOrigin(*access->resource());
  return call;
}

template <std::size_t N>
std::optional<http::Response> passHead(const HeadStage (&stages)[N], HeadCall& call) {
  const auto refused = passStages(stages, call);
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

bool showsAny(const Caller& caller, const ListedItems& items) {
  const auto sees = [&caller](std::uint32_t item) { return caller.sees(item); };
  for (const auto* list : {&items.tools, &items.prompts, &items.resources, &items.templates}) {
    if (std::any_of(list->begin(), list->end(), sees)) return true;
  }
  return false;
}

// A module of which a caller may see nothing is none to it, as a hidden tool is none. The path of all modules is everybody's.
bool offers(const Snapshot& snapshot, std::string_view path, const Admission* who) {
  const Route* route = snapshot.catalog->route(path);
  const bool everybodys = route == &snapshot.catalog->composed();
  if (route == nullptr || everybodys || !snapshot.access || who == nullptr) return route != nullptr;
  const CallerRef caller = snapshot.access->caller(http::IoThread::current()->index(), who->principal);
  return showsAny(*caller, route->listed());
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
      local_{std::move(parts.local), {}, false},
      oauth_(parts.oauth),
      keys_(parts.keys),
      admissions_(parts.threads.size()),
      options_(parts.options),
      workers_(parts.threads, parts.makePath, parts.board, options_),
      sessions_(parts.threads.size(), options_.sessionLimits),
      homes_(makeHomes(workers_, sessions_, broadcaster_)),
      parts_{options_, oauth_, workers_, sessions_, homes_, broadcaster_} {}

McpHandler::~McpHandler() = default;

std::optional<http::Response> McpHandler::admit(const http::RequestHead& head, http::Kept& kept) {
  Worker& worker = here(*http::IoThread::current());
  auto refused = refusalOf(head, worker.snapshot()->access.get(), kept);
  if (!refused) return std::nullopt;
  if (refused->answer.status >= 400) recordRefusedHead(worker, refused->answer.status, refused->detail);
  return std::move(refused->answer);
}

// Who calls is asked before what there is: a stranger learns no paths.
std::optional<McpHandler::Refused> McpHandler::refusalOf(const http::RequestHead& head, const Access* access,
                                                         http::Kept& kept) {
  HeadCall call = headCallOf(head, policy_, access);
  const OAuthResource resource = resourceOf(access);
  if (auto refused = passHead(kFirstStages, call)) return Refused{std::move(*refused)};
  auto metadata = metadataFor(head, resource);
  if (metadata && resource != nullptr) return Refused{std::move(*metadata)};  // without one there is nothing public
  if (auto refused = passHead(kHeadStages, call)) return Refused{std::move(*refused)};
  if (metadata) return Refused{std::move(*metadata)};
  const bool asksForCors = head.method == http::Method::Options && head.find("Access-Control-Request-Method");
  if (asksForCors && endpointOf(head.path)) return Refused{preflight(head)};
  if (access != nullptr) {
    if (auto refused = authenticate(head, *access, kept)) return refused;
  }
  const auto* who = static_cast<const Admission*>(kept.get());
  if (who != nullptr && who->awaitsKeys) return std::nullopt;  // a stranger until its keys are there: asked once they are
  if (auto answer = misdirected(head, who)) return Refused{std::move(*answer)};
  return std::nullopt;
}

std::optional<McpHandler::Refused> McpHandler::authenticate(const http::RequestHead& head, const Access& access,
                                                            http::Kept& kept) {
  const unsigned thread = http::IoThread::current()->index();
  if (const auto* earlier = static_cast<const Admission*>(kept.get()); earlier && standsFor(*earlier, access, head)) {
    admissions_.count(thread, AdmissionCounters::kAccepted);
    return std::nullopt;
  }
  Judgement judgement = judge(access, head);
  if (judgement.admission) {
    if (!judgement.admission->awaitsKeys) admissions_.count(thread, AdmissionCounters::kAccepted);
    kept = std::move(judgement.admission);
    return std::nullopt;
  }
  admissions_.count(thread, static_cast<std::size_t>(judgement.failure));
  return Refused{authenticationRefused(head, resourceOf(&access), judgement.failure, judgement.wait),
                 identity::labelOf(judgement.failure)};
}

std::optional<http::Response> McpHandler::misdirected(const http::RequestHead& head, const Admission* who) {
  const auto endpoint = endpointOf(head.path);
  const SnapshotRef& snapshot = here(*http::IoThread::current()).snapshot();
  const bool served = endpoint && (endpoint->routePath.empty() || offers(*snapshot, endpoint->routePath, who));
  if (!served) {
    return refusal(404, "There is no MCP endpoint at this path. Try /mcp for all tools, or /mcp/<module> for one module's.");
  }
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
  const auto* who = static_cast<const Admission*>(exchange.kept().get());
  if (who == nullptr) {
    const bool open = here(exchange.thread()).snapshot()->access == nullptr;
    return open ? serve(exchange, local_) : exchange.respond(500, "application/json", {}, "{}");  // cannot be; if it is: no
  }
  return who->awaitsKeys ? authenticateAndServe(exchange) : serve(exchange, *who);
}

// The one wait of authentication: an issuer's keys are on their way, and with them the answer. Any issuer's fetch ends a
// wait.
boost::asio::awaitable<void> McpHandler::authenticateAndServe(http::Exchange& exchange) {
  const SteadyTime until = std::chrono::steady_clock::now() + kKeyPatience;
  Worker& worker = here(exchange.thread());
  SnapshotRef snapshot = worker.snapshot();
  http::Kept kept;
  std::optional<Refused> refused;
  for (;;) {
    const std::uint64_t seen = keys_ != nullptr ? keys_->count() : 0;  // before asking: what comes in between is not missed
    if (snapshot->access) refused = authenticate(exchange.head(), *snapshot->access, kept);
    const auto* waiting = static_cast<const Admission*>(kept.get());
    const bool waits = !refused && waiting != nullptr && waiting->awaitsKeys;
    if (!waits || keys_ == nullptr || !keys_->hasRoom(exchange.thread())) break;
    if (std::chrono::steady_clock::now() >= until) break;
    co_await keys_->wait(exchange.thread(), seen, until);
    snapshot = worker.snapshot();
    kept.reset();
  }
  const auto* who = static_cast<const Admission*>(kept.get());
  if (!refused && (who == nullptr || who->awaitsKeys)) {
    constexpr auto kAway = identity::Failure::KeysUnavailable;
    admissions_.count(exchange.thread().index(), static_cast<std::size_t>(kAway));
    refused = Refused{authenticationRefused(exchange.head(), resourceOf(snapshot->access.get()), kAway, {}),
                      identity::labelOf(kAway)};
  }
  if (!refused) {
    if (auto answer = misdirected(exchange.head(), who)) refused = Refused{std::move(*answer)};
  }
  if (refused) {
    recordRefusedHead(worker, refused->answer.status, refused->detail);
    const http::Response& answer = refused->answer;
    co_await exchange.respond(answer.status, answer.contentType, answer.extra, answer.body);
    co_return;
  }
  co_await serve(exchange, *who);
}

boost::asio::awaitable<void> McpHandler::serve(http::Exchange& exchange, const Admission& who) {
  Worker& worker = here(exchange.thread());
  const auto endpoint = endpointOf(exchange.head().path);
  switch (endpoint->face) {
    case Endpoint::Face::LegacyStream: return serveLegacySse(parts_, worker, exchange, who);
    case Endpoint::Face::LegacyMessages: return serveLegacyMessage(parts_, exchange, who);
    case Endpoint::Face::Streamable: break;
  }
  switch (exchange.head().method) {
    case http::Method::Get: return serveSessionStream(parts_, worker, exchange, who);
    case http::Method::Delete: return serveSessionEnd(parts_, worker, exchange, who);
    default: return servePost(parts_, worker, exchange, who);
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
