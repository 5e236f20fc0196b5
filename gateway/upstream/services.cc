#include "gateway/upstream/services.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/upstream/circuit_breaker.h"
#include "gateway/upstream/credential_source.h"
#include "gateway/upstream/explanation.h"
#include "gateway/upstream/json_check.h"
#include "gateway/upstream/question_rules.h"

namespace certus::gateway {
namespace {

// What all threads share of one service.
struct SharedService {
  config::Service config;
  CircuitBreaker breaker;
  ServiceCounters counters;
};

// What one thread has of it.
struct LocalService {
  SharedService* shared = nullptr;
  std::unique_ptr<http::Client> client;
  std::optional<CredentialSource> credential;
};

ServiceFailure failureOf(http::ClientFailure failure) {
  switch (failure) {
    case http::ClientFailure::None: return ServiceFailure::None;
    case http::ClientFailure::Refused: return ServiceFailure::Refused;
    case http::ClientFailure::Timeout: return ServiceFailure::Timeout;
    case http::ClientFailure::Broken: return ServiceFailure::Broken;
    case http::ClientFailure::TooLarge: return ServiceFailure::TooLarge;
    case http::ClientFailure::Tls: return ServiceFailure::Tls;
    case http::ClientFailure::Cancelled: return ServiceFailure::Cancelled;
  }
  return ServiceFailure::Broken;
}

void appendIdentity(std::string& lines, const ServiceQuestion& question) {
  lines += "X-Request-ID: ";
  appendHeaderSafe(lines, question.requestId);
  if (!question.subject.empty()) {
    lines += "\r\nX-User-ID: ";
    appendHeaderSafe(lines, question.subject);
  }
  if (!question.tenant.empty()) {
    lines += "\r\nX-Tenant-ID: ";
    appendHeaderSafe(lines, question.tenant);
  }
  lines += "\r\nX-Triggered-By: mcp\r\n";
  if (!question.traceparent.empty()) {
    lines += "traceparent: ";
    appendHeaderSafe(lines, question.traceparent);
    lines += "\r\n";
  }
  for (const http::Field& header : question.headers) {
    lines.append(header.name).append(": ").append(header.value).append("\r\n");
  }
}

class LocalClients final : public ServiceClients {
 public:
  explicit LocalClients(std::vector<LocalService> services) : services_(std::move(services)) {}

  boost::asio::awaitable<void> ask(const ServiceQuestion& question, ServiceAnswer& answer, http::Cancel& cancel) override {
    http::ClientRequest request;
    LocalService* service = prepare(question, answer, request, cancel);
    if (service != nullptr) {
      co_await service->client->exchange(request, answer.response, cancel);
      conclude(*service, question, answer);
    }
  }

 private:
  // Null when the question ends here: `answer` says why.
  LocalService* prepare(const ServiceQuestion& question, ServiceAnswer& answer, http::ClientRequest& request,
                        const http::Cancel& cancel) {
    const SteadyTime now = std::chrono::steady_clock::now();
    reset(answer, now);
    const auto found = std::find_if(services_.begin(), services_.end(), [&](const LocalService& each) {
      return each.shared->config.name == question.service;
    });
    if (found == services_.end()) return refuse(nullptr, question, answer, ServiceFailure::UnknownService, "no such service");
    LocalService& service = *found;
    if (cancel.requested()) return refuse(&service, question, answer, ServiceFailure::Cancelled, "given up before it was sent");
    if (auto fault = questionFault(question)) return refuse(&service, question, answer, ServiceFailure::BadRequest, std::move(*fault));
    if (service.credential) {
      const auto line = service.credential->headerLine(now);
      if (!line) return refuseCredential(service, answer, line.error().message);
      answer.headerLines += *line;
    }
    if (const auto closedFor = service.shared->breaker.refuse(now)) {
      answer.retryAfterSeconds = static_cast<std::uint32_t>((closedFor->count() + 999) / 1000);
      return refuse(&service, question, answer, ServiceFailure::Refused, "the breaker is open");
    }
    appendIdentity(answer.headerLines, question);
    request.method = question.method;
    request.target = question.path;
    request.extra = answer.headerLines;
    request.body = question.body;
    request.contentType = question.contentType.empty() && !question.body.empty() ? "application/json" : question.contentType;
    request.idempotent = question.idempotent || question.method == http::Method::Get;
    request.deadline = std::min(question.deadline, now + timeoutOf(service, question));
    return &service;
  }

  static void reset(ServiceAnswer& answer, SteadyTime now) {
    answer.failure = ServiceFailure::None;
    answer.status = answer.retryAfterSeconds = 0;
    answer.body = answer.contentType = {};
    answer.explanation.clear();
    answer.detail.clear();
    answer.headerLines.clear();
    answer.json.reset();
    answer.asked = now;
    answer.took = {};
  }

  static Milliseconds timeoutOf(const LocalService& service, const ServiceQuestion& question) {
    const Milliseconds most = service.shared->config.timeout;
    return question.timeout.count() > 0 ? std::min(most, question.timeout) : most;
  }

  static LocalService* refuse(LocalService* service, const ServiceQuestion& question, ServiceAnswer& answer, ServiceFailure why,
                              std::string detail) {
    answer.failure = why;
    answer.detail = std::move(detail);
    answer.explanation = explainFailure(question.service, why, {{}, 0, answer.retryAfterSeconds});
    if (service != nullptr) service->shared->counters.count(answer);
    return nullptr;
  }

  static LocalService* refuseCredential(LocalService& service, ServiceAnswer& answer, const std::string& why) {
    answer.failure = ServiceFailure::Refused;
    answer.detail = "credential of service " + service.shared->config.name + ": " + why;
    answer.explanation = "The service '" + service.shared->config.name +
                         "' was not asked because the gateway's credential for it is not available. Tell the operator; the gateway's "
                         "log names the reason.";
    service.shared->counters.count(answer);
    return nullptr;
  }

  void conclude(LocalService& service, const ServiceQuestion& question, ServiceAnswer& answer) {
    SharedService& shared = *service.shared;
    const SteadyTime now = std::chrono::steady_clock::now();
    const http::ClientResponse& response = answer.response;
    answer.took = now - answer.asked;
    answer.failure = failureOf(response.failure);
    if (response.failure == http::ClientFailure::Refused) {
      shared.breaker.failed(now);
    } else if (response.failure != http::ClientFailure::Cancelled && response.failure != http::ClientFailure::Timeout) {
      shared.breaker.succeeded();  // a timeout says nothing: it may have been the connect
    }
    const bool hasStatus = answer.failure == ServiceFailure::None || answer.failure == ServiceFailure::TooLarge;
    answer.status = hasStatus ? static_cast<std::uint32_t>(response.status) : 0;
    answer.retryAfterSeconds = std::min<std::uint32_t>(response.retryAfterSeconds, 3600);
    answer.contentType = response.contentType;
    answer.detail = response.detail;
    if (answer.failure == ServiceFailure::None) {
      answer.body = response.body;
      if (question.expectJson) answer.json = parseUnambiguous(parser_, answer.body);
      if (question.expectJson && !answer.json) answer.failure = ServiceFailure::NotJson;
    }
    explain(shared.config, question, answer, timeoutOf(service, question));
    shared.counters.count(answer);
  }

  static void explain(const config::Service& config, const ServiceQuestion& question, ServiceAnswer& answer, Milliseconds timeout) {
    if (answer.failure != ServiceFailure::None) {
      answer.explanation = explainFailure(question.service, answer.failure, {timeout, config.maxResponseBytes, answer.retryAfterSeconds});
    } else if (answer.status >= 400) {
      answer.explanation = explainStatus(question.service, answer.status, answer.retryAfterSeconds);
    }
  }

  std::vector<LocalService> services_;
  simdjson::dom::parser parser_;
};

class AllServices final : public Services {
 public:
  static Result<std::unique_ptr<Services>> make(http::IoThreads& threads, const std::vector<config::Service>& configs) {
    auto all = std::make_unique<AllServices>();
    for (const config::Service& config : configs) {
      all->shared_.push_back(std::make_unique<SharedService>());
      all->shared_.back()->config = config;
    }
    for (std::size_t i = 0; i < threads.size(); ++i) {
      std::vector<LocalService> local;
      for (const auto& shared : all->shared_) {
        auto made = connect(threads.at(i), *shared);
        if (!made) return tl::make_unexpected(made.error());
        local.push_back(std::move(*made));
      }
      all->local_.push_back(std::make_unique<LocalClients>(std::move(local)));
    }
    return all;
  }

  ServiceClients& on(const http::IoThread& thread) override { return *local_[thread.index()]; }

  std::vector<ServiceFigures> figures() const override {
    std::vector<ServiceFigures> all;
    for (const auto& shared : shared_) {
      ServiceFigures& figures = all.emplace_back();
      figures.service = shared->config.name;
      figures.breakerOpen = shared->breaker.isOpen();
      shared->counters.read(figures);
    }
    return all;
  }

 private:
  static Result<LocalService> connect(http::IoThread& thread, SharedService& shared) {
    const config::Service& config = shared.config;
    auto origin = http::parseOrigin(config.url);
    if (!origin) return fail(origin.error().code, "services." + config.name + ".url: " + origin.error().message, origin.error().detail);
    http::ClientLimits limits;
    limits.maxIdlePerThread = config.maxConnections;
    limits.maxResponseBytes = config.maxResponseBytes;
    limits.connectTimeout = config.connectTimeout;
    auto client = http::Client::create(thread, std::move(*origin), {config.caFile, config.certificateFile, config.keyFile}, limits);
    if (!client) return fail(client.error().code, "services." + config.name + ": " + client.error().message, client.error().detail);
    LocalService local{&shared, std::move(*client), std::nullopt};
    if (config.credential) local.credential.emplace(*config.credential);
    return local;
  }

  std::vector<std::unique_ptr<SharedService>> shared_;
  std::vector<std::unique_ptr<LocalClients>> local_;
};

}  // namespace

Result<std::unique_ptr<Services>> Services::create(http::IoThreads& threads, const std::vector<config::Service>& services) {
  return AllServices::make(threads, services);
}

}  // namespace certus::gateway
