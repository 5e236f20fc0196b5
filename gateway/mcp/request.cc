#include "gateway/mcp/request.h"

#include <utility>

#include "base/json_write.h"
#include "gateway/mcp/failure_texts.h"

namespace certus::gateway {

ClientCapabilities Request::capabilities() const {
  if (modern()) return meta.capabilities;
  const bool elicits = (context.sessionCapabilities & kCanElicit) != 0;
  return {context.sessionCapabilities, elicits, elicits && context.sessionElicitationUrl};
}

std::optional<JsonValue> Request::param(std::string_view name) const {
  if (!envelope.params) return std::nullopt;
  return document.find(*envelope.params, name);
}

std::optional<std::string_view> Request::text(std::string_view name) const {
  const auto value = param(name);
  if (!value || !value->is(JsonKind::String)) return std::nullopt;
  return document.text(*value);
}

Reply answer(const Request& request, std::string_view resultJson) {
  Reply reply;
  std::string& body = reply.body;
  body.reserve(resultJson.size() + request.envelope.idJson.size() + 40);
  body += "{\"jsonrpc\":\"2.0\",\"id\":";
  body += request.envelope.idJson;
  body += ",\"result\":";
  body += resultJson;
  body += '}';
  return reply;
}

Reply answerEmpty(const Request& request) {
  const std::string& tail = request.texts().resultTail;
  return answer(request, tail.empty() ? "{}" : '{' + tail.substr(1) + '}');
}

Reply refusal(std::string_view idJson, const Refusal& refusal, Revision revision) {
  const FaultCodes codes = codesOf(refusal.fault, revision);
  return {codes.http, renderError(idJson, codes.rpc, refusal.message, refusal.dataJson), refusal.outcome};
}

namespace {

// Where an HTTP status reaches the caller, a credential that is too narrow is told how to get a wider one (RFC 6750).
std::string challengeOf(const Request& request, const Refusal& why) {
  const MessageContext& context = request.context;
  if (!why.needsScope || request.inBatch || context.access == nullptr) return {};
  return context.access->scopeChallenge(context.challenge, *why.needsScope, *context.principal);
}

Reply challenge(const Request& request, const Refusal& why, std::string lines) {
  Reply reply = refusal(request.envelope.idJson, why, request.revision);
  reply.httpStatus = 403;
  reply.extra = std::move(lines);
  return reply;
}

Reply render(const Request& request, const Refusal& why) {
  if (std::string lines = challengeOf(request, why); !lines.empty()) return challenge(request, why, std::move(lines));
  if (!why.asToolError || request.method->method != Method::ToolsCall) return refusal(request.envelope.idJson, why, request.revision);
  const std::string text = why.message + requestIdEnding(request.context.requestId, why.message);
  Reply reply = answer(request, toolErrorResult(text, request.texts().resultTail));
  reply.outcome = why.outcome;
  return reply;
}

}  // namespace

Reply refuse(const Request& request, const Refusal& why) {
  Reply reply = render(request, why);
  reply.detail = why.detail;
  return reply;
}

Reply invalidParams(const Request& request, std::string message, std::string dataJson, CallOutcome outcome) {
  return refuse(request, {Fault::InvalidParams, std::move(message), std::move(dataJson), outcome});
}

std::string toolErrorResult(std::string_view text, std::string_view tail) {
  std::string result = "{\"content\":[{\"type\":\"text\",\"text\":";
  appendJsonString(result, text);
  result += "}],\"isError\":true";
  result += tail;
  result += '}';
  return result;
}

Invoke begin(const Request& request, Invocation::Kind kind, std::uint32_t module, std::string_view moduleName,
             std::string_view exposedName, Milliseconds patience) {
  Invoke invoke;
  const MessageContext& context = request.context;
  const ClientCapabilities capabilities = request.capabilities();
  Invocation& invocation = invoke.invocation;
  invocation.kind = kind;
  invocation.module = module;
  invocation.name = moduleName;
  invocation.arguments = "{}";
  invocation.requestId = context.requestId;
  if (context.principal) {
    invocation.subject = context.principal->subject;
    invocation.tenant = context.caller != nullptr ? context.caller->tenant : context.principal->tenant;
  }
  invocation.traceparent = request.meta.traceparent;
  if (invocation.traceparent.empty() && isTraceparent(context.traceparent)) invocation.traceparent = context.traceparent;
  invocation.clientCapabilities = capabilities.bits;
  invocation.deadline = request.clock.steady() + patience;
  invoke.name = exposedName;
  invoke.revision = request.revision;
  invoke.idJson = request.envelope.idJson;
  invoke.progressTokenJson = request.meta.progressTokenJson;
  if (request.modern()) invoke.logLevel = request.meta.logLevel;
  invoke.mayStream = !invoke.progressTokenJson.empty() || invoke.logLevel.has_value();
  invoke.elicitsForm = capabilities.elicitsForm;
  invoke.elicitsUrl = capabilities.elicitsUrl;
  return invoke;
}

}  // namespace certus::gateway
