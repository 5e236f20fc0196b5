#include <fstream>
#include <future>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/transport/stdio_server.h"
#include "tests/unit/transport/fixture.h"

namespace certus::gateway::test {
namespace {

// The client's ends of two pipes.
class Stdio : public ::testing::Test {
 protected:
  ~Stdio() override {
    script.released = true;
    closeInput();
    if (server) ended.get_future().wait();
    threads.stop();
    threads.join();
    server.reset();
    for (const int descriptor : {serverInput_, serverOutput_, output_}) {
      if (descriptor >= 0) close(descriptor);
    }
  }

  void start(TransportOptions options = {}, int input = -1) {
    int in[2], out[2];
    ASSERT_EQ(pipe2(in, O_CLOEXEC), 0);
    ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
    input_ = in[1];
    serverInput_ = in[0];
    output_ = out[0];
    serverOutput_ = out[1];
    if (input >= 0) {
      close(serverInput_);
      serverInput_ = input;
    }
    StdioServer::Parts parts{threads, board, broadcaster, scriptedPaths(script, records, runners), std::make_shared<const Principal>(Principal{"alice@host", "local\nalice@host"}), options};
    parts.input = serverInput_;
    parts.output = serverOutput_;
    parts.ended = [this] { ended.set_value(); };
    server = std::make_unique<StdioServer>(std::move(parts));
    threads.start();
    server->start();
  }

  void say(std::string text) {
    text += '\n';
    ASSERT_EQ(write(input_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void say(const Json& message) { say(message.dump()); }

  // The next line; null when none comes in time.
  Json hear() {
    for (;;) {
      const std::size_t end = heard_.find('\n');
      if (end != std::string::npos) {
        const Json message = Json::parse(heard_.substr(0, end), nullptr, false);
        heard_.erase(0, end + 1);
        return message;
      }
      pollfd waiting{output_, POLLIN, 0};
      char bytes[4096];
      if (poll(&waiting, 1, 60'000) <= 0) return {};
      const ssize_t count = read(output_, bytes, sizeof bytes);
      if (count <= 0) return {};
      heard_.append(bytes, static_cast<std::size_t>(count));
    }
  }

  void closeInput() {
    if (input_ >= 0) close(input_);
    input_ = -1;
  }

  static Json initialization(const std::string& revision = "2025-11-25", const Json& capabilities = {{"elicitation", Json::object()}}) {
    return legacyMessage("initialize", {{"protocolVersion", revision}, {"capabilities", capabilities}, {"clientInfo", {{"name", "t"}, {"version", "1"}}}}, "init");
  }

  Script script;
  Records records;
  http::IoThreads threads{1};
  SnapshotBoard board{threads, scriptedSnapshot()};
  Broadcaster broadcaster{threads};
  std::vector<std::unique_ptr<ScriptedRunner>> runners;
  std::promise<void> ended;
  std::unique_ptr<StdioServer> server;
  int input_ = -1, output_ = -1, serverInput_ = -1, serverOutput_ = -1;
  std::string heard_;
};

TEST_F(Stdio, ServesEveryLegacyRevision) {
  start();
  for (const std::string revision : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
    say(initialization(revision));
    EXPECT_EQ(hear()["result"]["protocolVersion"], revision);
    say(legacyMessage("notifications/initialized", nullptr, nullptr));
    say(legacyMessage("tools/list", nullptr, 2));
    EXPECT_FALSE(hear()["result"]["tools"].empty());
    say(toolCall("echo", "three"));
    const Json answer = hear();
    EXPECT_EQ(answer["id"], "three");
    EXPECT_EQ(textOf(answer), "{}");
  }
  EXPECT_EQ(records.all().back().transport, "stdio");
}

TEST_F(Stdio, ServesTheNewestRevisionWithoutAHandshakeAndLateInitializesToo) {
  start();
  say(modernMessage("tools/list", Json::object(), 0));
  EXPECT_EQ(hear()["result"]["resultType"], "complete");
  say(modernMessage("server/discover", Json::object(), "probe"));
  EXPECT_TRUE(hear()["result"]["supportedVersions"].is_array());
  say(initialization());
  EXPECT_TRUE(hear()["result"].contains("capabilities"));
  say(modernMessage("tools/call", {{"name", "echo"}, {"arguments", {{"a", 1}}}}, 4));
  EXPECT_EQ(textOf(hear()), R"({"a":1})");
  say(initialization("2025-06-18"));
  EXPECT_EQ(hear()["result"]["protocolVersion"], "2025-06-18");
}

TEST_F(Stdio, AnswersAnUnknownFirstRequestWithAnError) {
  start();
  say(legacyMessage("no/such", nullptr, 1));
  EXPECT_EQ(hear()["error"]["code"], -32601);
}

TEST_F(Stdio, RunsRequestsSideBySideAndCancelsByIdWithoutAResponse) {
  start();
  say(initialization());
  hear();
  say(toolCall("hold", 1));
  say(toolCall("echo", 2));
  EXPECT_EQ(hear()["id"], 2);
  say(legacyMessage("notifications/cancelled", {{"requestId", 1}}, nullptr));
  EXPECT_TRUE(eventually([this] { return script.cancelled == 1; }));
  say(legacyMessage("notifications/cancelled", {{"requestId", 1}}, nullptr));
  say(modernMessage("tools/call", {{"name", "hold"}, {"arguments", Json::object()}}, "m"));
  EXPECT_TRUE(eventually([this] { return script.started == 3; }));
  say(legacyMessage("notifications/cancelled", {{"requestId", "m"}}, nullptr));
  EXPECT_TRUE(eventually([this] { return script.cancelled == 2; }));
  say(legacyMessage("ping", nullptr, 9));
  EXPECT_EQ(hear()["id"], 9);
}

TEST_F(Stdio, AsksItsLegacyClientLive) {
  start();
  say(initialization());
  hear();
  say(toolCall("ask", 1));
  const Json question = hear();
  EXPECT_EQ(question["method"], "elicitation/create");
  say({{"jsonrpc", "2.0"}, {"id", question["id"]}, {"result", {{"action", "decline"}}}});
  EXPECT_EQ(textOf(hear()), R"(remembered {"name":{"action":"decline"}})");
}

TEST_F(Stdio, TellsBothErasOfChangesEachInItsOwnWay) {
  start();
  say(initialization());
  hear();
  say(legacyMessage("resources/subscribe", {{"uri", "lab://watched"}}, 1));
  EXPECT_EQ(hear()["result"], Json::object());
  say(modernMessage("subscriptions/listen", {{"notifications", {{"toolsListChanged", true}}}}, 5));
  EXPECT_EQ(hear()["method"], "notifications/subscriptions/acknowledged");
  broadcaster.listsChanged(kToolsList);
  Json untagged = hear(), tagged = hear();
  if (untagged.contains("params") && untagged["params"].contains("_meta")) std::swap(untagged, tagged);
  EXPECT_EQ(untagged["method"], "notifications/tools/list_changed");
  EXPECT_EQ(tagged["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], 5);
  broadcaster.resourceUpdated("lab://watched");
  EXPECT_EQ(hear()["params"]["uri"], "lab://watched");
  say(legacyMessage("notifications/cancelled", {{"requestId", 5}}, nullptr));
  say(legacyMessage("ping", nullptr, 6));
  EXPECT_EQ(hear()["id"], 6);
  broadcaster.listsChanged(kToolsList);
  EXPECT_FALSE(hear().contains("params"));  // only the legacy one is left
  say(legacyMessage("ping", nullptr, 7));
  EXPECT_EQ(hear()["id"], 7);
}

TEST_F(Stdio, SurvivesGarbageBlankLinesCarriageReturnsAndBatches) {
  start();
  say(std::string("{nonsense"));
  const Json error = hear();
  EXPECT_EQ(error["error"]["code"], -32700);
  EXPECT_FALSE(error.contains("id"));
  say(std::string("\n  \n\r"));
  say(legacyMessage("ping", nullptr, 1).dump() + "\r");
  EXPECT_EQ(hear()["id"], 1);
  say(initialization("2025-03-26"));
  hear();
  say(Json::array({toolCall("echo", 1), legacyMessage("ping", nullptr, 2)}));
  EXPECT_EQ(hear().size(), 2u);
}

TEST_F(Stdio, SkipsALineOverTheCapAndSaysSo) {
  TransportOptions options;
  options.maxLineBytes = 1000;
  start(options);
  say(std::string(200'000, 'x'));
  const Json error = hear();
  EXPECT_NE(error["error"]["message"].get<std::string>().find("1000"), std::string::npos);
  say(legacyMessage("ping", nullptr, 1));
  EXPECT_EQ(hear()["id"], 1);
}

TEST_F(Stdio, WritesAnAnswerOfManyBytesWhole) {
  start();
  const std::string large(3u << 20, 'y');
  std::thread talking([&] { say(toolCall("echo", 1, {{"arguments", {{"text", large}}}})); });
  const Json answer = hear();
  talking.join();
  EXPECT_EQ(Json::parse(textOf(answer))["text"].get<std::string>().size(), large.size());
}

TEST_F(Stdio, TheEndOfInputCancelsWhatRunsAndEndsTheServer) {
  start();
  say(toolCall("hold", 1));
  EXPECT_TRUE(eventually([this] { return script.started == 1; }));
  say(legacyMessage("ping", nullptr, 2).dump());
  closeInput();
  auto done = ended.get_future();
  ASSERT_EQ(done.wait_for(std::chrono::seconds(60)), std::future_status::ready);
  EXPECT_EQ(script.cancelled, 1);
  EXPECT_EQ(hear()["id"], 2);
  ended = {};
  ended.set_value();
}

TEST_F(Stdio, StopEndsItToo) {
  start();
  server->stop();
  auto done = ended.get_future();
  EXPECT_EQ(done.wait_for(std::chrono::seconds(60)), std::future_status::ready);
  ended = {};
  ended.set_value();
}

TEST_F(Stdio, AReaderThatWentAwayEndsIt) {
  start();
  close(output_);
  output_ = -1;
  say(legacyMessage("ping", nullptr, 1));
  auto done = ended.get_future();
  EXPECT_EQ(done.wait_for(std::chrono::seconds(60)), std::future_status::ready);
  ended = {};
  ended.set_value();
}

TEST_F(Stdio, ReadsARegularFile) {
  char name[] = "/tmp/certus-stdio-XXXXXX";
  const int file = mkstemp(name);
  ASSERT_GE(file, 0);
  unlink(name);
  const std::string text = initialization().dump() + "\n" + legacyMessage("tools/list", nullptr, 2).dump();  // no final line break
  ASSERT_EQ(write(file, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  lseek(file, 0, SEEK_SET);
  start({}, file);
  EXPECT_EQ(hear()["id"], "init");
  EXPECT_EQ(hear()["id"], 2);
}

}  // namespace
}  // namespace certus::gateway::test
