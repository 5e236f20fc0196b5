#include "services/trust/server.h"

#include <condition_variable>
#include <cstdlib>
#include <mutex>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/server.h"
#include "services/trust/api/caller.h"
#include "services/trust/api/fields.h"
#include "services/trust/api/trust_api.h"
#include "services/trust/worker_pool.h"

namespace certus::trust_service {
namespace {

namespace asio = boost::asio;

// Threads for the work before and after a commit; while it runs, its requests wait without one.
constexpr std::size_t kReadingThreads = 2, kWritingThreads = 2;

std::optional<std::string> copyOf(const http::RequestHead& head, std::string_view name) {
  const auto value = head.find(name);
  if (!value) return std::nullopt;
  return std::string(*value);
}

ApiRequest requestOf(http::Exchange& exchange) {
  const http::RequestHead& head = exchange.head();
  ApiRequest request;
  request.method = head.methodText;
  request.path = head.path;
  request.query = head.query;
  request.contentType = copyOf(head, "Content-Type");
  request.authorization = copyOf(head, "Authorization");
  request.userId = copyOf(head, "X-User-ID");
  request.host = copyOf(head, "Host");
  request.origin = copyOf(head, "Origin");
  request.repeatedIdentity = head.count("X-User-ID") > 1 || head.count("Authorization") > 1;
  request.peer = head.peerAddress;
  request.body = exchange.body();
  return request;
}

// A job on `lane` as an awaitable that resumes on `context`. The job and what it refers to stay with the caller.
asio::awaitable<void> finishedOn(WorkerLane& lane, asio::io_context& context, std::function<void()>& job) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [&lane, &context, &job](auto handler) {
        auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        lane.post([&context, &job, resume]() mutable {
          job();
          asio::post(context, [resume = std::move(resume)]() { (*resume)(); });
        });
      },
      asio::use_awaitable);
}

// The call's write as an awaitable that resumes on `context` with the response there.
asio::awaitable<void> written(LogWriter& writer, WorkerLane& lane, asio::io_context& context, ApiCall& call) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [&writer, &lane, &context, &call](auto handler) {
        auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        writer.submit(std::move(*call.write()), [&lane, &context, &call, resume](Result<Appended> result) {
          auto shared = std::make_shared<Result<Appended>>(std::move(result));
          const auto finish = [&context, &call, shared, resume] {
            call.finish(std::move(*shared));
            asio::post(context, [resume]() { (*resume)(); });
          };
          if (!lane.post(finish)) finish();  // the server is stopping
        });
      },
      asio::use_awaitable);
}

class ApiHandler final : public http::Handler {
 public:
  ApiHandler(const TrustApi& api, LogWriter& writer) : api_(api), writer_(writer) {}

  std::optional<http::Response> admit(const http::RequestHead&, http::Kept&) override { return std::nullopt; }

  std::string refusalBody(std::string_view target, int status, std::string_view text) override {
    return TrustApi::refusalBody(target, status, text).dump();
  }

  asio::awaitable<void> handle(http::Exchange& exchange) override {
    const ApiRequest request = requestOf(exchange);
    ApiCall call(api_, request);
    std::function<void()> job = [&call] { call.begin(); };
    // Rekor's retrieve calls are POSTs that only read.
    WorkerLane& lane = request.method == "POST" && !request.path.ends_with("/retrieve") ? writing_ : reading_;
    asio::io_context& context = exchange.thread().context();
    co_await finishedOn(lane, context, job);
    if (call.write()) co_await written(writer_, lane, context, call);
    http::Response& response = call.response();
    co_await exchange.respond(response.status, response.contentType, response.extra, response.body);
  }

  void finish() {
    reading_.finish();
    writing_.finish();
    writer_.finish();
  }

 private:
  const TrustApi& api_;
  LogWriter& writer_;
  WorkerLane reading_{kReadingThreads};
  WorkerLane writing_{kWritingThreads};
};

class TrustServerOnHttp final : public TrustServer {
 public:
  TrustServerOnHttp(std::unique_ptr<TrustService> service, TrustOptions options)
      : drain_(options.drain),
        service_(std::move(service)),
        api_(*service_, {std::move(options.localIdentity), options.mock, namesLoopback(options.address),
                         std::move(options.log), options.submissions}),
        threads_(1),
        handler_(std::make_shared<ApiHandler>(api_, service_->writer())) {}

  ~TrustServerOnHttp() override { stop(); }

  Result<void> listen(const std::string& address, std::uint16_t port) {
    http::ServerLimits limits;
    limits.maxBodyBytes = kMaxRequestBytes;
    limits.maxConnections = 1024;
    auto server = http::Server::listen(threads_, address, port, limits, handler_);
    if (!server) return tl::make_unexpected(server.error());
    server_ = std::move(*server);
    port_ = server_->port();
    server_->start();
    threads_.start();
    return {};
  }

  std::uint16_t port() const override { return port_; }

  void stop() override {
    if (!server_) return;
    drainServer();
    handler_->finish();  // jobs and writes refer to requests that live on the io thread, so they end first
    threads_.stop();
    threads_.join();
    server_.reset();
  }

  std::string problem() override {
    auto log = service_->writer().probe();
    if (!log) return log.error().message;
    const bool issues = service_->installation().authority().validAt(unixMicroseconds(service_->clock()) / 1'000'000);
    return issues ? std::string()
                  : "The certificate authority is not valid at this time. Check the machine's clock; if it is right, see "
                    "certus-trust rotate-ca.";
  }

 private:
  void drainServer() {
    struct Drained {
      std::mutex mutex;
      std::condition_variable changed;
      bool done = false;
    };
    auto drained = std::make_shared<Drained>();
    server_->drain([drained] {
      const std::lock_guard lock(drained->mutex);
      drained->done = true;
      drained->changed.notify_all();
    });
    std::unique_lock lock(drained->mutex);
    drained->changed.wait_for(lock, drain_, [&] { return drained->done; });
  }

  const Milliseconds drain_;
  std::unique_ptr<TrustService> service_;
  TrustApi api_;
  http::IoThreads threads_;
  std::shared_ptr<ApiHandler> handler_;
  std::uint16_t port_ = 0;  // known after stop() too
  std::unique_ptr<http::Server> server_;
};

const Clock& systemClock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace

bool mockFromEnvironment() {
  const char* value = std::getenv("CERTUS_TRUST_MOCK_SIGSTORE");
  return value && std::string_view(value) == "true";
}

Result<std::unique_ptr<TrustServer>> TrustServer::start(TrustOptions options) {
  if (options.stateDirectory.empty()) return fail(ErrorCode::InvalidArgument, "The Trust service needs a state directory.");
  if (options.localIdentity.empty() || options.localIdentity.size() > kMaxIdentityBytes ||
      !isCleanText(options.localIdentity)) {
    return fail(
        ErrorCode::InvalidArgument,
        "The local identity must be 1 to 512 bytes of UTF-8 without control characters, for example alice@example.com.");
  }
  auto service = TrustService::open(options.stateDirectory, systemClock());
  if (!service) return tl::make_unexpected(service.error());
  const std::string address = options.address;
  const std::uint16_t port = options.port;
  auto server = std::make_unique<TrustServerOnHttp>(std::move(*service), std::move(options));
  auto listening = server->listen(address, port);
  if (!listening) return tl::make_unexpected(listening.error());
  return server;
}

}  // namespace certus::trust_service
