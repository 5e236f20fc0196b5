// An issuer that publishes keys over a real server, a KeyRing that fetches them, and waiting for what it tells.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/keys/key_ring.h"
#include "http/server.h"
#include "tests/unit/policy_identity/issuing.h"

namespace certus::gateway::test {

inline std::string keySetOf(const std::string& kid) {
  return identity::Json{{"keys", {identity::SigningKey::of("P-256").jwk(kid)}}}.dump();
}

// Answers every path alike, and remembers which were asked for.
class KeyServer {
 public:
  explicit KeyServer(std::string body) : handler_(std::make_shared<Pages>()) {
    answer(200, std::move(body));
    auto made = http::Server::listen(threads_, "127.0.0.1", 0, {}, handler_);
    EXPECT_TRUE(made.has_value());
    server_ = std::move(*made);
    server_->start();
    threads_.start();
  }
  ~KeyServer() {
    threads_.stop();
    threads_.join();
  }

  void answer(int status, std::string body, std::string extra = {}) {
    const std::scoped_lock lock(handler_->mutex);
    handler_->page = {status, std::move(body), std::move(extra)};
  }
  std::string url(const std::string& path = "/keys") const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }
  std::vector<std::string> asked() const {
    const std::scoped_lock lock(handler_->mutex);
    return handler_->asked;
  }

 private:
  struct Page {
    int status = 200;
    std::string body, extra;
  };
  struct Pages final : http::Handler {
    std::optional<http::Response> admit(const http::RequestHead& head, http::Kept&) override {
      const std::scoped_lock lock(mutex);
      asked.emplace_back(head.target);
      http::Response out;
      out.status = page.status;
      out.extra = page.extra;
      out.body = page.body;
      return out;
    }
    boost::asio::awaitable<void> handle(http::Exchange& exchange) override {
      return exchange.respond(500, "text/plain", std::string_view(), "not reached");
    }
    std::mutex mutex;
    Page page;
    std::vector<std::string> asked;
  };

  http::IoThreads threads_{1};
  std::shared_ptr<Pages> handler_;
  std::unique_ptr<http::Server> server_;
};

inline identity::Issuer issuerAt(const std::string& url) {
  identity::Issuer out;
  out.name = "company";
  out.issuer = "https://id.example.com";
  out.audiences = {"https://gateway.example.com/mcp"};
  out.jwksUrl = url;
  return out;
}

inline SteadyTime now() { return std::chrono::steady_clock::now(); }

// The io threads of a gateway and its ring.
class RingWorld {
 public:
  explicit RingWorld(JwksFetcher::Limits limits = {Milliseconds(60'000)})
      : threads(2),
        ring(std::make_unique<KeyRing>(
            threads, [this](const KeyFetch& fetch) { note(fetch); }, limits)) {
    threads.start();
  }
  ~RingWorld() {
    threads.stop();
    threads.join();
  }

  std::shared_ptr<identity::KeyCache> keysAt(const std::string& url) {
    auto keys = ring->keysOf(issuerAt(url));
    EXPECT_TRUE(keys.has_value()) << keys.error().message;
    return *keys;
  }

  // The n-th fetch that was told, from 1; waits for it.
  KeyFetch told(std::size_t n) {
    std::unique_lock lock(mutex_);
    const bool there = changed_.wait_for(lock, std::chrono::seconds(60), [&] { return told_.size() >= n; });
    EXPECT_TRUE(there) << "only " << told_.size() << " fetches were told";
    return there ? told_[n - 1] : KeyFetch{};
  }
  std::size_t toldSoFar() {
    const std::scoped_lock lock(mutex_);
    return told_.size();
  }

 private:
  void note(const KeyFetch& fetch) {
    const std::scoped_lock lock(mutex_);
    told_.push_back(fetch);
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<KeyFetch> told_;

 public:
  http::IoThreads threads;
  std::unique_ptr<KeyRing> ring;
};

// "key", "pending", "unavailable", or the failure's label.
inline std::string asking(identity::KeyCache& keys, const std::string& kid, SteadyTime at) {
  const auto answer = keys.find(kid, identity::Algorithm::ES256, at);
  if (std::holds_alternative<identity::KeysPending>(answer)) return "pending";
  if (std::holds_alternative<identity::KeysUnavailable>(answer)) return "unavailable";
  if (const auto* failure = std::get_if<identity::Failure>(&answer)) return std::string(identity::labelOf(*failure));
  return "key";
}

}  // namespace certus::gateway::test
