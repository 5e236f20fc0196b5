// MCP over stdin and stdout: one message a line, requests side by side, all revisions. Reads no file and contacts nobody;
// what it answers with is what it is given. Its end is the end of its input.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/call/principal.h"
#include "gateway/transport/broadcaster.h"
#include "gateway/transport/channel.h"
#include "gateway/transport/line_splitter.h"
#include "gateway/transport/stdio_pipes.h"
#include "gateway/transport/worker.h"

namespace certus::gateway {

class StdioServer {
 public:
  struct Parts {
    http::IoThreads& threads;  // the first serves; these three outlive the server
    const SnapshotBoard& board;
    Broadcaster& broadcaster;
    CallPathFactory makePath;  // called in the constructor
    PrincipalRef principal;
    TransportOptions options;
    std::string routePath = "/mcp";  // "/mcp/trust": that module alone
    int input = 0, output = 1;       // neither is closed
    std::function<void()> ended = {};  // once, on the io thread: everything is answered or cancelled, and written
  };
  explicit StdioServer(Parts parts);
  ~StdioServer();  // after the io threads ended

  void start();
  void stop();  // from any thread, also before start(): as if the input had ended

 private:
  class LineOutlet;
  class LegacyListener;
  void receive(const std::string& bytes);
  void end();
  boost::asio::awaitable<void> finish();

  Parts parts_;
  Workers workers_;
  SessionRef session_;
  std::unique_ptr<LineOutlet> outlet_;
  std::unique_ptr<Channel> channel_;
  std::unique_ptr<LegacyListener> listener_;
  std::unique_ptr<LineSplitter> splitter_;
  std::unique_ptr<PipeWriter> writer_;
  std::unique_ptr<PipeReader> reader_;
  bool ending_ = false;
};

// Makes the standard output ours alone: what else the process prints goes to stderr from now on. The descriptor to write to.
int takeStandardOutput();

}  // namespace certus::gateway
