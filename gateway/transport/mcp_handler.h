// The MCP listener: which answer belongs to which path and method, for all HTTP faces. What may pass is the head stages'
// business, what a message means the dispatcher's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/stages/stage.h"
#include "gateway/transport/transport_parts.h"
#include "http/server.h"

namespace certus::gateway {

class McpHandler final : public http::Handler {
 public:
  struct Parts {
    http::IoThreads& threads;  // these four outlive the handler
    const SnapshotBoard& board;
    Broadcaster& broadcaster;
    CallPathFactory makePath;  // once for each io thread, in the constructor
    HeadPolicy policy;         // of the head stages; its local identity is who calls
    TransportOptions options;
  };
  explicit McpHandler(Parts parts);  // before the io threads start
  ~McpHandler() override;            // after they ended

  std::optional<http::Response> admit(const http::RequestHead& head) override;
  boost::asio::awaitable<void> handle(http::Exchange& exchange) override;

  // From any thread: ends the open streams of every io thread gracefully. Calls go on; http::Server::drain waits for them.
  void drain();

  std::size_t sessions() const { return sessions_.size(); }
  std::size_t streams() const;  // open event streams; from any thread

 private:
  std::optional<http::Response> refusalOf(const http::RequestHead& head);
  Worker& here(http::IoThread& thread) { return workers_.at(thread.index()); }

  Broadcaster& broadcaster_;
  HeadPolicy policy_;
  TransportOptions options_;
  Workers workers_;
  SessionRegistry sessions_;
  std::vector<std::shared_ptr<SessionHome>> homes_;
  TransportParts parts_;
};

}  // namespace certus::gateway
