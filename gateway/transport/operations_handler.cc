#include "gateway/transport/operations_handler.h"

#include <memory>
#include <utility>

#include <boost/asio/post.hpp>

#include "gateway/transport/signal.h"

namespace certus::gateway {
namespace {

constexpr std::string_view kMetrics = "/metrics";
constexpr std::string_view kHealth = "/healthz";
constexpr std::string_view kReady = "/readyz";

std::string_view contentTypeOf(std::string_view path) {
  return path == kMetrics ? "text/plain; version=0.0.4; charset=utf-8" : "application/json";
}

}  // namespace

struct OperationsHandler::Job {
  explicit Job(boost::asio::io_context& context) : made(context) {}
  Page page;
  bool done = false;
  Signal made;
};

OperationsHandler::OperationsHandler(Sources sources) : sources_(std::move(sources)) {}

OperationsHandler::~OperationsHandler() { thread_.join(); }

std::optional<http::Response> OperationsHandler::admit(const http::RequestHead& head) {
  http::Response answer;
  if (head.path != kMetrics && head.path != kHealth && head.path != kReady) {
    answer.status = 404;
    answer.body = R"({"error":"Try /metrics, /healthz or /readyz."})";
    return answer;
  }
  if (head.method == http::Method::Get || head.method == http::Method::Head) return std::nullopt;
  answer.status = 405;
  answer.extra = "Allow: GET, HEAD\r\n";
  answer.body = R"({"error":"Only GET and HEAD are served here."})";
  return answer;
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
  auto& context = exchange.thread().context();
  auto job = std::make_shared<Job>(context);
  boost::asio::post(thread_, [this, job, &context, path = std::string(exchange.head().path)]() mutable {
    Page page = make(path);
    boost::asio::post(context, [job = std::move(job), page = std::move(page)]() mutable {
      job->page = std::move(page);
      job->done = true;
      job->made.raise();
    });
  });
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
