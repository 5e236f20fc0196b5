#include "gateway/guard/gateway_module.h"

namespace certus::gateway {
namespace {

constexpr std::string_view kWhoamiOutput = R"({
"type":"object",
"properties":{
  "mode":{"type":"string","enum":["open","policy"],"description":"open: no policy is configured, every local caller may do everything"},
  "subject":{"type":"string"},
  "tenant":{"type":"string"},
  "groups":{"type":"array","items":{"type":"string"},"description":"those that count in the policy"},
  "droppedGroups":{"type":"array","items":{"type":"string"},"description":"groups that the credential names and its issuer may not give; absent: none"},
  "authenticatedBy":{"type":"string","enum":["local user","bearer token","API key","client certificate"]},
  "expires":{"type":"string","format":"date-time","description":"when the credential ends; absent: never"},
  "narrowedTo":{"type":"array","items":{"type":"string"},"description":"the tools, resources and prompts that the credential itself is limited to, as service/name patterns; absent: not limited"}
},
"required":["mode","subject","groups","authenticatedBy"],
"additionalProperties":false})";

constexpr std::string_view kLimitsInput = R"({
"type":"object",
"properties":{
  "tool":{"type":"string","minLength":1,"maxLength":200,"description":"a tool's name from tools/list, or service/tool; leave it out to see the limits of everything you may use"},
  "resource":{"type":"string","minLength":1,"maxLength":1024,"description":"instead of a tool: a resource's URI from resources/list, or a template as it stands in resources/templates/list"},
  "prompt":{"type":"string","minLength":1,"maxLength":200,"description":"instead of a tool: a prompt's name from prompts/list"}},
"maxProperties":1,
"additionalProperties":false})";

constexpr std::string_view kLimitsOutput = R"({
"type":"object",
"properties":{
  "limits":{"type":"array","items":{
    "type":"object",
    "properties":{
      "name":{"type":"string"},
      "kind":{"type":"string","enum":["rate","concurrency"]},
      "rule":{"type":"string","description":"as the policy says it, such as 30/m burst 60"},
      "left":{"type":"integer","minimum":0,"description":"calls that could be made now, or places that are free"},
      "of":{"type":"integer","minimum":0},
      "fullAgainSeconds":{"type":"integer","minimum":0,"description":"rate: until left equals of"},
      "sharedBy":{"type":"string","description":"whose calls count together"}
    },
    "required":["name","kind","rule","left","of","sharedBy"],
    "additionalProperties":false}},
  "cost":{"type":"integer","minimum":0,"description":"of one call of what was asked about, in every rate"},
  "notShown":{"type":"integer","minimum":1,"description":"limits left out of this answer; ask about one tool, resource or prompt to see its own"}
},
"required":["limits"],
"additionalProperties":false})";

ToolDescriptor tool(std::string_view name) {
  ToolDescriptor out;
  out.name = name;
  out.readOnly = out.idempotent = 1;
  out.destructive = out.openWorld = 0;
  return out;
}

}  // namespace

ModuleDescriptor gatewayModule() {
  ModuleDescriptor out;
  out.name = kGatewayModule;
  out.version = CERTUS_VERSION;
  ToolDescriptor whoami = tool(kWhoamiTool);
  whoami.title = "Who am I to this gateway";
  whoami.description =
      "Tells whom this gateway takes you for: subject, tenant, groups, how you authenticated, when the credential ends and "
      "whether it is limited to certain tools. Use it when a tool is refused or missing. Changes nothing.";
  whoami.inputSchema = R"({"type":"object","properties":{},"additionalProperties":false})";
  whoami.outputSchema = kWhoamiOutput;
  ToolDescriptor limits = tool(kLimitsTool);
  limits.title = "What is left of my limits";
  limits.description =
      "Tells how many calls you have left: each limit that meets you, how much of it is left, when it is full again and who "
      "shares it. Reading a resource and getting a prompt count as calls. Use it before a long series of calls, or after a "
      "call was refused by a limit. Takes nothing from the limits it shows.";
  limits.inputSchema = kLimitsInput;
  limits.outputSchema = kLimitsOutput;
  out.tools = {std::move(whoami), std::move(limits)};
  return out;
}

}  // namespace certus::gateway
