// The operations listener: /metrics, /healthz, /readyz, for GET and HEAD, and POST /-/reload for programs on this machine.
// Answers, like an MCP listener, only to names that are its own. What they say is injected; it is computed on a thread of
// its own, so that a scrape never delays a call.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/thread_pool.hpp>

#include "gateway/stages/stage.h"
#include "http/server.h"

namespace certus::gateway {

class OperationsHandler final : public http::Handler {
 public:
  struct Readiness {
    bool ready = true;
    std::string json;  // the whole body, with the reasons
  };
  using ReloadDone = std::function<void(int status, std::string json)>;
  struct Sources {                         // the first two on the handler's own thread, one at a time
    std::function<std::string()> metrics;  // Prometheus text format 0.0.4
    std::function<Readiness()> readiness;
    // On an io thread, to return at once; `done` from any thread, at most once, while the io threads exist. Empty: the path
    // is not served.
    std::function<void(ReloadDone done)> reload = nullptr;
  };
  explicit OperationsHandler(Sources sources, HeadPolicy policy = {});
  ~OperationsHandler() override;

  std::optional<http::Response> admit(const http::RequestHead& head, http::Kept& kept) override;
  boost::asio::awaitable<void> handle(http::Exchange& exchange) override;

 private:
  struct Page {
    int status = 200;
    std::string body;
  };
  struct Job;
  Page make(std::string_view path) const;
  std::optional<http::Response> admitReload(const http::RequestHead& head) const;
  std::shared_ptr<Job> begin(http::Exchange& exchange);
  std::shared_ptr<Job> beginReload(http::Exchange& exchange);
  boost::asio::awaitable<void> serve(http::Exchange& exchange);

  Sources sources_;
  const HeadPolicy policy_;  // of hosts alone
  boost::asio::thread_pool thread_{1};
};

}  // namespace certus::gateway
