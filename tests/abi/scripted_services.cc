#include "tests/abi/scripted_services.h"

#include <algorithm>
#include <chrono>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/upstream/explanation.h"

namespace certus::gateway {
namespace {

namespace asio = boost::asio;

asio::awaitable<std::tuple<boost::system::error_code>> pause(asio::steady_timer& timer) {
  timer.expires_after(Milliseconds(2));
  return timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

constexpr std::string_view methodName(http::Method method) {
  switch (method) {
    case http::Method::Get: return "GET";
    case http::Method::Post: return "POST";
    case http::Method::Put: return "PUT";
    case http::Method::Delete: return "DELETE";
    case http::Method::Patch: return "PATCH";
    default: return "?";
  }
}

ServiceFailure failureOf(Script script) {
  switch (script) {
    case Script::Json:
    case Script::Status: return ServiceFailure::None;
    case Script::NotJson: return ServiceFailure::NotJson;
    case Script::TooLarge: return ServiceFailure::TooLarge;
    case Script::Refused: return ServiceFailure::Refused;
    case Script::Broken: return ServiceFailure::Broken;
    case Script::UnknownService: return ServiceFailure::UnknownService;
    case Script::Hang: return ServiceFailure::Timeout;
  }
  return ServiceFailure::Broken;
}

constexpr std::string_view kErrorBody = R"({"detail":[{"loc":["body","x"],"msg":"scripted","type":"value_error"}]})";

}  // namespace

std::string_view toString(Script script) {
  constexpr std::array<std::string_view, 8> kNames = {"json", "status", "not_json", "too_large", "refused", "broken", "unknown_service", "hang"};
  return kNames[static_cast<std::size_t>(script)];
}

class ScriptedServices::Clients final : public ServiceClients {
 public:
  Clients(ScriptedServices& all, http::IoThread& thread) : all_(all), thread_(thread) {}

  asio::awaitable<void> ask(const ServiceQuestion& question, ServiceAnswer& answer, http::Cancel& cancel) override {
    note(question);
    asio::steady_timer timer(thread_.context());
    bool hangs = all_.script.script == Script::Hang;
    if (hangs) ++all_.hanging;
    co_await pause(timer);
    while (hangs && !cancel.requested() && std::chrono::steady_clock::now() < question.deadline) {
      co_await pause(timer);
    }
    if (hangs) --all_.hanging;
    conclude(question, answer, cancel.requested());
  }

 private:
  void note(const ServiceQuestion& question) {
    ++all_.asked;
    const std::lock_guard lock(all_.mutex_);
    all_.seen_.push_back(std::string(methodName(question.method)) + ' ' + std::string(question.service) + ' ' + std::string(question.path));
  }

  void conclude(const ServiceQuestion& question, ServiceAnswer& answer, bool cancelled) const {
    const ServiceScript& chosen = all_.script;
    answer.failure = cancelled ? ServiceFailure::Cancelled : failureOf(chosen.script);
    answer.status = answer.retryAfterSeconds = 0;
    answer.body = {};
    answer.contentType = "application/json";
    answer.explanation.clear();
    if (answer.failure != ServiceFailure::None) {
      answer.explanation = explainFailure(question.service, answer.failure, {Milliseconds(1'000), 1024, 0});
      return;
    }
    answer.status = chosen.script == Script::Json ? 200 : chosen.status;
    answer.body = chosen.script == Script::Json ? std::string_view(chosen.body) : kErrorBody;
    if (answer.status >= 400) answer.explanation = explainStatus(question.service, answer.status, 0);
  }

  ScriptedServices& all_;
  http::IoThread& thread_;
};

ScriptedServices::ScriptedServices(http::IoThreads& threads) {
  for (std::size_t i = 0; i < threads.size(); ++i) clients_.push_back(std::make_unique<Clients>(*this, threads.at(i)));
}

ScriptedServices::~ScriptedServices() = default;

ServiceClients& ScriptedServices::on(const http::IoThread& thread) { return *clients_[thread.index()]; }

std::vector<std::string> ScriptedServices::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

}  // namespace certus::gateway
