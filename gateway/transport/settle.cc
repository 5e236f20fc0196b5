#include "gateway/transport/settle.h"

#include <string>
#include <utility>

#include "gateway/tools/route.h"
#include "gateway/transport/pending_answers.h"

namespace certus::gateway {
namespace {

constexpr int kInvalidRequest = -32600;

Reply needsSession(const Message& message) {
  return {400,
          renderError(
              message.idJson, kInvalidRequest,
              "This method needs a session: send initialize first and its Mcp-Session-Id header with every later request."),
          CallOutcome::ProtocolError};
}

void cancelEverywhere(Workers& workers, const Session& session, const std::string& idJson) {
  workers.postToAll([sessionId = session.id, idJson](Worker& worker) { worker.calls()->cancel(sessionId, idJson); });
}

void deliver(Workers& workers, const Session& session, ClientAnswer answer) {
  const auto thread = PendingAnswers::threadOf(answer.idJson);
  if (!thread || *thread >= workers.size()) return;
  workers.post(*thread, [sessionId = session.id, answer = std::move(answer)](Worker& worker) {
    worker.answers()->deliver(sessionId, answer.idJson, answer.result, answer.error);
  });
}

Reply subscribe(Workers& workers, Worker& here, const SessionRef& session, Message& message, Subscribe& wish) {
  const std::uint32_t cap = here.options().maxSubscriptions;
  if (wish.on && !session->reserveSubscription(cap)) {
    return {200,
            renderError(message.idJson, kInvalidRequest,
                        "This session has " + std::to_string(cap) +
                            " resource subscriptions, the most allowed. Unsubscribe from one first."),
            CallOutcome::ProtocolError};
  }
  workers.post(session->home, [session, uri = std::move(wish.uri), on = wish.on](Worker&) {
    const bool changed = on ? session->subscriptions.insert(uri).second : session->subscriptions.erase(uri) > 0;
    if (on != changed) session->releaseSubscription();  // a repeated one took no place, a removed one gives its back
  });
  return std::move(wish.reply);
}

// A name that lives as long as the snapshot, as the record demands.
std::string_view toolOf(const MessageContext& context, const Message& message) {
  if (message.tool.empty()) return {};
  const auto* invoke = std::get_if<Invoke>(&message.decision);
  const ToolEntry* tool = invoke != nullptr ? invoke->tool : context.route->find(message.tool);
  return tool != nullptr ? std::string_view(tool->name) : std::string_view("_other");
}

}  // namespace

Reply settle(Workers& workers, Worker& here, const SessionRef& session, Message& message) {
  Decision& decision = message.decision;
  if (auto* reply = std::get_if<Reply>(&decision)) return std::move(*reply);
  if (const auto* cancelled = std::get_if<Cancelled>(&decision)) {
    if (session) cancelEverywhere(workers, *session, cancelled->idJson);
    return {202, {}, CallOutcome::Ok};
  }
  if (auto* answer = std::get_if<ClientAnswer>(&decision)) {
    if (session) deliver(workers, *session, std::move(*answer));
    return {202, {}, CallOutcome::Ok};
  }
  if (auto* level = std::get_if<SetLevel>(&decision)) {
    if (session) session->setLogLevel(level->level);
    if (!session && here.options().sessions) return needsSession(message);
    return std::move(level->reply);  // without sessions it is accepted and forgotten: clients send it unasked
  }
  if (auto* wish = std::get_if<Subscribe>(&decision)) {
    if (!session) return needsSession(message);
    return subscribe(workers, here, session, message, *wish);
  }
  return {202, {}, CallOutcome::Ok};  // notifications
}

void cancelSession(Workers& workers, std::string_view sessionId) {
  workers.postToAll([id = std::string(sessionId)](Worker& worker) { worker.calls()->cancelAll(id); });
}

void describeSession(MessageContext& context, const Session* session) {
  if (session == nullptr) return;
  context.sessionRevision = session->settled.revision;
  context.sessionCapabilities = session->settled.capabilities;
  context.sessionElicitationUrl = session->settled.elicitsByUrl;
}

void recordMessage(Worker& worker, const MessageContext& context, const Message& message, const Answered& answered) {
  constexpr std::string_view kNames[] = {"http", "sse", "stdio"};
  AccessRecord& record = worker.blankRecord();
  record.requestId = context.requestId;
  record.method = message.method;
  record.tool = toolOf(context, message);
  record.revision = toString(message.revision);
  record.transport = kNames[static_cast<std::size_t>(context.transport)];
  record.subject = context.principal->subject;
  record.outcome = answered.outcome;
  record.httpStatus = answered.httpStatus;
  record.duration = std::chrono::steady_clock::now() - answered.started;
  record.upstream = answered.upstream;
  record.detail = answered.detail;
  worker.record(record);
}

void recordRefusedHead(Worker& worker, int httpStatus, std::string_view detail) {
  AccessRecord& record = worker.blankRecord();
  record.requestId = worker.requestIds().next().view();
  record.method = "_other";
  record.transport = "http";
  record.outcome = httpStatus == 401 || httpStatus == 403 || httpStatus == 429 ? CallOutcome::Denied : CallOutcome::ProtocolError;
  record.httpStatus = httpStatus;
  record.detail = detail;
  worker.record(record);
}

}  // namespace certus::gateway
