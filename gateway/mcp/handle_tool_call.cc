// tools/call: the hot path.
#include "gateway/mcp/handlers.h"
#include "gateway/stages/stages.h"

namespace certus::gateway {
namespace {

Reply unknownTool(const Request& request, std::string_view name, const ToolEntry* hidden) {
  std::string message = "There is no tool \"" + std::string(name.substr(0, 64)) + "\" here.";
  if (const auto near = request.route().nearestTool(name, shownTo(request))) message += " Did you mean \"" + *near + "\"?";
  Reply reply = invalidParams(request, message + " tools/list names all.", {}, CallOutcome::UnknownTool);
  if (hidden) reply.detail = whyHidden(request, hidden->item);
  return reply;
}

// The same value twice: as the sender's bytes for the module, as a DOM for the schema. nullopt: not an object.
struct Arguments {
  std::string_view json = "{}";
  simdjson::dom::element dom;
};

std::optional<Arguments> findArguments(const Request& request) {
  Arguments arguments{"{}", request.emptyObject};
  const auto given = request.param("arguments");
  if (!given) return arguments;
  if (!given->is(JsonKind::Object)) return std::nullopt;
  arguments.json = given->raw;
  simdjson::dom::element params;
  if (request.dom.at_key("params").get(params) || params.at_key("arguments").get(arguments.dom)) return std::nullopt;
  return arguments;
}

MessageCall stageView(const Request& request, const ToolEntry& tool, const Arguments& arguments) {
  MessageCall call;
  call.revision = request.revision;
  call.mcpParams = request.context.mcpParams;
  call.hasHeaders = request.context.transport == Transport::Http;
  call.tool = &tool;
  call.arguments = arguments.dom;
  const ClientCapabilities capabilities = request.capabilities();
  call.clientCapabilities = capabilities.bits;
  call.canAsk = capabilities.elicitsForm;
  call.access = request.context.access;
  call.caller = request.context.caller;
  return call;
}

}  // namespace

Decision handleToolCall(const Request& request) {
  const auto name = request.text("name");
  if (!name) return invalidParams(request, "tools/call needs params.name, the name of a tool from tools/list.");
  const ToolEntry* tool = request.route().find(*name);
  if (!tool || !mayKnow(request, tool->item)) return unknownTool(request, *name, tool);
  const auto arguments = findArguments(request);
  if (!arguments)
    return invalidParams(
        request, "params.arguments must be a JSON object such as {\"name\": \"value\"}; leave it out when there are none.");
  const rules::Rule* confirm = nullptr;
  MessageCall call = stageView(request, *tool, *arguments);
  call.confirm = &confirm;
  if (const auto why = passStages(kToolStages, call)) return refuse(request, *why);
  Invoke invoke = begin(request, Invocation::Kind::Tool, tool->module, tool->bareName, tool->name, tool->timeout);
  invoke.tool = tool;
  invoke.invocation.arguments = arguments->json;
  invoke.invocation.maxResults = tool->maxResults;
  if (request.context.access) {
    grant(request, request.context.access->limitsOf(tool->item), confirm, arguments->dom, invoke);
    invoke.grant->item = tool->item;
  }
  if (const auto why = readRound(request, arguments->dom, invoke)) return refuse(request, *why);
  return invoke;
}

}  // namespace certus::gateway
