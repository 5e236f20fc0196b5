#include "gateway/mcp/dispatcher.h"

#include "gateway/mcp/era.h"
#include "gateway/mcp/handlers.h"
#include "gateway/mcp/json_document.h"
#include "gateway/mcp/methods.h"
#include "gateway/mcp/request.h"
#include "gateway/mcp/sealer.h"
#include "gateway/stages/stages.h"

namespace certus::gateway {
namespace {

using Element = simdjson::dom::element;

Refusal refusing(Fault fault, std::string message) { return {fault, std::move(message), {}, CallOutcome::ProtocolError}; }

Decision handle(const Request& request) {
  switch (request.method->method) {
    case Method::Initialize: return handleInitialize(request);
    case Method::Ping: return answerEmpty(request);
    case Method::Discover: return handleDiscover(request);
    case Method::ToolsList:
    case Method::PromptsList:
    case Method::ResourcesList:
    case Method::TemplatesList: return handleList(request);
    case Method::ToolsCall: return handleToolCall(request);
    case Method::PromptsGet: return handlePromptGet(request);
    case Method::ResourcesRead: return handleResourceRead(request);
    case Method::ResourcesSubscribe:
    case Method::ResourcesUnsubscribe: return handleSubscription(request);
    case Method::Complete: return handleCompletion(request);
    case Method::SetLevel: return handleSetLevel(request);
    case Method::Listen: return handleListen(request);
    default: break;
  }
  return refuse(request, refusing(Fault::Internal, "The gateway has no handler for this method."));
}

Decision unknownMethod(const Request& request) {
  return refuse(request, refusing(Fault::MethodNotFound, "Method \"" + std::string(request.envelope.method.substr(0, 64)) +
                                                             "\" is not offered here in revision " +
                                                             std::string(toString(request.revision)) + '.'));
}

MessageCall headerView(const Request& request) {
  MessageCall call;
  call.mcpMethod = request.context.mcpMethod;
  call.mcpName = request.context.mcpName;
  call.hasHeaders = request.context.transport == Transport::Http;
  call.method = request.envelope.method;
  call.name = request.text(request.method->method == Method::ResourcesRead ? "uri" : "name");
  return call;
}

// The ladder of the newest revision, from the envelope on; what precedes it concerns all revisions.
Decision climb(const Request& request) {
  const bool hasHeaders = request.context.transport == Transport::Http;
  if (const auto why = checkModernEnvelope(request.meta, request.context.protocolVersion, hasHeaders))
    return refuse(request, *why);
  if (hasHeaders) {
    if (const auto why = passStages(kRequestStages, headerView(request))) return refuse(request, *why);
  }
  if (!isOffered(*request.method, request.revision, request.route().offers())) return unknownMethod(request);
  return handle(request);
}

Decision serveLegacy(const Request& request) {
  if (!isOffered(*request.method, request.revision, request.route().offers())) return unknownMethod(request);
  // Over HTTP a settled revision means a live session; stdio clients do initialize twice.
  if (request.method->method == Method::Initialize && request.context.transport == Transport::Http &&
      request.context.sessionRevision) {
    return refuse(
        request, refusing(Fault::InvalidRequest,
                          "This session is initialized already; send `initialize` without Mcp-Session-Id to open another."));
  }
  return handle(request);
}

Decision takeNotification(const Request& request) {
  if (request.method->method == Method::Initialized && !request.modern()) return Initialized{};
  // On the newest revision over HTTP, closing the stream is the cancellation.
  const bool canCancel = !request.modern() || request.context.transport != Transport::Http;
  if (request.method->method == Method::Cancelled && canCancel) {
    const auto id = request.param("requestId");
    if (id && (id->is(JsonKind::String) || isInteger(*id))) return Cancelled{std::string(id->raw)};
  }
  return IgnoredNotification{};
}

Decision takeAnswer(const Envelope& envelope) {
  ClientAnswer answer{std::string(envelope.idJson), {}, {}};
  if (envelope.result) answer.result = envelope.result->raw;
  if (envelope.error) answer.error = envelope.error->raw;
  return answer;
}

class ProtocolDispatcher final : public Dispatcher {
 public:
  explicit ProtocolDispatcher(const DispatcherOptions& options)
      : options_(options), clock_(options.clock ? *options.clock : systemClock_) {
    if (emptyParser_.parse(std::string_view("{}")).get(emptyObject_)) emptyObject_ = {};
  }

  Parsed dispatch(std::string_view body, const MessageContext& context) override {
    Parsed parsed;
    memory_ = std::make_shared<JsonMemory>();
    const auto root = document_.parse(body, *memory_, {options_.maxBytes, options_.maxDepth});
    if (!root) {
      parsed.messages.push_back(refused(context, {}, refusing(Fault::Parse, "Parse error: " + root.error().message + '.')));
    } else if (root->is(JsonKind::Array)) {
      batch(*root, context, parsed);
    } else {
      parsed.messages.push_back(one(*root, document_.dom(), context, false));
    }
    memory_.reset();
    document_.shrink();
    return parsed;
  }

 private:
  Message refused(const MessageContext& context, std::string_view idJson, const Refusal& why) const {
    Message message;
    message.revision = headerEra(context.protocolVersion) == HeaderEra::Modern ? kModern : legacyRevision(context);
    message.decision = refusal(idJson, why, message.revision);
    message.method = "_other";
    message.idJson = idJson;
    return message;
  }

  // Why this array may not be served as a batch, or empty.
  std::string batchFault(const JsonValue& array, const MessageContext& context) {
    std::size_t count = 0;
    auto items = document_.members(array);
    while (const auto item = items.next()) {
      ++count;
      const auto envelope = readEnvelope(document_, item->value);
      if (envelope && readMeta(document_, envelope->meta).hasVersionKey)
        return "a batch may not hold requests of revision 2026-07-28; send one message at a time";
    }
    if (count == 0) return "an empty array is no message";
    if (count > options_.maxBatch) return "a batch may hold at most " + std::to_string(options_.maxBatch) + " messages";
    const HeaderEra header = headerEra(context.protocolVersion);
    if (header == HeaderEra::Modern || header == HeaderEra::Unknown || legacyRevision(context) > Revision::V2025_03_26) {
      return "only revisions 2024-11-05 and 2025-03-26 have batches; send one message at a time";
    }
    return {};
  }

  void batch(const JsonValue& array, const MessageContext& context, Parsed& parsed) {
    if (std::string wrong = batchFault(array, context); !wrong.empty()) {
      parsed.messages.push_back(refused(context, {}, refusing(Fault::InvalidRequest, "Invalid request: " + wrong + '.')));
      return;
    }
    parsed.batch = true;
    simdjson::dom::array doms;
    if (document_.dom().get(doms)) return;
    auto dom = doms.begin();
    auto items = document_.members(array);
    while (const auto item = items.next()) {
      parsed.messages.push_back(one(item->value, *dom, context, true));
      ++dom;
    }
  }

  Message one(const JsonValue& value, Element dom, const MessageContext& context, bool inBatch) {
    const auto envelope = readEnvelope(document_, value);
    if (!envelope)
      return refused(context, envelope.error().idJson,
                     refusing(Fault::InvalidRequest, "Invalid request: " + envelope.error().message + '.'));
    Request request{context,
                    clock_,
                    options_.sealer.get(),
                    document_,
                    dom,
                    emptyObject_,
                    memory_,
                    *envelope,
                    readMeta(document_, envelope->meta),
                    kNewestLegacy,
                    &methodRow(envelope->method),
                    inBatch};
    const bool isInitialize = request.method->method == Method::Initialize;
    const auto era = classify({envelope->kind, isInitialize, &request.meta, context.protocolVersion});
    if (!era) return refused(context, envelope->idJson, era.error());
    request.revision = *era == Era::Modern ? kModern : legacyRevision(context);
    const bool misplaced = inBatch && isInitialize && envelope->kind == Envelope::Kind::Request;
    Message message{misplaced ? refuse(request, refusing(Fault::InvalidRequest, "`initialize` may not be part of a batch."))
                              : decide(request)};
    message.revision = request.revision;
    message.memory = memory_;
    if (envelope->kind != Envelope::Kind::Answer) message.method = request.method->name;
    if (envelope->kind == Envelope::Kind::Request) message.idJson = envelope->idJson;
    nameTool(request, message);
    return message;
  }

  static Decision decide(const Request& request) {
    switch (request.envelope.kind) {
      case Envelope::Kind::Answer:
        if (!request.context.refused.empty()) return IgnoredNotification{};
        return takeAnswer(request.envelope);
      case Envelope::Kind::Notification: return takeNotification(request);
      case Envelope::Kind::Request: break;
    }
    if (const std::string_view why = request.context.refused; !why.empty())
      return refuse(request, {Fault::Forbidden, std::string(why), {}, CallOutcome::Denied});
    return request.modern() ? climb(request) : serveLegacy(request);
  }

  static void nameTool(const Request& request, Message& message) {
    if (request.method->method != Method::ToolsCall) return;
    const auto* invoke = std::get_if<Invoke>(&message.decision);
    const auto name = invoke ? std::nullopt : request.text("name");
    const ToolEntry* tool = invoke ? invoke->tool : name ? request.route().find(*name) : nullptr;
    message.tool = tool ? std::string_view(tool->name) : "_other";
  }

  DispatcherOptions options_;
  SystemClock systemClock_;
  const Clock& clock_;
  simdjson::dom::parser emptyParser_;
  Element emptyObject_;
  JsonDocument document_;
  std::shared_ptr<JsonMemory> memory_;
};

}  // namespace

std::unique_ptr<Dispatcher> makeDispatcher(const DispatcherOptions& options) {
  return std::make_unique<ProtocolDispatcher>(options);
}

}  // namespace certus::gateway
