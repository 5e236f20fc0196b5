// Runs exchanges of a Client from a test's own thread and hands back plain values.
#pragma once

#include <future>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "http/client.h"

namespace certus::test {

struct Asked {
  http::Method method = http::Method::Get;
  std::string target = "/";
  std::string body;
  bool idempotent = false;
  Milliseconds within{60'000};
};

struct Got {
  http::ClientFailure failure = http::ClientFailure::None;
  int status = 0;
  std::string contentType, body, detail;
  std::uint32_t retryAfter = 0;
};

inline http::ClientLimits unhurried() {
  http::ClientLimits limits;
  limits.connectTimeout = Milliseconds(60'000);
  return limits;
}

class ClientRun {
 public:
  explicit ClientRun(const std::string& url, http::ClientLimits limits = unhurried(), http::TlsFiles tls = {})
      : threads_(1) {
    auto made = http::Client::create(threads_.at(0), *http::parseOrigin(url), std::move(tls), limits);
    EXPECT_TRUE(made.has_value());
    client_ = std::move(*made);
    threads_.start();
  }
  ~ClientRun() {
    threads_.stop();
    threads_.join();
  }

  std::future<Got> begin(Asked asked) {
    auto running = std::make_shared<Running>();
    running->asked = std::move(asked);
    auto future = running->result.get_future();
    boost::asio::post(threads_.at(0).context(), [this, running] {
      current_ = running;
      boost::asio::co_spawn(threads_.at(0).context(), run(*client_, running), boost::asio::detached);
    });
    return future;
  }
  Got ask(Asked asked = {}) { return begin(std::move(asked)).get(); }
  void cancelLast() {
    boost::asio::post(threads_.at(0).context(), [this] { current_->cancel(); });
  }

  http::IoThreads& threads() { return threads_; }

 private:
  struct Running {
    Asked asked;
    http::Cancel cancel;
    std::promise<Got> result;
  };

  static boost::asio::awaitable<void> run(http::Client& client, std::shared_ptr<Running> running) {
    http::ClientRequest request;
    request.method = running->asked.method;
    request.target = running->asked.target;
    request.body = running->asked.body;
    request.contentType = "application/json";
    request.extra = "X-Extra: 1\r\n";
    request.idempotent = running->asked.idempotent;
    request.deadline = std::chrono::steady_clock::now() + running->asked.within;
    http::ClientResponse response;
    co_await client.exchange(request, response, running->cancel);
    Got got;
    got.failure = response.failure;
    got.status = response.status;
    got.contentType = response.contentType;
    got.body = response.body;
    got.detail = response.detail;
    got.retryAfter = response.retryAfterSeconds;
    response = http::ClientResponse();
    running->result.set_value(std::move(got));
  }

  http::IoThreads threads_;
  std::unique_ptr<http::Client> client_;
  std::shared_ptr<Running> current_;
};

}  // namespace certus::test
