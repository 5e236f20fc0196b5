// The operations listener: /metrics, /healthz, /readyz, for GET and HEAD. What they say is injected; it is computed on a
// thread of its own, so that a scrape never delays a call.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/thread_pool.hpp>

#include "http/server.h"

namespace certus::gateway {

class OperationsHandler final : public http::Handler {
 public:
  struct Readiness {
    bool ready = true;
    std::string json;  // the whole body, with the reasons
  };
  struct Sources {  // each on the handler's own thread, one at a time
    std::function<std::string()> metrics;  // Prometheus text format 0.0.4
    std::function<Readiness()> readiness;
  };
  explicit OperationsHandler(Sources sources);
  ~OperationsHandler() override;

  std::optional<http::Response> admit(const http::RequestHead& head) override;
  boost::asio::awaitable<void> handle(http::Exchange& exchange) override;

 private:
  struct Page {
    int status = 200;
    std::string body;
  };
  struct Job;
  Page make(std::string_view path) const;
  std::shared_ptr<Job> begin(http::Exchange& exchange);
  boost::asio::awaitable<void> serve(http::Exchange& exchange);

  Sources sources_;
  boost::asio::thread_pool thread_{1};
};

}  // namespace certus::gateway
