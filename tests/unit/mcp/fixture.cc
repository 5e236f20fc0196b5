#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

ToolDescriptor tool(std::string name, std::string description, std::string inputSchema) {
  ToolDescriptor descriptor;
  descriptor.name = std::move(name);
  descriptor.description = std::move(description);
  descriptor.inputSchema = std::move(inputSchema);
  return descriptor;
}

ModuleDescriptor trust() {
  ModuleDescriptor module;
  module.name = "trust";
  module.version = "1.0";
  module.instructions = "Use trust_verify before you run an artifact.";
  ToolDescriptor verify = tool("verify", "Checks a signature.", R"({
    "type": "object",
    "properties": {"artifact": {"type": "string", "pattern": "^sha256:[0-9a-f]{8}$"}, "limit": {"type": "integer", "minimum": 1}},
    "required": ["artifact"], "additionalProperties": false})");
  verify.title = "Verify";
  verify.readOnly = 1;
  verify.icons = R"([{"src":"https://example.org/i.png"}])";
  verify.meta = R"({"ui":{"x":1}})";
  verify.outputSchema = R"({"type":"object","properties":{"valid":{"type":"boolean"}},"required":["valid"]})";
  ToolDescriptor sign = tool("sign", "Signs.", R"({"type":"object","additionalProperties":true})");
  ToolDescriptor retired = tool("retired", "Gone.", R"({"type":"object"})");
  ToolDescriptor shout = tool("shout", "Asks the user.", R"({"type":"object"})");
  shout.requiredCapabilities = kCanElicit;
  ToolDescriptor region = tool("region", "Routed.", R"({"type":"object","properties":{
    "region":{"type":"string","x-mcp-header":"Region"},
    "count":{"type":"integer","x-mcp-header":"Count"},
    "deep":{"type":"object","properties":{"flag":{"type":"boolean","x-mcp-header":"Flag"}}}}})");
  ToolDescriptor numbers = tool("numbers", "Counts.", R"({"type":"object","properties":{"any":true}})");
  numbers.outputSchema = R"({"type":"array","items":{"$ref":"#/$defs/n"},"$defs":{"n":{"type":"integer"}}})";
  module.tools = {verify, sign, retired, shout, region, numbers};
  return module;
}

ModuleDescriptor lab() {
  ModuleDescriptor module;
  module.name = "lab";
  module.version = "2.0";
  module.completes = module.subscribable = module.logs = true;
  module.tools = {tool("echo", "Echoes.", R"({"type":"object","additionalProperties":true})")};
  module.prompts = {{"greet", "Greeting", "Says hello.", {{"who", "Who", "a name", true}, {"tone", "", "", false}}},
                    {"plain", "", "", {}}};
  module.resources = {{"lab://static", "static", "Static", "A text.", "text/plain", "", false},
                      {"lab://item/{id}/data", "item", "", "", "", "", true}};
  return module;
}

}  // namespace

std::vector<ModuleDescriptor> sampleModules() { return {trust(), lab()}; }

config::Gateway sampleConfig() {
  config::Gateway config;
  config::Module trustModule;
  trustModule.name = "trust";
  trustModule.tools["retired"].enabled = false;
  trustModule.tools["verify"].maxResults = 7;
  trustModule.tools["verify"].timeout = Milliseconds(1500);
  config.modules = {trustModule};
  config.instructions = "House rules.";
  return config;
}

std::shared_ptr<const Catalog> sampleCatalog(const config::Gateway& config) {
  const CatalogBuild build = Catalog::build(sampleModules(), config);
  for (const CatalogProblem& problem : build.problems) ADD_FAILURE() << problem.path << ": " << problem.message;
  return build.catalog;
}

std::shared_ptr<const Catalog> sampleCatalog() {
  static const std::shared_ptr<const Catalog> catalog = sampleCatalog(sampleConfig());
  return catalog;
}

Protocol::Protocol() {
  SealKey key{};
  key.fill(7);
  sealer = std::make_shared<const Sealer>(std::vector<SealKey>{key});
  DispatcherOptions options;
  options.clock = &clock;
  options.sealer = sealer;
  dispatcher = makeDispatcher(options);
  renderer = makeRenderer({&clock, sealer});
  context.route = &catalog->composed();
  context.principal = &principal;
  context.requestId = "req-1";
}

Json Protocol::modernBody(const std::string& method, Json params, Json extraMeta) {
  extraMeta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28";
  if (!extraMeta.contains("io.modelcontextprotocol/clientCapabilities"))
    extraMeta["io.modelcontextprotocol/clientCapabilities"] = Json::object();
  params["_meta"] = std::move(extraMeta);
  return {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}};
}

void Protocol::modernHeaders(const Json& body) {
  methodHeader_ = body["method"].get<std::string>();
  const char* key = methodHeader_ == "resources/read" ? "uri" : "name";
  nameHeader_ =
      body["params"].contains(key) && body["params"][key].is_string() ? body["params"][key].get<std::string>() : "";
  context.protocolVersion = "2026-07-28";
  context.mcpMethod = methodHeader_;
  context.mcpName = nameHeader_.empty() ? std::nullopt : std::optional<std::string_view>(nameHeader_);
}

Message Protocol::modern(const std::string& method, Json params, Json extraMeta) {
  const Json body = modernBody(method, std::move(params), std::move(extraMeta));
  modernHeaders(body);
  return send(body);
}

Message Protocol::legacy(Revision revision, const std::string& method, const Json& params) {
  context.protocolVersion.reset();
  context.mcpMethod.reset();
  context.mcpName.reset();
  context.sessionRevision = revision;
  Json message = {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}};
  if (!params.is_null()) message["params"] = params;
  return send(message);
}

Message Protocol::send(std::string_view text) {
  auto parsed = dispatcher->dispatch(text, context);
  EXPECT_EQ(parsed.messages.size(), 1u);
  EXPECT_FALSE(parsed.batch);
  return std::move(parsed.messages.front());
}

const Reply& Protocol::reply(const Message& message) {
  static const Reply kNone{0, "{}", CallOutcome::Internal};
  if (const auto* plain = std::get_if<Reply>(&message.decision)) return *plain;
  if (const auto* opened = std::get_if<Opened>(&message.decision)) return opened->reply;
  if (const auto* level = std::get_if<SetLevel>(&message.decision)) return level->reply;
  if (const auto* subscribe = std::get_if<Subscribe>(&message.decision)) return subscribe->reply;
  return kNone;
}

int Protocol::code(const Message& message) {
  const Json json = body(message);
  return json.contains("error") ? json["error"]["code"].get<int>() : 0;
}

}  // namespace certus::gateway
