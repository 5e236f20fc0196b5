#include "gateway/transport/post_request.h"

#include <chrono>
#include <utility>

#include "gateway/stages/origin.h"
#include "gateway/tools/snapshot.h"

namespace certus::gateway {
namespace {

constexpr int kInvalidRequest = -32600;
constexpr int kInternal = -32603;
constexpr const char* kLost = "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n";
constexpr int kSessionNotFound = -32001;  // what legacy SDKs look for beside the 404

}  // namespace

namespace {

// The head was judged before the body came, which may take its time: what ended meanwhile does not count.
std::optional<identity::Failure> lostSince(const Access& access, const Admission& who) {
  const WallTime now = std::chrono::system_clock::now();
  if (who.access == access.serial() && who.principal->expires > now) return std::nullopt;
  const auto valid = access.authenticator().stillValid(*who.principal, now);
  return valid ? std::nullopt : std::optional(valid.error());
}

}  // namespace

PostRequest::PostRequest(TransportParts& parts, Worker& worker, http::Exchange& exchange, const Admission& who)
    : parts_(parts),
      worker_(worker),
      who_(who),
      started_(std::chrono::steady_clock::now()),
      snapshot_(worker.snapshot()),
      headers_(RequestHeaders::of(exchange.head())),
      requestId_(worker.requestIds().next()) {
  if (headers_.origin) extra_ = corsHeaders(*headers_.origin);
  readContext(exchange.head());
  if (lost_) {
    refusal_ = Reply{401, renderError({}, kInvalidRequest, identity::publicText()), CallOutcome::Denied, kLost,
                     std::string(identity::labelOf(*lost_))};
    return;
  }
  if (context_.route == nullptr) {
    refuse(404, kInvalidRequest, "There is no MCP endpoint at this path (any more).");
    return;
  }
  const bool named = headers_.sessionId.has_value() && parts_.options.sessions;
  if (named) session_ = parts_.sessions.find(*headers_.sessionId, sessionOrigin(), started_);
  describeSession(context_, session_.get());
  parsed_ = worker.dispatcher().dispatch(exchange.body(), context_);
  if (modern()) {
    session_.reset();  // the newest revision ignores the header
    return;
  }
  const Message& first = message();
  const auto* reply = std::get_if<Reply>(&first.decision);
  const bool unreadable = reply != nullptr && reply->httpStatus >= 400;
  if (named && !session_ && !unreadable && !std::holds_alternative<Opened>(first.decision)) {
    refuse(404, kSessionNotFound,
           "Session not found: it has ended or expired. Send initialize again, without Mcp-Session-Id.");
  }
}

Session::Origin PostRequest::sessionOrigin() const { return {who_.principal->key, std::string(context_.route->path())}; }

void PostRequest::readContext(const http::RequestHead& head) {
  context_.transport = Transport::Http;
  context_.route = snapshot_->catalog->route(head.path);
  context_.principal = who_.principal.get();
  if (const Access* access = snapshot_->access.get()) {  // decided anew for every message, whatever was known before
    if (const auto lost = lostSince(*access, who_)) {
      lost_ = *lost;
      return;
    }
    caller_ = access->caller(worker_.thread().index(), who_.principal);
    context_.access = access;
    context_.caller = caller_.get();
    context_.thread = worker_.thread().index();
    context_.clientAddress = who_.clientAddress;
    context_.challenge = parts_.oauth ? Challenge::OAuth : Challenge::Plain;
  }
  context_.protocolVersion = headers_.protocolVersion;
  context_.mcpMethod = headers_.mcpMethod;
  context_.mcpName = headers_.mcpName;
  context_.mcpParams = headers_.mcpParams;
  context_.requestId = requestId_.view();
  context_.traceparent = headers_.traceparent;
}

void PostRequest::releaseSnapshot() {
  context_.route = nullptr;
  context_.access = nullptr;
  context_.caller = nullptr;
  caller_.reset();
  snapshot_.reset();
}

void PostRequest::refuse(int status, int code, std::string_view text) {
  const std::string_view id =
      parsed_.messages.empty() || parsed_.batch ? std::string_view{} : std::string_view(message().idJson);
  refusal_ = Reply{status, renderError(id, code, text), CallOutcome::ProtocolError};
}

Reply PostRequest::settleNow(Message& message) {
  if (auto* opened = std::get_if<Opened>(&message.decision)) return open(message, *opened);
  return settle(parts_.workers, worker_, session_, message);
}

Reply PostRequest::open(Message& message, Opened& opened) {
  if (!parts_.options.sessions) return std::move(opened.reply);
  Settlement settled{opened.revision, opened.clientCapabilities, opened.hasElicitationUrl, std::move(opened.clientName)};
  const unsigned home = worker_.thread().index();
  auto session = parts_.sessions.open(sessionOrigin(), std::move(settled), home, started_);
  if (!session) return {200, renderError(message.idJson, kInternal, session.error().message), CallOutcome::Denied};
  parts_.homes[home]->watch();
  extra_ += "Mcp-Session-Id: " + (*session)->id + "\r\n";
  return std::move(opened.reply);
}

}  // namespace certus::gateway
