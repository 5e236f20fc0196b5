// A real server on real threads for tests, whose handler is a table of paths.
#pragma once

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/server.h"
#include "raw_peer.h"

namespace certus::test {

// A count that a test can wait for, instead of sleeping.
class Tally {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool reaches(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return count_ >= count; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

inline boost::asio::awaitable<void> waitFor(boost::asio::steady_timer& gate) {
  static thread_local boost::system::error_code ignored;
  return gate.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
}

// /echo: the body. /hold: answers when release() is called. /watch: like /hold, and says when the peer goes.
// /who: what the client's certificate says. /refuse: admit answers 403. /stream: three chunks. /large: a megabyte. /silent:
// forgets to answer. /throw: throws.
class TableHandler final : public http::Handler {
 public:
  std::optional<http::Response> admit(const http::RequestHead& head, http::Kept&) override {
    admitted.add();
    if (head.path != "/refuse") return std::nullopt;
    http::Response answer;
    answer.status = 403;
    answer.extra = "X-Why: policy\r\n";
    answer.body = R"({"error":"refused"})";
    return answer;
  }

  boost::asio::awaitable<void> handle(http::Exchange& exchange) override {
    handled.add();
    const std::string_view path = exchange.head().path;
    if (path == "/hold" || path == "/watch") co_await hold(exchange);
    if (path == "/throw") throw std::runtime_error("the handler failed");
    if (path == "/silent" || gone_.contains(&exchange)) co_return;
    if (path == "/stream" || path == "/cut") {
      co_await stream(exchange);
      co_return;
    }
    const std::string body = path == "/large" ? std::string(1 << 20, 'L') : answerTo(exchange);
    const std::string_view noMore;
    co_await exchange.respond(200, "text/plain", noMore, body);
  }

  void release(http::IoThreads& threads) {
    for (std::size_t i = 0; i < threads.size(); ++i) {
      boost::asio::post(threads.at(i).context(), [this] {
        const std::lock_guard lock(mutex_);
        for (auto* gate : gates_) gate->cancel();
      });
    }
  }

  Tally admitted, handled, disconnected, streamed;

 private:
  static std::string answerTo(http::Exchange& exchange) {
    if (exchange.head().path == "/head") {
      std::string lines;
      for (const auto& field : exchange.head().fields)
        lines += std::string(field.name) + "=" + std::string(field.value) + "\n";
      return lines + std::string(exchange.head().query);
    }
    if (exchange.head().path == "/who") return who(exchange.head().certificate);
    return std::string(exchange.body());
  }

  static std::string who(const http::PeerCertificate* certificate) {
    if (certificate == nullptr) return "nobody";
    std::string lines = certificate->subject + "\n" + certificate->sha256 + "\n";
    for (const auto& uri : certificate->uris) lines += "uri " + uri + "\n";
    for (const auto& name : certificate->names) lines += "dns " + name + "\n";
    for (const auto& email : certificate->emails) lines += "email " + email + "\n";
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(certificate->notAfter - certificate->notBefore);
    return lines + std::to_string(seconds.count());
  }

  boost::asio::awaitable<void> hold(http::Exchange& exchange) {
    boost::asio::steady_timer gate(exchange.thread().context(), SteadyTime::max());
    {
      const std::lock_guard lock(mutex_);
      gates_.insert(&gate);
    }
    if (exchange.head().path == "/watch") watch(exchange, gate);
    held.add();
    co_await waitFor(gate);
    const std::lock_guard lock(mutex_);
    gates_.erase(&gate);
  }

  void watch(http::Exchange& exchange, boost::asio::steady_timer& gate) {
    exchange.onDisconnect([this, &exchange, &gate] {
      gone_.insert(&exchange);
      disconnected.add();
      gate.cancel();
    });
  }

  boost::asio::awaitable<void> stream(http::Exchange& exchange) {
    const bool begun = co_await exchange.beginStream(200, "text/event-stream", "X-Extra: yes\r\n");
    bool sent = begun;
    for (int i = 0; i < 3 && sent; ++i) {
      const std::string piece = "piece " + std::to_string(i) + "\n";
      const bool more = co_await exchange.write(piece);
      sent = more;
    }
    streamed.add();
    if (exchange.head().path == "/stream") co_await exchange.endStream();
  }

  std::mutex mutex_;
  std::set<boost::asio::steady_timer*> gates_;
  std::set<http::Exchange*> gone_;  // single-threaded tests only

 public:
  Tally held;
};

class TestServer {
 public:
  explicit TestServer(http::ServerLimits limits = {}, unsigned threadCount = 1, std::optional<http::ServerTls> tls = {})
      : threads(threadCount), handler(std::make_shared<TableHandler>()) {
    auto made = http::Server::listen(threads, "127.0.0.1", 0, limits, handler, std::move(tls));
    EXPECT_TRUE(made.has_value()) << made.error().message;
    server = std::move(*made);
    server->start();
    threads.start();
  }
  ~TestServer() {
    threads.stop();
    threads.join();
  }

  RawPeer connect() const { return RawPeer::connect(server->port()); }
  std::string ask(std::string_view request) const {
    RawPeer peer = connect();
    EXPECT_TRUE(peer.send(request));
    return peer.readMessage();
  }

  http::IoThreads threads;
  std::shared_ptr<TableHandler> handler;
  std::unique_ptr<http::Server> server;
};

inline std::string post(std::string_view path, std::string_view body, std::string_view extra = {}) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(extra) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace certus::test
