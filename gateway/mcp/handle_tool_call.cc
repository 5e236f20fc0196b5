// tools/call: the hot path.
#include "gateway/mcp/handlers.h"
#include "gateway/stages/stages.h"

namespace certus::gateway {
namespace {

Reply unknownTool(const Request& request, std::string_view name) {
  std::string message = "There is no tool \"" + std::string(name.substr(0, 64)) + "\" here.";
  if (const auto near = request.route().nearestTool(name)) message += " Did you mean \"" + *near + "\"?";
  return invalidParams(request, message + " tools/list names all.", {}, CallOutcome::UnknownTool);
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
  call.clientCapabilities = request.capabilities().bits;
  return call;
}

}  // namespace

Decision handleToolCall(const Request& request) {
  const auto name = request.text("name");
  if (!name) return invalidParams(request, "tools/call needs params.name, the name of a tool from tools/list.");
  const ToolEntry* tool = request.route().find(*name);
  if (!tool) return unknownTool(request, *name);
  const auto arguments = findArguments(request);
  if (!arguments)
    return invalidParams(
        request, "params.arguments must be a JSON object such as {\"name\": \"value\"}; leave it out when there are none.");
  if (const auto why = passStages(kToolStages, stageView(request, *tool, *arguments))) return refuse(request, *why);
  Invoke invoke = begin(request, Invocation::Kind::Tool, tool->module, tool->bareName, tool->name, tool->timeout);
  invoke.tool = tool;
  invoke.invocation.arguments = arguments->json;
  invoke.invocation.maxResults = tool->maxResults;
  if (const auto why = readRound(request, arguments->dom, invoke)) return refuse(request, *why);
  return invoke;
}

}  // namespace certus::gateway
