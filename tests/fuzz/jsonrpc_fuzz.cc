// One message from anywhere, and what a module then answers. Input:
// `<transport><header><session>\n<Mcp-Method>\n<Mcp-Name>\n<body>`. Whatever happens: no crash; every answer is one line of
// valid JSON with the request's id or none; what is accepted is JSON to another parser too; what reaches a module is a slice
// of the body.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "gateway/mcp/dispatcher.h"
#include "gateway/mcp/sealer.h"
#include "tests/fuzz/jsonrpc_catalog.h"

namespace {

using namespace certus;
using namespace certus::gateway;
using Json = nlohmann::json;

void require(bool holds) {
  if (!holds) std::abort();
}

class StandingClock final : public Clock {
 public:
  SteadyTime steady() const override { return {}; }
  WallTime wall() const override { return WallTime{} + std::chrono::hours(400'000); }
};

std::string_view line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view first = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return first;
}

std::optional<std::string_view> header(std::string_view text) { return text.empty() ? std::nullopt : std::optional(text); }

MessageContext contextOf(std::string_view selector) {
  const auto at = [&](std::size_t i) { return i < selector.size() ? selector[i] : '-'; };
  MessageContext context;
  if (at(0) == 's') context.transport = Transport::Stdio;
  if (at(0) == 'e') context.transport = Transport::Sse;
  if (at(1) == 'm') context.protocolVersion = "2026-07-28";
  if (at(1) == 'l') context.protocolVersion = "2025-06-18";
  if (at(1) == 'x') context.protocolVersion = "2099-01-01";
  if (at(2) == 'b') context.sessionRevision = Revision::V2025_03_26;
  if (at(2) == 'n') context.sessionRevision = Revision::V2025_11_25;
  context.sessionCapabilities = kCanElicit;
  context.requestId = "req-1";
  return context;
}

void checkAnswer(std::string_view text, const std::string& idJson) {
  require(text.find_first_of("\r\n") == std::string_view::npos);
  const Json json = Json::parse(text, nullptr, false);
  require(json.is_object() && json.value("jsonrpc", "") == "2.0");
  require(json.contains("result") != json.contains("error"));
  require(json.contains("id") == !idJson.empty());
  if (!idJson.empty()) require(!json["id"].is_null() && json["id"] == Json::parse(idJson));
}

struct World {
  std::shared_ptr<const Catalog> catalog = fuzzCatalog();
  StandingClock clock;
  std::shared_ptr<const Sealer> sealer = std::make_shared<const Sealer>(std::vector<SealKey>{SealKey{}});
  Principal principal{"me", "local\nme"};
  std::unique_ptr<Dispatcher> dispatcher = makeDispatcher(options());
  std::unique_ptr<ResultRenderer> renderer = makeRenderer({&clock, sealer});

  DispatcherOptions options() {
    DispatcherOptions result;
    result.clock = &clock;
    result.sealer = sealer;
    result.maxBytes = 64 * 1024;
    return result;
  }
};

// Every kind of outcome, made of what the client sent.
void runModule(World& world, const Invoke& invoke, const MessageContext& context, std::string_view body,
               const std::string& idJson) {
  const Invocation& asked = invoke.invocation;
  require(Json::accept(asked.arguments) && Json::parse(asked.arguments).is_object());
  require(asked.arguments == "{}" || body.find(asked.arguments) != std::string_view::npos);
  ContentView text;
  text.text = body.substr(0, 200);
  text.data = body;
  text.uri = asked.name;
  text.annotations = asked.arguments;
  for (int kind = 1; kind <= 7; ++kind) {
    for (int content = 1; content <= 5; content += kind == 1 ? 1 : 5) {
      text.kind = static_cast<ContentView::Kind>(content);
      OutcomeView outcome;
      outcome.kind = static_cast<OutcomeView::Kind>(kind);
      outcome.content = {&text, 1};
      outcome.structured = content == 5 ? body : asked.arguments;
      outcome.state = asked.name;
      std::string out;
      world.renderer->render(invoke, context, outcome, out);
      checkAnswer(out, idJson);
    }
  }
}

void check(World& world, const Message& message, const MessageContext& context, std::string_view body) {
  if (const auto* reply = std::get_if<Reply>(&message.decision)) checkAnswer(reply->body, message.idJson);
  if (const auto* opened = std::get_if<Opened>(&message.decision)) checkAnswer(opened->reply.body, message.idJson);
  if (const auto* subscribe = std::get_if<Subscribe>(&message.decision)) checkAnswer(subscribe->reply.body, message.idJson);
  if (const auto* listen = std::get_if<Listen>(&message.decision)) {
    checkAnswer(listen->result, message.idJson);
    require(Json::accept(listen->acknowledgement));
  }
  if (const auto* level = std::get_if<SetLevel>(&message.decision)) {
    checkAnswer(level->reply.body, message.idJson);
  }
#ifdef CERTUS_FUZZ_SELFTEST
  // Planted: reached only by a well-formed cancellation of another request than the seeds cancel.
  const auto* cancelled = std::get_if<Cancelled>(&message.decision);
  if (cancelled && cancelled->idJson != "3") __builtin_trap();
#endif
  if (const auto* invoke = std::get_if<Invoke>(&message.decision)) runModule(world, *invoke, context, body, message.idJson);
}

bool isParseError(const Message& message) {
  const auto* reply = std::get_if<Reply>(&message.decision);
  return reply && reply->body.find("\"code\":-32700") != std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  MessageContext context = contextOf(line(rest));
  context.mcpMethod = header(line(rest));
  context.mcpName = header(line(rest));
  const std::pair<std::string_view, std::string_view> region{"Region", context.mcpName.value_or("eu")};
  context.mcpParams = {&region, 1};
  context.principal = &world.principal;
  context.route = size % 2 == 0 ? &world.catalog->composed() : world.catalog->moduleRoute("lab");
  const auto parsed = world.dispatcher->dispatch(rest, context);
  require(!parsed.messages.empty());
  const bool refused = parsed.messages.size() == 1 && isParseError(parsed.messages.front());
  require(refused || Json::accept(rest));
  for (const Message& message : parsed.messages) check(world, message, context, rest);
  return 0;
}
