// The MCP listener: which answer belongs to which path and method, for all HTTP faces. What may pass is the head stages'
// business, what a message means the dispatcher's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/keys/key_arrival.h"
#include "gateway/stages/stage.h"
#include "gateway/transport/admission.h"
#include "gateway/transport/oauth_faces.h"
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
    HeadPolicy policy;         // of the head stages
    PrincipalRef local;        // who calls in open local mode
    TransportOptions options;
    bool oauth = true;           // this listener serves OAuth metadata and names it in challenges
    KeyArrival* keys = nullptr;  // null: no issuer's keys are ever fetched; outlives the handler
  };
  explicit McpHandler(Parts parts);  // before the io threads start
  ~McpHandler() override;            // after they ended

  std::optional<http::Response> admit(const http::RequestHead& head, http::Kept& kept) override;
  boost::asio::awaitable<void> handle(http::Exchange& exchange) override;

  // From any thread: ends the open streams of every io thread gracefully. Calls go on; http::Server::drain waits for them.
  void drain();

  std::size_t sessions() const { return sessions_.size(); }
  std::size_t streams() const;  // open event streams; from any thread
  const AdmissionCounters& admissions() const { return admissions_; }

 private:
  struct Refused {
    http::Response answer;
    std::string_view detail = {};  // for the log
  };
  std::optional<Refused> refusalOf(const http::RequestHead& head, const Access* access, http::Kept& kept);
  std::optional<Refused> authenticate(const http::RequestHead& head, const Access& access, http::Kept& kept);
  std::optional<http::Response> misdirected(const http::RequestHead& head, const Admission* who);
  boost::asio::awaitable<void> serve(http::Exchange& exchange, const Admission& who);
  boost::asio::awaitable<void> authenticateAndServe(http::Exchange& exchange);
  OAuthResource resourceOf(const Access* access) const { return oauth_ && access ? access->resource() : nullptr; }
  Worker& here(http::IoThread& thread) { return workers_.at(thread.index()); }

  Broadcaster& broadcaster_;
  HeadPolicy policy_;
  Admission local_;
  bool oauth_;
  KeyArrival* keys_;
  AdmissionCounters admissions_;
  TransportOptions options_;
  Workers workers_;
  SessionRegistry sessions_;
  std::vector<std::shared_ptr<SessionHome>> homes_;
  TransportParts parts_;
};

}  // namespace certus::gateway
