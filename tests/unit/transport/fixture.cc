#include "tests/unit/transport/fixture.h"

#include <chrono>
#include <thread>

#include "gateway/mcp/sealer.h"
#include "gateway/tools/snapshot.h"

namespace certus::gateway::test {

SnapshotRef scriptedSnapshot(std::uint64_t generation) {
  auto config = std::make_shared<config::Gateway>();
  config::Module lab;
  lab.name = "lab";
  lab.prefix = "";
  config->modules = {lab};
  const CatalogBuild build = Catalog::build(scriptedModules(), *config);
  for (const CatalogProblem& problem : build.problems) ADD_FAILURE() << problem.path << ": " << problem.message;
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = generation;
  snapshot->config = config;
  snapshot->catalog = build.catalog;
  return snapshot;
}

bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

Json modernMessage(const std::string& method, Json params, const Json& id, const Json& extraMeta) {
  Json meta = {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
               {"io.modelcontextprotocol/clientCapabilities", {{"elicitation", Json::object()}}},
               {"io.modelcontextprotocol/clientInfo", {{"name", "test"}, {"version", "1"}}}};
  meta.update(extraMeta);
  params["_meta"] = meta;
  return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
}

Headers modernHeaders(const Json& message) {
  Headers headers = {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", message["method"].get<std::string>()}};
  const Json& params = message["params"];
  if (params.contains("name")) headers.emplace_back("Mcp-Name", params["name"].get<std::string>());
  if (params.contains("uri")) headers.emplace_back("Mcp-Name", params["uri"].get<std::string>());
  return headers;
}

Json legacyMessage(const std::string& method, Json params, const Json& id) {
  Json message = {{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.is_null()) message["params"] = std::move(params);
  if (!id.is_null()) message["id"] = id;
  return message;
}

Json toolCall(const std::string& tool, const Json& id, const Json& extra) {
  Json params = {{"name", tool}, {"arguments", Json::object()}};
  params.update(extra);
  return legacyMessage("tools/call", params, id);
}

std::string textOf(const Json& response) {
  const Json result = response.value("result", Json::object());
  if (!result.contains("content") || result["content"].empty()) return "no content in " + response.dump();
  return result["content"][0].value("text", "");
}

bool isError(const Json& response) { return response.value("result", Json::object()).value("isError", false); }

CallPathFactory scriptedPaths(Script& script, Records& records, std::vector<std::unique_ptr<ScriptedRunner>>& runners) {
  SealKey key{};
  key.fill(7);
  const auto sealer = std::make_shared<const Sealer>(std::vector<SealKey>{key});
  return [&script, &records, &runners, sealer](http::IoThread& thread) {
    runners.push_back(std::make_unique<ScriptedRunner>(thread, script));
    DispatcherOptions dispatching;
    dispatching.sealer = sealer;
    RendererOptions rendering;
    rendering.sealer = sealer;
    return CallPath{makeDispatcher(dispatching), makeRenderer(rendering), runners.back().get(), [&records](const AccessRecord& record) {
                      const std::lock_guard lock(records.mutex);
                      records.list.push_back(record);
                    }};
  };
}

void TransportTest::serve(TransportOptions options) {
  board = std::make_unique<SnapshotBoard>(*threads, scriptedSnapshot());
  broadcaster = std::make_unique<Broadcaster>(*threads);
  HeadPolicy policy;
  const auto local = std::make_shared<const Principal>(Principal{"alice@host", "local\nalice@host"});
  handler = std::make_shared<McpHandler>(
      McpHandler::Parts{*threads, *board, *broadcaster, scriptedPaths(script, records, runners), policy, local, options});
  auto listening = http::Server::listen(*threads, "127.0.0.1", 0, {}, handler);
  ASSERT_TRUE(listening) << listening.error().message;
  server = std::move(*listening);
  server->start();
  threads->start();
}

void TransportTest::stopServing() {
  script.released = true;
  threads->stop();
  threads->join();
  server.reset();  // its sockets belong to the threads' contexts
  threads.reset();
}

TransportTest::~TransportTest() {
  if (threads) stopServing();
}

Peer TransportTest::connectTo(unsigned thread, const Headers& headers) {
  std::vector<Peer> others;
  for (int tries = 0; tries < 64; ++tries) {
    Peer peer = connect();
    if (textOf(peer.post("/mcp", toolCall("where"), headers).json()) == std::to_string(thread)) return peer;
    others.push_back(std::move(peer));  // kept open, so that the next one goes elsewhere
  }
  ADD_FAILURE() << "no connection landed on io thread " << thread;
  return connect();
}

Answer TransportTest::callModern(Peer& peer, const std::string& tool, const Json& extraMeta) {
  const Json message = modernMessage("tools/call", {{"name", tool}, {"arguments", Json::object()}}, 1, extraMeta);
  return peer.post("/mcp", message, modernHeaders(message));
}

TransportTest::Client TransportTest::initialize(const Json& capabilities, const std::string& revision, unsigned thread) {
  Peer peer = connectTo(thread);
  const Json params = {{"protocolVersion", revision}, {"capabilities", capabilities}, {"clientInfo", {{"name", "test"}, {"version", "1"}}}};
  const Answer answer = peer.post("/mcp", legacyMessage("initialize", params));
  EXPECT_EQ(answer.status, 200) << answer.body;
  Client client{answer.header("mcp-session-id"), {}, answer.json()};
  client.headers = {{"Mcp-Session-Id", client.session}, {"MCP-Protocol-Version", revision}};
  EXPECT_EQ(peer.post("/mcp", legacyMessage("notifications/initialized", nullptr, nullptr), client.headers).status, 202);
  return client;
}

}  // namespace certus::gateway::test
