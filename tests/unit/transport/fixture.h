// The real handler, dispatcher, renderer and server on an ephemeral port with two io threads; only the modules are scripted.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/transport/mcp_handler.h"
#include "tests/unit/transport/peer.h"
#include "tests/unit/transport/scripted_runner.h"

namespace certus::gateway::test {

SnapshotRef scriptedSnapshot(std::uint64_t generation = 1);

// Calls until it is true; false after a minute.
bool eventually(const std::function<bool()>& holds);

// One request of the newest revision and its headers.
Json modernMessage(const std::string& method, Json params = Json::object(), const Json& id = 1, const Json& extraMeta = Json::object());
Headers modernHeaders(const Json& message);
Json legacyMessage(const std::string& method, Json params = nullptr, const Json& id = 1);
Json toolCall(const std::string& tool, const Json& id = 1, const Json& extra = Json::object());  // legacy
std::string textOf(const Json& response);  // of the first content block of a tool's result
bool isError(const Json& response);

struct Records {
  std::vector<AccessRecord> all() {
    const std::lock_guard lock(mutex);
    return list;
  }
  std::mutex mutex;
  std::vector<AccessRecord> list;
};

class TransportTest : public ::testing::Test {
 protected:
  ~TransportTest() override;

  void serve(TransportOptions options = {});
  Peer connect() { return Peer(server->port()); }
  Peer connectTo(unsigned thread, const Headers& headers = {});  // a connection that this io thread serves
  Answer callModern(Peer& peer, const std::string& tool, const Json& extraMeta = Json::object());

  // initialize on a fresh connection; the headers that go with every later request of that session.
  struct Client {
    std::string session;
    Headers headers;
    Json initialized;
  };
  Client initialize(const Json& capabilities = Json::object(), const std::string& revision = "2025-11-25", unsigned thread = 0);
  void stopServing();

  Script script;
  Records records;
  std::unique_ptr<http::IoThreads> threads = std::make_unique<http::IoThreads>(2);
  std::unique_ptr<SnapshotBoard> board;
  std::unique_ptr<Broadcaster> broadcaster;
  std::vector<std::unique_ptr<ScriptedRunner>> runners;
  std::shared_ptr<McpHandler> handler;
  std::unique_ptr<http::Server> server;
};

CallPathFactory scriptedPaths(Script& script, Records& records, std::vector<std::unique_ptr<ScriptedRunner>>& runners);

}  // namespace certus::gateway::test
