// Named services over real sockets: what goes out, what comes back, and what is said when nothing does.
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "gateway/upstream/circuit_breaker.h"
#include "gateway/upstream/services.h"
#include "tests/unit/http/scripted_origin.h"

namespace certus::gateway {
namespace {

using test::DeadPort;
using test::RawPeer;
using test::ScriptedOrigin;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Got {
  ServiceFailure failure = ServiceFailure::None;
  std::uint32_t status = 0, retryAfter = 0;
  std::string body, explanation, detail;
};

boost::asio::awaitable<void> askOnce(ServiceClients& clients, const ServiceQuestion& question, ServiceAnswer& answer, http::Cancel& cancel,
                                     std::promise<void>& done) {
  co_await clients.ask(question, answer, cancel);
  done.set_value();
}

class Asker {
 public:
  explicit Asker(const std::vector<config::Service>& services) : threads_(1) {
    auto made = Services::create(threads_, services);
    EXPECT_TRUE(made.has_value()) << made.error().message;
    if (made) services_ = std::move(*made);
    threads_.start();
  }
  ~Asker() {
    threads_.stop();
    threads_.join();
  }
  Got ask(ServiceQuestion question, bool cancelled = false) {
    if (question.deadline == SteadyTime()) question.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    ServiceAnswer answer;
    http::Cancel cancel;
    if (cancelled) cancel();
    std::promise<void> done;
    auto& context = threads_.at(0).context();
    boost::asio::post(context, [&] {
      boost::asio::co_spawn(context, askOnce(services_->on(threads_.at(0)), question, answer, cancel, done), boost::asio::detached);
    });
    done.get_future().wait();
    Got got{answer.failure, answer.status, answer.retryAfterSeconds, std::string(answer.body), answer.explanation, answer.detail};
    std::promise<void> released;
    boost::asio::post(context, [&] {
      answer.response = http::ClientResponse();  // its buffer goes back on its own thread
      released.set_value();
    });
    released.get_future().wait();
    return got;
  }
  ServiceFigures figures() const { return services_->figures().front(); }

 private:
  http::IoThreads threads_;
  std::unique_ptr<Services> services_;
};

config::Service service(const std::string& url) {
  config::Service out;
  out.name = "trust";
  out.url = url;
  out.timeout = out.connectTimeout = Milliseconds(60'000);
  return out;
}

ServiceQuestion question(std::string_view path = "/v1/x") {
  ServiceQuestion out;
  out.service = "trust";
  out.path = path;
  out.requestId = "req-1";
  out.subject = "alice@host";
  return out;
}

std::string reply(const std::string& status, std::string_view body, const std::string& extra = {}) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + extra + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

// An origin that gives the same answer to every request.

class Origin {
 public:
  explicit Origin(std::string text) : text_(std::move(text)), origin_([this](RawPeer& peer, int) {
      for (;;) {
        const std::string request = peer.readMessage();
        if (request.empty()) return;
        {
          const std::lock_guard lock(mutex_);
          seen_.push_back(request);
        }
        peer.send(text_);
      }
    }) {}
  std::string url() const { return origin_.url(); }
  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  const std::string text_;
  std::mutex mutex_;
  std::vector<std::string> seen_;
  ScriptedOrigin origin_;
};

TEST(Services, TheRequestCarriesIdentityAndTracingAndTheModulesHeaders) {
  Origin origin(reply("200 OK", R"({"ok":true})"));
  Asker asker({service(origin.url() + "/base")});
  const http::Field headers[] = {{"X-Scan", "7"}};
  ServiceQuestion asked = question("/v1/verify?x=1");
  asked.method = http::Method::Post;
  asked.body = "{}";
  asked.headers = headers;
  asked.expectJson = true;
  asked.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const Got got = asker.ask(asked);
  EXPECT_EQ(got.failure, ServiceFailure::None) << got.detail;
  EXPECT_EQ(got.status, 200u);
  EXPECT_EQ(got.body, R"({"ok":true})");
  EXPECT_EQ(got.explanation, "");
  ASSERT_EQ(origin.seen().size(), 1u);
  EXPECT_THAT(origin.seen()[0], AllOf(HasSubstr("POST /base/v1/verify?x=1 HTTP/1.1\r\n"), HasSubstr("\r\nContent-Type: application/json\r\n"),
                                      HasSubstr("\r\nX-Request-ID: req-1\r\n"), HasSubstr("\r\nX-User-ID: alice@host\r\n"),
                                      HasSubstr("\r\nX-Triggered-By: mcp\r\n"), HasSubstr("\r\ntraceparent: 00-4bf9"),
                                      HasSubstr("\r\nX-Scan: 7\r\n"), Not(HasSubstr("Authorization"))));
}

TEST(Services, TheCredentialIsSentAndNeverSaid) {
  std::string pattern = (std::filesystem::temp_directory_path() / "certus-services-XXXXXX").string();
  const std::filesystem::path directory = ::mkdtemp(pattern.data());
  std::ofstream(directory / "token") << "s3cret\n";
  Origin origin(reply("401 Unauthorized", R"({"detail":"no"})"));
  config::Service guarded = service(origin.url());
  guarded.credential = config::Credential{.env = {}, .file = directory / "token"};
  Asker asker({guarded});
  const Got got = asker.ask(question());
  EXPECT_THAT(origin.seen().at(0), HasSubstr("\r\nAuthorization: Bearer s3cret\r\n"));
  EXPECT_THAT(got.explanation + got.detail, Not(HasSubstr("s3cret")));
  EXPECT_THAT(got.explanation, HasSubstr("credential"));
  std::filesystem::remove_all(directory);
}

TEST(Services, WithoutItsCredentialAServiceIsNotAsked) {
  Origin origin(reply("200 OK", "{}"));
  config::Service guarded = service(origin.url());
  guarded.credential = config::Credential{.env = {}, .file = "/nowhere/token"};
  Asker asker({guarded});
  const Got got = asker.ask(question());
  EXPECT_EQ(got.failure, ServiceFailure::Refused);
  EXPECT_THAT(got.explanation, AllOf(HasSubstr("'trust'"), HasSubstr("credential"), Not(HasSubstr("/nowhere"))));
  EXPECT_TRUE(origin.seen().empty());
}

TEST(Services, AnErrorStatusIsAnAnswerWithAnExplanation) {
  Origin origin(reply("503 Service Unavailable", R"({"detail":"starting"})", "Retry-After: 12\r\n"));
  Asker asker({service(origin.url())});
  const Got got = asker.ask(question());
  EXPECT_EQ(got.failure, ServiceFailure::None);
  EXPECT_EQ(got.status, 503u);
  EXPECT_EQ(got.retryAfter, 12u);
  EXPECT_EQ(got.body, R"({"detail":"starting"})");
  EXPECT_THAT(got.explanation, AllOf(HasSubstr("'trust'"), HasSubstr("12 seconds"), Not(HasSubstr("127.0.0.1"))));
}

TEST(Services, WhatIsNotOneUnambiguousJsonTextIsRefusedWhereJsonIsExpected) {
  for (const char* body : {"<html>", R"({"valid":false,"valid":true})", "{} trailing", ""}) {
    Origin origin(reply("200 OK", body));
    Asker asker({service(origin.url())});
    ServiceQuestion asked = question();
    asked.expectJson = true;
    const Got got = asker.ask(asked);
    EXPECT_EQ(got.failure, ServiceFailure::NotJson) << body;
    EXPECT_EQ(got.status, 200u);
    asked.expectJson = false;
    EXPECT_EQ(asker.ask(asked).body, body);
  }
}

TEST(Services, AnAnswerOverTheCapIsTooLarge) {
  Origin origin(reply("200 OK", std::string(5'000, 'x')));
  config::Service small = service(origin.url());
  small.maxResponseBytes = 4'096;
  Asker asker({small});
  const Got got = asker.ask(question());
  EXPECT_EQ(got.failure, ServiceFailure::TooLarge);
  EXPECT_THAT(got.explanation, HasSubstr("4096 bytes"));
}

TEST(Services, ASilentServiceTimesOut) {
  ScriptedOrigin origin([](RawPeer& peer, int) {
    peer.readMessage();
    peer.atEnd();
  });
  config::Service slow = service(origin.url());
  slow.timeout = Milliseconds(150);
  Asker asker({slow});
  const auto began = std::chrono::steady_clock::now();
  const Got got = asker.ask(question());
  EXPECT_EQ(got.failure, ServiceFailure::Timeout);
  EXPECT_THAT(got.explanation, HasSubstr("150 ms"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
}

TEST(Services, ADeadServiceIsRefusedAtOnceAfterFiveTries) {
  const DeadPort nobody;
  Asker asker({service(nobody.url())});
  std::uint64_t asked = 0;
  SteadyTime began, previous;
  const auto ask = [&] {
    previous = std::exchange(began, std::chrono::steady_clock::now());
    ++asked;
    return asker.ask(question());
  };
  const auto isOpen = [](const Got& got) { return got.detail == "the breaker is open"; };
  for (int i = 0; i < 5; ++i) {
    const Got got = ask();
    EXPECT_EQ(got.failure, ServiceFailure::Refused);
    EXPECT_FALSE(isOpen(got));
  }
  Got got = ask();
  for (; !isOpen(got); got = ask()) {  // let through: the breaker's pause was over
    ASSERT_GE(std::chrono::steady_clock::now() - previous, CircuitBreaker::kOpenFor);
  }
  EXPECT_EQ(got.failure, ServiceFailure::Refused);
  EXPECT_GE(got.retryAfter, 1u);
  EXPECT_THAT(got.explanation, AllOf(HasSubstr("'trust'"), HasSubstr("try again in"), Not(HasSubstr("127.0.0.1"))));
  EXPECT_TRUE(asker.figures().breakerOpen);
  EXPECT_EQ(asker.figures().outcomes[static_cast<std::size_t>(ServiceOutcome::Refused)], asked);
}

TEST(Services, WhatAModuleMayNotAskIsNotSent) {
  Origin origin(reply("200 OK", "{}"));
  Asker asker({service(origin.url())});
  EXPECT_EQ(asker.ask(question("no-slash")).failure, ServiceFailure::BadRequest);
  const http::Field forged[] = {{"X-User-ID", "root"}};
  ServiceQuestion asked = question();
  asked.headers = forged;
  EXPECT_EQ(asker.ask(asked).failure, ServiceFailure::BadRequest);
  asked = question();
  asked.service = "elsewhere";
  const Got got = asker.ask(asked);
  EXPECT_EQ(got.failure, ServiceFailure::UnknownService);
  EXPECT_THAT(got.explanation, HasSubstr("'elsewhere'"));
  EXPECT_EQ(asker.ask(question(), true).failure, ServiceFailure::Cancelled);
  EXPECT_TRUE(origin.seen().empty());
}

TEST(Services, AUrlThatIsNoneIsAStartUpErrorNamingTheService) {
  http::IoThreads threads(1);
  const auto made = Services::create(threads, {service("ftp://x")});
  ASSERT_FALSE(made.has_value());
  EXPECT_THAT(made.error().message, HasSubstr("services.trust.url"));
}

}  // namespace
}  // namespace certus::gateway
