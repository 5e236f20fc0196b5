#include "gateway/transport/operations_handler.h"

#include <memory>
#include <utility>

#include <boost/asio/post.hpp>

#include "gateway/stages/host.h"
#include "gateway/transport/signal.h"

namespace certus::gateway {
namespace {

constexpr std::string_view kMetrics = "/metrics";
constexpr std::string_view kHealth = "/healthz";
constexpr std::string_view kReady = "/readyz";
constexpr std::string_view kReload = "/-/reload";

std::string_view contentTypeOf(std::string_view path) {
  return path == kMetrics ? "text/plain; version=0.0.4; charset=utf-8" : "application/json";
}

http::Response refusal(int status, std::string_view body, std::string_view allow = {}) {
  http::Response answer;
  answer.status = status;
  if (!allow.empty()) answer.extra = "Allow: " + std::string(allow) + "\r\n";
  answer.body = body;
  return answer;
}

// A web page's request names its origin, a rebound name is not ours, and a proxy's peer is not who asks.
bool comesFromThisMachine(const http::RequestHead& head) {
  if (!head.peerIsLoopback || !isLoopbackAuthority(head.find("Host").value_or(std::string_view{}))) return false;
  for (const std::string_view name : {"Origin", "Forwarded", "X-Forwarded-For", "Via"}) {
    if (head.find(name)) return false;
  }
  return true;
}

}  // namespace

struct OperationsHandler::Job {
  explicit Job(boost::asio::io_context& io) : context(io), made(io) {}
  // From any thread.
  static void finish(std::shared_ptr<Job> job, Page page) {
    auto& context = job->context;
    boost::asio::post(context, [job = std::move(job), page = std::move(page)]() mutable {
      job->page = std::move(page);
      job->done = true;
      job->made.raise();
    });
  }
  boost::asio::io_context& context;
  Page page;
  bool done = false;
  Signal made;
};

OperationsHandler::OperationsHandler(Sources sources, HeadPolicy policy)
    : sources_(std::move(sources)), policy_(std::move(policy)) {}

OperationsHandler::~OperationsHandler() { thread_.join(); }

std::optional<http::Response> OperationsHandler::admit(const http::RequestHead& head, http::Kept&) {
  if (head.path == kReload && sources_.reload) return admitReload(head);  // by a narrower rule
  if (!isAnswered(policy_, head.find("Host").value_or(std::string_view{}))) {
    return refusal(403, R"({"error":"The Host header names no host that is answered here. Use localhost, 127.0.0.1 or [::1], )"
                        R"(or have the operator add the name to listeners.operations.allowed_hosts."})");
  }
  if (head.path != kMetrics && head.path != kHealth && head.path != kReady)
    return refusal(404, R"({"error":"Try /metrics, /healthz or /readyz."})");
  if (head.method == http::Method::Get || head.method == http::Method::Head) return std::nullopt;
  return refusal(405, R"({"error":"Only GET and HEAD are served here."})", "GET, HEAD");
}

std::optional<http::Response> OperationsHandler::admitReload(const http::RequestHead& head) const {
  if (head.method != http::Method::Post) return refusal(405, R"({"error":"A reload is asked for with POST."})", "POST");
  if (comesFromThisMachine(head)) return std::nullopt;
  return refusal(403, R"({"error":"Only a program on this machine may ask for a reload, directly and by a loopback name. )"
                      R"(Elsewhere: change the files, or send SIGHUP."})");
}

boost::asio::awaitable<void> OperationsHandler::handle(http::Exchange& exchange) {
  if (exchange.head().path == kHealth) {
    return exchange.respond(200, contentTypeOf(kHealth), "Cache-Control: no-store\r\n", R"({"status":"ok"})");
  }
  return serve(exchange);
}

OperationsHandler::Page OperationsHandler::make(std::string_view path) const {
  if (path == kMetrics) return {200, sources_.metrics()};
  Readiness readiness = sources_.readiness();
  return {readiness.ready ? 200 : 503, std::move(readiness.json)};
}

std::shared_ptr<OperationsHandler::Job> OperationsHandler::begin(http::Exchange& exchange) {
  if (exchange.head().path == kReload) return beginReload(exchange);
  auto job = std::make_shared<Job>(exchange.thread().context());
  boost::asio::post(
      thread_, [this, job, path = std::string(exchange.head().path)]() mutable { Job::finish(std::move(job), make(path)); });
  return job;
}

std::shared_ptr<OperationsHandler::Job> OperationsHandler::beginReload(http::Exchange& exchange) {
  auto job = std::make_shared<Job>(exchange.thread().context());
  sources_.reload([job](int status, std::string json) mutable { Job::finish(std::move(job), {status, std::move(json)}); });
  return job;
}

boost::asio::awaitable<void> OperationsHandler::serve(http::Exchange& exchange) {
  const std::shared_ptr<Job> job = begin(exchange);
  while (!job->done) co_await job->made.wait();
  const std::string_view type = contentTypeOf(exchange.head().path);
  const std::string_view extra = "Cache-Control: no-store\r\n";
  co_await exchange.respond(job->page.status, type, extra, job->page.body);
}

}  // namespace certus::gateway
